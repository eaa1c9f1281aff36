import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Person, type Running, until } from '../../test/journeys/program.ts';
import type { Bench, Figure, Measure } from '../measure.ts';
import { percentile } from '../parts/lateness.ts';

const profile = 'default';
const what = 'takeover on one host after SIGKILL';

/** How long after an owner was killed the one that stood by has the lease; beside it, when a process can know of it at all. */
export const measure: Measure = {
  name: 'takeover',
  title: 'From SIGKILL of the owner to a lease in the hands of the next',
  seconds: 300,
  async run(bench) {
    const tries = bench.isQuick ? 3 : 200;
    const raw = await rawMs(bench, bench.isQuick ? 3 : 50);
    const ours = await takeoversMs(bench, tries);
    const about = 'the old owner ended, its starter seen ended, the claim on the disk';
    return [
      ...figuresOf('cronkeeper', ours, about).map((one) =>
        one.statistic === 'p99' ? { ...one, goal: { most: 250 } } : one,
      ),
      ...figuresOf('raw limit', raw, 'the socket to a killed Node closes'),
    ];
  },
};

/** Each try kills the owner; who took over is the owner of the next. */
async function takeoversMs(bench: Bench, tries: number): Promise<readonly number[]> {
  const person = new Person();
  bench.atEnd(() => person.stop());
  await person.type(['add', 'every 365d', '--name', 'far', '--', '/bin/true']);
  const store = await person.openStore();
  bench.atEnd(() => store.close());
  const holder = async (): Promise<number | undefined> =>
    (await store.leases.read(profile)).holder?.process.pid;
  const isHeldBy = async (one: Running): Promise<true | undefined> =>
    (await holder()) === one.pid || undefined;
  let owner = person.start(['runner']);
  await until('an owner', () => isHeldBy(owner));
  const took: number[] = [];
  for (let count = 0; count < tries; count += 1) {
    const next = person.start(['runner']);
    await until('a standby', async () => {
      const instances = await store.instances.list(profile);
      return instances.some(({ process }) => process.pid === next.pid) || undefined;
    });
    // It connects to the owner with its first look, before it writes that it is there; the owner has to answer.
    await sleep(100);
    const began = performance.now();
    owner.signal('SIGKILL');
    while ((await holder()) !== next.pid) {
      if (performance.now() - began > 30_000) throw new Error('nobody took over within 30 s');
      await sleep(1);
    }
    took.push(performance.now() - began);
    owner = next;
    if (count % 20 === 19) bench.tell(`${count + 1} of ${tries} takeovers`);
  }
  return took;
}

const listening = `require('node:net').createServer(() => {}).listen(process.argv[1], () => console.log('ready'))`;

async function rawMs(bench: Bench, tries: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < tries; count += 1) {
    const path = join(bench.folder, `raw-${count}.sock`);
    const child: ChildProcess = spawn(process.execPath, ['-e', listening, path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (child.stdout !== null) await once(child.stdout, 'data');
    const socket = connect(path);
    await once(socket, 'connect');
    socket.resume().on('error', () => {});
    // Not by `once`, which would fail when the kill resets the connection.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const began = performance.now();
    child.kill('SIGKILL');
    await closed;
    took.push(performance.now() - began);
  }
  return took;
}

const figuresOf = (who: string, took: readonly number[], note: string): readonly Figure[] =>
  (
    [
      ['p50', 0.5],
      ['p99', 0.99],
      ['max', 1],
    ] as const
  ).map(([statistic, share]) => ({
    what,
    who,
    statistic,
    value: percentile(took, share),
    unit: 'ms',
    samples: took.length,
    note,
  }));
