import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import {
  add,
  holderPid,
  isAlive,
  runNow,
  shell,
  starterPid,
  startRunner,
  walk,
  whenOver,
  whenRunning,
} from '../journeys/asking.ts';
import { launcher, type Person, sleep, until } from '../journeys/program.ts';
import { doubled, moreTestimony, status, testify, testimony, willRun } from '../journeys/story.ts';
import { needsRoot, unaccounted } from './scene.ts';

/** F26, F27, F28: signals, outputs that nobody takes, and descriptors that run out. */

const skip = needsRoot() ?? false;

const addBeat = (person: Person): Promise<string> =>
  add(person, 'every 1s', '--name', 'beat', '--overlap', 'allow', '--shell', testify(person));

describe('signals', { skip, concurrency: 2 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    test(`${signal}, and again: it drains, gives the lease back, and leaves the run to the next`, () =>
      walk(async (person) => {
        const runner = await startRunner(person);
        const id = await runNow(person, await shell(person, 'long', 'sleep 3; exit 9'));
        await whenRunning(person, id);
        runner.signal(signal);
        runner.signal(signal);
        const since = Date.now();
        assert.equal(await runner.ended, 0, 'it was killed by the signal');
        assert.ok(Date.now() - since < 20_000, 'it did not end within its grace');
        assert.match(runner.output(), /draining.*\n(.*\n)*.*released/);
        assert.equal(await holderPid(person), null);
        await startRunner(person);
        assert.equal((await whenOver(person, id)).number('exitCode'), 9);
      }));

  test('SIGQUIT ends it like a crash: the next one takes over at once and adopts', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const id = await runNow(person, await shell(person, 'long', 'sleep 3; exit 9'));
      await whenRunning(person, id);
      runner.signal('SIGQUIT');
      assert.equal(await runner.ended, null);
      await startRunner(person);
      assert.equal((await whenOver(person, id)).number('exitCode'), 9);
    }));

  test('SIGTERM while it is stopped: woken, it starts nothing that came due meanwhile', () =>
    walk(async (person) => {
      const job = await addBeat(person);
      const runner = await startRunner(person);
      await moreTestimony(person, 2);
      runner.signal('SIGSTOP');
      await sleep(2_500);
      runner.signal('SIGTERM');
      const stopped = Date.now();
      const before = testimony(person).length;
      runner.signal('SIGCONT');
      assert.equal(await runner.ended, 0);
      const started = testimony(person).length - before;
      assert.ok(started <= 1, `${started} runs were started after it was told to end`);
      await startRunner(person);
      await moreTestimony(person, 2);
      assert.ok(Date.now() > stopped);
      assert.deepEqual(doubled(person), []);
      assert.deepEqual((await unaccounted(person, job)).wrong, []);
    }));
});

/** What becomes of the outputs of a runner. */
const outputs = [
  { name: 'a full device', line: 'exec "$0" runner >/dev/full 2>&1' },
  { name: 'closed outputs', line: 'exec "$0" runner <&- >&- 2>&-' },
  { name: 'a reader that leaves after one line', line: '"$0" runner 2>&1 | head -n 1' },
];
describe('outputs that nobody takes', { skip, concurrency: 2 }, () => {
  for (const { name, line } of outputs)
    test(`with ${name} the runner goes on`, () =>
      walk(async (person) => {
        const job = await addBeat(person);
        const child = spawn('/bin/sh', ['-c', line, launcher], {
          env: person.env,
          cwd: person.home,
          stdio: 'ignore',
        });
        await moreTestimony(person, 2);
        const pid = (await holderPid(person)) ?? 0;
        // Something to say: its starter is gone.
        process.kill(await starterPid(person), 'SIGKILL');
        await moreTestimony(person, 3);
        assert.equal(await holderPid(person), pid, 'another one owns');
        assert.ok(isAlive(pid));
        assert.match(person.read('logs/runner.log'), /starter/);
        assert.deepEqual(doubled(person), []);
        assert.deepEqual((await unaccounted(person, job)).wrong, []);
        const over = once(child, 'close');
        process.kill(pid, 'SIGTERM');
        await over;
      }));
});

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Opens so many connections and asks nothing. */
async function crowd(path: string, size: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: size }, () => {
    const socket = connect(path);
    // Turned away or cut off at its deadline: that is what is tested.
    socket.on('error', () => {});
    return socket;
  });
  await until('they are connected', () =>
    sockets.every(({ connecting }) => !connecting) ? true : undefined,
  );
  return sockets;
}

test(
  'with few descriptors and a crowd at its socket the runner keeps enough for itself',
  { skip },
  () =>
    walk(async (person) => {
      const job = await addBeat(person);
      const line = 'exec prlimit --nofile=420:420 "$0" runner';
      const child = spawn('/bin/sh', ['-c', line, launcher], { env: person.env, stdio: 'ignore' });
      await moreTestimony(person, 1);
      const store = await person.openStore();
      const socket = (await store.leases.read('default')).holder?.socket ?? '';
      await store.close();
      const watchers = await crowd(socket, 600);
      for (const watcher of watchers) watcher.write('{"kind":"watch"}\n');
      let others: readonly Socket[] = [];
      for (let round = 0; round < 4; round += 1) {
        for (const other of others) other.destroy();
        others = await crowd(socket, 600);
        await moreTestimony(person, 1);
      }
      assert.ok(openFiles(child.pid ?? 0) > 100, 'there was no crowd');
      for (const one of [...watchers, ...others]) one.destroy();
      await until('status is true again', async () =>
        willRun(await status(person)) ? true : undefined,
      );
      assert.deepEqual(doubled(person), []);
      assert.deepEqual((await unaccounted(person, job)).wrong, []);
      child.kill('SIGTERM');
      await once(child, 'close');
    }),
);
