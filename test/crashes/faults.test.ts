import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { add, startRunner, walk } from '../journeys/asking.ts';
import { type Answer, launcher, type Person, sleep, until } from '../journeys/program.ts';
import { problemsOf } from './picture.ts';
import { whyNoStrace } from './strace.ts';

/** What happens to a store under a living owner, or before one starts. More of it: `journeys/bad-store.test.ts`. */

const isRoot = process.getuid?.() === 0;
const noStrace = whyNoStrace() ?? false;

const beat = (person: Person): Promise<string> =>
  add(person, 'every 1s', '--name', 'beat', '--shell', 'echo "$CRONKEEPER_FIRE_TIME" >> beats');

const beats = (person: Person): readonly string[] => person.read('beats').split('\n').slice(0, -1);

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

function assertClear({ code, out, err }: Answer, reason: RegExp): void {
  assert.ok(code === 1 || code === 3, `${code}: ${out}${err}`);
  assert.match(err, reason);
  assert.match(err, /→ \S/);
  assert.doesNotMatch(err + out, /^\s+at .*:\d+:\d+/m);
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
        const { answer } = await person.ask(['status']);
        assert.equal(answer.at('readiness', 'willRun').value, false);
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

describe('before one starts', { concurrency: 2 }, () => {
  test('a disk without room is told at the start; with room it works', { skip: !isRoot }, () =>
    walk(async (person) => {
      const full = person.file('full');
      const tmpfs = ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs'];
      spawnSync('mkdir', [full]);
      assert.equal(spawnSync('mount', [...tmpfs, full]).status, 0);
      try {
        spawnSync('dd', ['if=/dev/zero', `of=${full}/ballast`, 'bs=4k']);
        for (const words of [['add', 'every 1d', '--', 'true'], ['runner'], ['tick']])
          assertClear(await person.type(['--home', full, ...words]), /store_full|home_unusable/);
        rmSync(`${full}/ballast`);
        const added = await person.type(['--home', full, 'add', 'every 1d', '--', 'true']);
        assert.equal(added.code, 0, added.err);
        spawnSync('dd', ['if=/dev/zero', `of=${full}/ballast`, 'bs=4k']);
        assert.equal((await person.type(['add', 'every 1d', '--', 'true'])).code, 0);
        assertClear(await person.type(['backup', `${full}/backup.db`]), /store_full/);
        assert.ok(!existsSync(`${full}/backup.db`));
      } finally {
        spawnSync('umount', ['-l', full]);
      }
    }),
  );

  test('a limit on the size of files is an outage with a reason, and leaves the store whole', () =>
    walk(async (person) => {
      assert.equal((await person.type(['add', 'every 1d', '--', 'true'])).code, 0);
      const limited = spawn(
        'prlimit',
        ['--fsize=16384', launcher, 'add', 'every 1d', '--', 'true'],
        {
          env: person.env,
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      const parts: Buffer[] = [];
      limited.stderr.on('data', (part: Buffer) => parts.push(part));
      const [code] = await once(limited, 'close');
      assertClear({ code, out: '', err: Buffer.concat(parts).toString() }, /store_/);
      assert.deepEqual(await problemsOf(person.file('cronkeeper.db')), []);
      assert.equal((await person.type(['add', 'every 1d', '--', 'true'])).code, 0);
    }));

  test(
    'a database that others may read, that is another user’s or a link is refused',
    {
      skip: !isRoot,
    },
    () =>
      walk(async (person) => {
        assert.equal((await person.type(['add', 'every 1d', '--', 'true'])).code, 0);
        const path = person.file('cronkeeper.db');
        chmodSync(path, 0o644);
        for (const verb of ['status', 'runner', 'tick'])
          assertClear(await person.type([verb]), /home_modes/);
        chmodSync(path, 0o600);
        chownSync(path, 12_345, 12_345);
        assertClear(await person.type(['tick']), /home_foreign/);
        chownSync(path, 0, 0);
        renameSync(path, person.file('real'));
        symlinkSync(person.file('real'), path);
        assertClear(await person.type(['tick']), /home_unusable/);
        rmSync(path);
        renameSync(person.file('real'), path);
        assert.equal((await person.type(['list'])).code, 0);
      }),
  );

  test('a damaged job is not run: the owner refuses to start', () =>
    walk(async (person) => {
      await add(person, 'every 1s', '--name', 'beat', '--shell', 'echo harmless >> beats');
      copyFileSync(person.file('cronkeeper.db'), person.file('whole'));
      const raw = new DatabaseSync(person.file('cronkeeper.db'));
      raw.exec(`UPDATE jobs SET definition = replace(definition, 'harmless', 'harmlesz')`);
      raw.close();
      assertClear(await person.type(['list']), /store_corrupt/);
      const runner = person.start(['runner']);
      await sleep(2_500);
      assert.deepEqual(beats(person), []);
      await runner.stop();
      assert.equal((await person.type(['restore', 'whole', '--force'])).code, 0);
      assert.equal((await person.type(['list'])).code, 0);
    }));

  test('a damaged page that no job needs keeps a scheduler from starting, too', () =>
    walk(async (person) => {
      await beat(person);
      const path = person.file('cronkeeper.db');
      const raw = new DatabaseSync(path);
      const page = raw.prepare(
        `SELECT rootpage FROM sqlite_master WHERE name = 'requests_by_answer'`,
      );
      const root = Number(page.get()?.['rootpage']);
      raw.close();
      writeFileSync(path, readFileSync(path).fill(0, (root - 1) * 4_096, root * 4_096));
      for (const verb of ['tick', 'runner'])
        assertClear(await person.type([verb]), /store_corrupt/);
      assert.deepEqual(beats(person), []);
    }));
});
