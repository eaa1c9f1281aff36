import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { isFinal, type Run } from '../../src/core/run.ts';
import {
  add,
  childrenOf,
  logsOf,
  runNow,
  shell,
  starterPid,
  startRunner,
  walk,
  whenOver,
  whenRuns,
} from '../journeys/asking.ts';
import { type Person, type Running, sleep, until } from '../journeys/program.ts';
import { doubled, moreTestimony, testify, testimony } from '../journeys/story.ts';
import { seededRandom } from '../simulation/timeline.ts';
import { missing, needsRoot, unaccounted } from './scene.ts';

/** F19, F20, F23, F24, F25: starts that are cut short, repeated or impossible. */

const skip = needsRoot() ?? false;
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
const beat = ['every 2s', '--name', 'beat', '--overlap', 'allow', '--shell'];

test('a crash loop, killed 20 ms after each start: nothing twice, nothing silent', { skip }, (t) =>
  walk(async (person) => {
    const job = await add(person, ...beat, testify(person));
    const random = seededRandom(seed);
    let owned = 0;
    for (let crash = 0; crash < 16; crash += 1) {
      // Half of them die before they own anything, half 20 ms after.
      const runner = crash % 2 === 0 ? await startRunner(person) : person.start(['runner']);
      if (crash % 2 === 0) owned += 1;
      await sleep(crash % 2 === 0 ? 20 : random() * 200);
      runner.signal('SIGKILL');
      assert.equal(await runner.ended, null, 'it was not killed');
    }
    await startRunner(person);
    await moreTestimony(person, 3);
    t.diagnostic(`seed ${seed}: ${owned} crashes of an owner, ${testimony(person).length} runs`);
    assert.deepEqual(doubled(person), []);
    await until('all is decided', async () =>
      (await unaccounted(person, job)).wrong.length === 0 ? true : undefined,
    );
  }),
);

/** Stops the runner before the next fire time and starts one after it; answers whether the fire time really lay between. */
async function restartAcross(person: Person, job: string, runner: Running) {
  const due = await nextFire(person, job);
  await sleep(due - Date.now() - 600);
  assert.equal(await runner.stop(), 0);
  const stopped = Date.now();
  await sleep(Math.max(0, due + 200 - Date.now()));
  const next = await startRunner(person);
  await whenRuns(person, job, 'it was decided', (runs) =>
    runs.some((run) => isFinal(run.state) && covers(run, due)),
  );
  // On a busy machine the one after it may be due before the start, and is the one that runs.
  return { next, isAcross: stopped < due && ranAt(person, due) };
}

test('restarts across fire times: each occurrence runs once', { skip }, () =>
  walk(async (person) => {
    const job = await add(person, 'every 3s', ...beat.slice(1), testify(person));
    let runner = await startRunner(person);
    let across = 0;
    for (let round = 0; round < 20 && across < 3; round += 1) {
      const { next, isAcross } = await restartAcross(person, job, runner);
      runner = next;
      if (isAcross) across += 1;
    }
    assert.equal(across, 3);
    assert.deepEqual(doubled(person), []);
    assert.deepEqual((await unaccounted(person, job)).wrong, []);
  }),
);

async function nextFire(person: Person, job: string): Promise<number> {
  const store = await person.openStore();
  try {
    const later = Date.now() + 1_000;
    return await until('the next fire time', async () => {
      const at = (await store.jobs.get('default', job))?.nextFireAt ?? 0;
      return at > later ? at : undefined;
    });
  } finally {
    await store.close();
  }
}

const covers = ({ fireTime, fireTimeEnd }: Run, at: number): boolean =>
  fireTime !== null && fireTime <= at && at <= (fireTimeEnd ?? fireTime);

const ranAt = (person: Person, due: number): boolean =>
  testimony(person).some(([, fireTime]) => Date.parse(fireTime ?? '') === due);

/** Perl is part of every Debian, and fills what it asks for. */
const eat = (bytes: number): string => `exec perl -e '$x = "x" x ${bytes}; sleep 20'`;

/** Runs steps with a control group (of the first version) that may have so much memory. */
async function withMemory(bytes: number, steps: (group: string) => Promise<void>): Promise<void> {
  const group = `/sys/fs/cgroup/memory/ck-faults-${process.pid}`;
  mkdirSync(group);
  try {
    writeFileSync(`${group}/memory.limit_in_bytes`, `${bytes}`);
    await steps(group);
  } finally {
    await until('the group is empty', () => {
      try {
        rmdirSync(group);
        return true;
      } catch {
        return undefined;
      }
    });
  }
}

const memoryGroups = existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes');

test(
  'where memory runs out the job is killed and its end is told; the runner goes on',
  { skip: skip || (memoryGroups ? false : 'needs the memory control group, version 1') },
  () =>
    withMemory(220 * 1024 * 1024, (group) =>
      walk(async (person) => {
        const runner = await startRunner(person);
        const starter = await starterPid(person);
        // The starter before those that it made: who comes later is born in the group.
        for (const pid of [runner.pid, starter]) writeFileSync(`${group}/cgroup.procs`, `${pid}`);
        for (const pid of childrenOf(starter)) writeFileSync(`${group}/cgroup.procs`, pid);
        const eater = await shell(person, 'eater', eat(1_000_000_000));
        const run = await whenOver(person, await runNow(person, eater), 30_000);
        assert.equal(run.text('outcome'), 'failed');
        assert.equal(run.number('exitCode'), 137);
        assert.match(run.text('message'), /signal 9/);
        const plain = await shell(person, 'plain', 'cat /proc/self/oom_score_adj');
        const id = await runNow(person, plain);
        assert.equal((await whenOver(person, id)).text('outcome'), 'succeeded');
        assert.equal(await logsOf(person, id), '500\n', 'the runner is as good a victim as a job');
        assert.equal(await runner.stop(), 0);
      }),
    ),
);

test('a job that may not have the memory it asks for ends failed', { skip }, () =>
  walk(async (person) => {
    await startRunner(person);
    const line = eat(200_000_000).replace('exec', 'exec prlimit --as=50000000');
    const id = await runNow(person, await shell(person, 'small', line));
    assert.equal((await whenOver(person, id)).text('outcome'), 'failed');
    assert.match(await logsOf(person, id), /Out of memory/);
  }),
);

const forks = 'clone,clone3,fork,vfork';

/** Makes the next fork of the starter fail, and of each wrapper that waits for a run. */
async function failForks(starter: number): Promise<() => Promise<string>> {
  const pids = [`${starter}`, ...childrenOf(starter)];
  assert.ok(pids.length > 1, 'no wrapper waits');
  const words = ['-f', ...pids.flatMap((pid) => ['-p', pid]), '-e', `trace=${forks}`];
  const tracer = spawn('strace', [...words, '-e', `inject=${forks}:error=EAGAIN:when=1`]);
  const parts: Buffer[] = [];
  tracer.stderr.on('data', (part: Buffer) => parts.push(part));
  const said = () => Buffer.concat(parts).toString();
  await until('all are traced', () =>
    (said().match(/attached/g)?.length ?? 0) >= pids.length ? true : undefined,
  );
  return async () => {
    const over = once(tracer, 'close');
    tracer.kill('SIGINT');
    await over;
    return said();
  };
}

test(
  'where no process can be made a run is tried again; one that began without its command is known to have failed',
  { skip: skip || (missing('/usr/bin/strace', 'strace') ?? false) },
  () =>
    walk(async (person) => {
      await startRunner(person);
      const line = 'echo "$CRONKEEPER_RUN_ID" >> witness';
      const job = await shell(person, 'job', line);
      const starter = await starterPid(person);
      for (const number of [1, 2, 3]) {
        const detach = await failForks(starter);
        const failed = await whenOver(person, await runNow(person, job));
        assert.match(await detach(), /EAGAIN.*INJECTED/);
        assert.equal(failed.text('outcome'), 'failed');
        assert.equal(failed.text('reason'), 'start_failed');
        assert.match(failed.text('message'), /no process could be made/);
        const runId = await runNow(person, job);
        assert.equal((await whenOver(person, runId)).text('outcome'), 'succeeded');
        assert.equal(person.read('witness').trim().split('\n').length, number);
      }
    }),
);

/** Files that look like commands and are none. */
const impossible = [
  { name: 'has a bad interpreter', text: '#!/no/such/interpreter\n', exitCode: 127 },
  { name: 'is no program', text: '\u007fELF no program', exitCode: 127 },
] as const;

test(
  'what cannot be executed ends failed with the cause, once, and stops nothing else',
  { skip },
  () =>
    walk(async (person) => {
      await startRunner(person);
      const job = await add(person, ...beat, testify(person));
      for (const { name, text, exitCode } of impossible) {
        const path = person.file(name.replaceAll(' ', '-'));
        writeFileSync(path, text);
        chmodSync(path, 0o700);
        const id = await add(person, 'every 30 days', '--name', name, '--', path);
        const run = await whenOver(person, await runNow(person, id));
        assert.equal(run.text('outcome'), 'failed', name);
        assert.equal(run.number('exitCode'), exitCode, name);
        assert.equal(run.list('attempts').length, 1, name);
      }
      const tooLong = await applyHuge(person, 131_073);
      assert.equal(tooLong.code, 2);
      assert.match(tooLong.err, /at most 131072 characters/);
      // The kernel counts its own end mark to an argument too, and takes 128 KiB.
      assert.equal((await applyHuge(person, 131_072)).code, 0);
      const id = (await person.ask(['show', 'huge'])).answer.text('job', 'id');
      const run = await whenOver(person, await runNow(person, id), 30_000);
      assert.equal(run.text('outcome'), 'failed');
      assert.equal(run.text('reason'), 'start_failed');
      assert.match(run.text('message'), /longer than 128 KiB/);
      await moreTestimony(person, 2);
      assert.deepEqual((await unaccounted(person, job)).wrong, []);
    }),
);

const applyHuge = (person: Person, length: number) => {
  const jobs = [{ name: 'huge', when: 'every 30 days', command: ['echo', 'x'.repeat(length)] }];
  return person.type(['apply', '-'], {}, JSON.stringify({ version: 1, jobs }));
};
