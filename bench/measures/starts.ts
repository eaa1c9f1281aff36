import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootMs, makeBench } from '../../src/adapters/executors/test-bench.ts';
import { Person, until } from '../../test/journeys/program.ts';
import type { Bench, Figure, Measure } from '../measure.ts';

const command = '/bin/true';
const what = 'real commands claimed, started, reaped and finished';
const ballastBytes = 1024 ** 3;
const together = 20;

export const measure: Measure = {
  name: 'starts',
  title: 'Real commands, from claim to recorded end',
  seconds: 90,
  async run(bench) {
    const count = bench.isQuick ? 100 : 4_000;
    bench.tell('a shell that starts the same command');
    const raw = await shellPerSecond(bench.isQuick ? 100 : 3_000);
    const at = (who: string, value: number, samples: number): Figure => ({
      what,
      who,
      statistic: 'mean',
      value,
      unit: '/s',
      samples,
    });
    const figures: Figure[] = [
      {
        ...at('raw limit', raw, count),
        note: 'a shell that starts and reaps, 8 at once; nothing stored, no session',
      },
    ];
    for (const memory of ['as it is', 'at 1 GB'] as const) {
      bench.tell(`${count} commands, its memory ${memory}`);
      const perSecond = await oursPerSecond(bench, count, memory === 'at 1 GB');
      figures.push({
        ...at('cronkeeper', perSecond, count),
        goal: { least: 800 },
        ...(memory === 'as it is' ? {} : { what: `${what}, with 1 GB of memory` }),
      });
    }
    bench.tell('how long a start holds up the loop of its owner');
    return [...figures, await blockedPerStart(bench.isQuick ? 3 : 30)];
  },
};

/** One job each, all due at the same instant; the time until the last end is recorded. */
async function oursPerSecond(bench: Bench, count: number, isLarge: boolean): Promise<number> {
  const person = new Person();
  bench.atEnd(() => person.stop());
  const ballast = join(bench.folder, 'ballast.cjs');
  writeFileSync(ballast, `globalThis.ballast = Buffer.alloc(${ballastBytes}, 1);\n`);
  person.start(['runner'], isLarge ? { NODE_OPTIONS: `--require=${ballast}` } : {});
  await until('it says that jobs will run', async () => {
    const { answer } = await person.ask(['status']);
    return answer.at('readiness', 'willRun').value === true ? true : undefined;
  });
  const atMs = Math.ceil((Date.now() + 2_000 + count * 2) / 1_000) * 1_000;
  const jobs = Array.from({ length: count }, (_, index) => ({
    name: `job-${index}`,
    when: new Date(atMs).toISOString(),
    command: [command],
  }));
  const { code, err } = await person.type(['apply', '-'], {}, JSON.stringify({ version: 1, jobs }));
  if (code !== 0) throw new Error(`apply ended with ${code}: ${err}`);
  if (Date.now() > atMs) throw new Error('the jobs were stored after they were due');
  await sleep(atMs - Date.now());
  const last = await lastEnd(join(person.home, 'cronkeeper.db'), count);
  await person.stop();
  return (count / (last - atMs)) * 1_000;
}

/** When the last of so many runs ended. @throws Error when one of them was anything but a success */
async function lastEnd(path: string, count: number): Promise<number> {
  const database = new DatabaseSync(path, { readOnly: true });
  const ends = database.prepare(
    `SELECT count(*) AS ended, coalesce(sum(outcome = 'succeeded'), 0) AS good, max(ended_at) AS last
     FROM runs WHERE state = 'ended'`,
  );
  try {
    for (let looks = 0; looks < 300; looks += 1) {
      const { ended, good, last } = ends.get() ?? {};
      if (ended === count && good !== count)
        throw new Error(`${ended} ended, ${good} of them well`);
      if (ended === count) return Number(last);
      await sleep(200);
    }
    throw new Error(`not all of ${count} runs ended within a minute`);
  } finally {
    database.close();
  }
}

/** A shell that starts the command for each line and tells its exit code, with eight at once. */
async function shellPerSecond(count: number): Promise<number> {
  const loop = 'while read -r line; do { "$0"; echo $?; } & done; wait';
  const shell = spawn('/bin/sh', ['-c', loop, command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const begun = performance.now();
  let [asked, ended] = [0, 0];
  const ask = (): void => {
    if (asked < count) shell.stdin.write('\n');
    else shell.stdin.end();
    asked += 1;
  };
  shell.stdout.on('data', (codes: Buffer) => {
    for (const byte of codes) {
      if (byte !== 10) continue;
      ended += 1;
      ask();
    }
  });
  for (let first = 0; first < 8; first += 1) ask();
  await once(shell, 'exit');
  if (ended !== count) throw new Error(`the shell started ${ended} of ${count}`);
  return (count / (performance.now() - begun)) * 1_000;
}

/** What preparing and releasing cost the thread that asks for them, of twenty that start together; without what the store costs. */
async function blockedPerStart(rounds: number): Promise<Figure> {
  const { executor, order, over, close } = await makeBench();
  const blockedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const orders = Array.from({ length: together }, () => order([command]));
    const asked = performance.now();
    const preparing = orders.map((one) => executor.prepare(one));
    const askedMs = performance.now() - asked;
    for (const prepared of await Promise.all(preparing))
      if (prepared.kind === 'failed') throw new Error(prepared.message);
    const deadline = bootMs() + 10_000;
    const released = performance.now();
    for (const { key } of orders) executor.release(key, deadline);
    blockedMs.push((askedMs + performance.now() - released) / together);
    await Promise.all(orders.map(({ key }) => over(key)));
  }
  await close();
  const sorted = blockedMs.toSorted((one, other) => one - other);
  return {
    what: 'event loop held up by one start of twenty',
    who: 'cronkeeper',
    statistic: 'median',
    value: (sorted[Math.floor(rounds / 2)] ?? Number.NaN) * 1_000,
    unit: 'µs',
    samples: rounds,
    goal: { most: 100 },
  };
}
