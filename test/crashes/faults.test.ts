import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { startRunner, walk } from '../journeys/asking.ts';
import { type Person, until } from '../journeys/program.ts';
import { assertClear, beat, beats } from './beat.ts';
import { problemsOf } from './picture.ts';
import { whyNoStrace } from './strace.ts';

/** What happens to a store under a living owner, or before one starts. More of it: `journeys/bad-store.test.ts`. */

const noStrace = whyNoStrace() ?? false;

async function whenItBeats(person: Person): Promise<void> {
  const before = beats(person).length;
  await until('it beats', () => (beats(person).length > before ? true : undefined), 20_000);
}

/** A look that lets what was begun before come to its end, and then sees nothing begin for two seconds. */
async function whenItIsSilent(person: Person): Promise<void> {
  let seen = beats(person).length;
  let since = Date.now();
  await until('it is silent', () => {
    const now = beats(person).length;
    if (now !== seen) since = Date.now();
    seen = now;
    return Date.now() - since > 2_500 ? true : undefined;
  });
}

/** Nothing ran twice, and every occurrence up to the newest run has one decision. */
async function assertSound(person: Person, job: string): Promise<void> {
  const lines = beats(person);
  assert.equal(new Set(lines).size, lines.length, 'something ran twice');
  const store = await person.openStore();
  const runs = await store.runs.list('default', { jobId: job, limit: 10_000 });
  const times = runs.map(({ fireTime }) => fireTime);
  assert.equal(new Set(times).size, times.length);
  const begun = new Set(lines.map((line) => Date.parse(line)));
  for (const { outcome, fireTime } of runs)
    if (outcome === 'succeeded') assert.ok(begun.has(fireTime ?? 0), `${fireTime} never began`);
  await store.close();
  assert.deepEqual(await problemsOf(person.file('cronkeeper.db')), []);
}

/** Breaks a system call of a living process, until the answer is asked to end. */
async function breakCall(person: Person, pid: number, injection: string): Promise<ChildProcess> {
  const log = person.file('strace.log');
  const child = spawn(
    'strace',
    [
      '-f',
      '-p',
      `${pid}`,
      '-o',
      log,
      '-e',
      'trace=fsync,pwrite64,openat',
      '-e',
      `inject=${injection}`,
    ],
    { stdio: 'ignore' },
  );
  await until('a call was harmed', () =>
    existsSync(log) && readFileSync(log, 'utf8').includes('(INJECTED)') ? true : undefined,
  );
  return child;
}

async function detach(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
}

describe('under a living owner', { concurrency: 2 }, () => {
  test(
    'a sync that fails once and then "succeeds" ends the connection, and it goes on with another',
    {
      skip: noStrace,
    },
    () =>
      walk(async (person) => {
        const job = await beat(person);
        const runner = await startRunner(person);
        await whenItBeats(person);
        const strace = await breakCall(person, runner.pid, 'fsync:error=EIO:when=1');
        await until('the store is opened anew', () => {
          const [, later = ''] = person.read('strace.log').split('(INJECTED)');
          return later.includes('cronkeeper.db"') ? true : undefined;
        });
        await detach(strace);
        await whenItBeats(person);
        await runner.stop();
        await assertSound(person, job);
      }),
  );

  for (const [name, injection] of [
    ['no sync succeeds', 'fsync:error=EIO'],
    ['no write succeeds', 'pwrite64:error=EIO'],
    ['the disk is full', 'pwrite64:error=ENOSPC'],
    ['the disk is read-only', 'pwrite64:error=EROFS'],
  ] as const)
    test(`${name} for a while: nothing runs, and it goes on by itself`, { skip: noStrace }, () =>
      walk(async (person) => {
        const job = await beat(person);
        const runner = await startRunner(person);
        await whenItBeats(person);
        const strace = await breakCall(person, runner.pid, injection);
        await whenItIsSilent(person);
        await until(
          'status says so',
          async () => {
            const { answer } = await person.ask(['status']);
            return answer.at('readiness', 'willRun').value === false ? true : undefined;
          },
          5_000,
        );
        await detach(strace);
        await whenItBeats(person);
        assert.doesNotMatch(runner.output(), /stack=|\n\s+at /);
        await runner.stop();
        await assertSound(person, job);
      }),
    );

  test('a store that was moved away is not made anew; back again, it goes on', () =>
    walk(async (person) => {
      const job = await beat(person);
      const runner = await startRunner(person);
      await whenItBeats(person);
      renameSync(person.file('cronkeeper.db'), person.file('aside'));
      await whenItIsSilent(person);
      assert.ok(!existsSync(person.file('cronkeeper.db')), 'an empty store was made');
      assert.match(runner.output(), /removed or replaced/);
      renameSync(person.file('aside'), person.file('cronkeeper.db'));
      await whenItBeats(person);
      await runner.stop();
      await assertSound(person, job);
    }));

  test('a store that a copy of it replaced is gone on with', () =>
    walk(async (person) => {
      const job = await beat(person);
      const runner = await startRunner(person);
      await whenItBeats(person);
      const backup = await person.type(['backup', 'copy.db']);
      assert.equal(backup.code, 0, backup.err);
      runner.signal('SIGSTOP');
      rmSync(person.file('cronkeeper.db-wal'));
      rmSync(person.file('cronkeeper.db-shm'));
      renameSync(person.file('copy.db'), person.file('cronkeeper.db'));
      runner.signal('SIGCONT');
      await whenItBeats(person);
      await runner.stop();
      // Decisions after the copy was made are gone with the file: what ran in that second may run again, as after any older copy.
      assert.deepEqual(await problemsOf(person.file('cronkeeper.db')), []);
      const { answer } = await person.ask(['runs', job]);
      assert.ok(answer.list('runs').length > 0);
    }));

  test('a store with a second name is the same store', () =>
    walk(async (person) => {
      const job = await beat(person);
      const runner = await startRunner(person);
      await whenItBeats(person);
      linkSync(person.file('cronkeeper.db'), person.file('second'));
      await whenItBeats(person);
      rmSync(person.file('second'));
      await whenItBeats(person);
      await runner.stop();
      await assertSound(person, job);
    }));

  test('a schema that a newer program upgraded stops an older owner', () =>
    walk(async (person) => {
      const job = await beat(person);
      const runner = await startRunner(person);
      await whenItBeats(person);
      const newer = new DatabaseSync(person.file('cronkeeper.db'), { timeout: 5_000 });
      const version = newer.prepare('PRAGMA user_version').get()?.['user_version'];
      newer.exec('PRAGMA user_version = 99');
      await whenItIsSilent(person);
      assertClear(await person.type(['status']), /store_version_newer/);
      assertClear(await person.type(['tick']), /store_version_newer/);
      newer.exec(`PRAGMA user_version = ${version}`);
      newer.close();
      await whenItBeats(person);
      await runner.stop();
      await assertSound(person, job);
    }));
});
