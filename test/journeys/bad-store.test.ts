import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { add, holderPid, isStopped, startRunner, walk, whenRuns } from './asking.ts';
import { type Answer, type Person, until } from './program.ts';

/** What is wrong with the home or the store: one clear sentence with a remedy, nothing runs, and it goes on without hands. */

const isRoot = process.getuid?.() === 0;

function assertClear({ code, out, err }: Answer, exitCode: number, reason: string): void {
  assert.equal(code, exitCode, `${out}${err}`);
  assert.match(err, new RegExp(`✗ [^\\n]+\\[${reason}\\]\\n {2}→ \\S`));
  assert.doesNotMatch(err + out, /^\s+at .*:\d+:\d+/m);
}

const beat = (person: Person): Promise<string> =>
  add(person, 'every 1s', '--name', 'beat', '--shell', 'echo beat >> beats');

const beats = (person: Person): number => person.read('beats').length;

/** Waits until `status` names the reason; answers what it says. */
const whenStatusSays = (person: Person, reason: string, withinMs: number): Promise<Answer> =>
  until(
    `status says ${reason}`,
    async () => {
      const { answer } = await person.ask(['status']);
      if (answer.text('readiness', 'code') !== reason) return undefined;
      assert.notEqual(answer.at('readiness', 'remedy').value, null);
      return person.type(['status']);
    },
    withinMs,
  );

const whenItBeatsAgain = async (person: Person): Promise<void> => {
  const before = beats(person);
  await until('it runs again', () => (beats(person) > before ? true : undefined), 20_000);
  assert.equal((await person.type(['status'])).code, 0);
};

describe('home and store', { concurrency: 2 }, () => {
  test('a home that cannot be used is refused with the reason and the remedy', () =>
    walk(async (person) => {
      writeFileSync(person.file('file'), '');
      mkdirSync(person.file('open'), { mode: 0o750 });
      chmodSync(person.file('open'), 0o750);
      const at = (path: string, verb = 'status'): Promise<Answer> =>
        person.type(['--home', path, verb]);
      assertClear(await at(person.file('file')), 3, 'home_unusable');
      assertClear(await at(`${person.file('file')}/below`), 3, 'home_unusable');
      assertClear(await at('/proc/cronkeeper'), 3, 'home_unusable');
      for (const verb of ['status', 'runner', 'up', 'tick'])
        assertClear(await at(person.file('open'), verb), 3, 'home_modes');
      const { err } = await at(person.file('open'));
      const mend = /→ (chmod .*)/.exec(err)?.[1] ?? '';
      assert.equal(spawnSync('/bin/sh', ['-c', mend]).status, 0);
      assert.equal((await at(person.file('open'))).code, 4);
    }));

  test('a doctor sees a home that others may enter, and closes it only when it is told to', () =>
    walk(async (person) => {
      await beat(person);
      chmodSync(person.home, 0o755);
      chmodSync(person.file('runs'), 0o777);
      const seen = await person.type(['doctor']);
      assert.equal(seen.code, 1);
      assert.match(seen.out, /✗ problem: modes: .*\[home_modes\]/);
      assert.equal(statSync(person.home).mode & 0o777, 0o755);
      const { answer } = await person.ask(['doctor', '--fix']);
      assert.deepEqual(
        answer
          .at('mended')
          .list()
          .map((one) => one.at('isDone').value),
        [true],
      );
      assert.equal(statSync(person.home).mode & 0o777, 0o700);
      assert.equal(statSync(person.file('runs')).mode & 0o777, 0o700);
      assert.deepEqual((await person.ask(['doctor', '--fix'])).answer.list('mended'), []);
    }));

  test(
    'the home of another user is refused, and nothing is written into it',
    { skip: !isRoot },
    () =>
      walk(async (person) => {
        mkdirSync(person.file('theirs'), { mode: 0o700 });
        chownSync(person.file('theirs'), 12_345, 12_345);
        assertClear(
          await person.type(['--home', person.file('theirs'), 'status']),
          3,
          'home_foreign',
        );
        assert.ok(!existsSync(`${person.file('theirs')}/cronkeeper.db`));
      }),
  );

  test('a second runner and an up stand by, say who owns, and run nothing', () =>
    walk(async (person) => {
      const first = await startRunner(person);
      const job = await beat(person);
      const second = person.start(['runner']);
      const third = person.start(['up']);
      await until('up tells who owns', () =>
        third.output().includes(`pid ${first.pid}`) ? true : undefined,
      );
      await until('two stand by', async () => {
        const { answer } = await person.ask(['status']);
        const standings = answer.list('instances').map((one) => one.text('standing'));
        return standings.filter((one) => one === 'standby').length === 2 ? true : undefined;
      });
      await whenRuns(person, job, 'it ran thrice', (runs) => runs.length >= 3);
      const { answer } = await person.ask(['runs', job]);
      const owners = new Set(
        answer
          .list('runs')
          .flatMap((run) => run.list('attempts').map((one) => one.text('instanceId'))),
      );
      assert.equal(owners.size, 1);
      assert.equal(await second.stop(), 0);
      assert.equal(await third.stop(), 0);
      assert.equal(await holderPid(person), first.pid);
    }));

  test(
    'a full disk stops everything with the reason, and it goes on when there is room',
    { skip: !isRoot },
    () =>
      walk(async (person) => {
        const mounted = spawnSync('mount', [
          '-t',
          'tmpfs',
          '-o',
          'size=8m,mode=700',
          'tmpfs',
          person.home,
        ]);
        assert.equal(mounted.status, 0, String(mounted.stderr));
        try {
          const runner = await startRunner(person);
          const job = await beat(person);
          await whenRuns(person, job, 'it ran', (runs) => runs.length > 0);
          spawnSync('dd', ['if=/dev/zero', `of=${person.file('ballast')}`, 'bs=16k']);
          const told = await whenStatusSays(person, 'store_full', 8_000);
          assert.equal(told.code, 4);
          assert.match(told.out, /✗ Jobs will NOT run.+full/);
          assert.match(told.out, /→ Free some space/);
          assertClear(await person.type(['add', 'every 1d', '--', 'true']), 1, 'store_full');
          rmSync(person.file('ballast'));
          await whenItBeatsAgain(person);
          assert.doesNotMatch(runner.output(), /stack=|\n\s+at /);
          await runner.stop();
        } finally {
          spawnSync('umount', ['-l', person.home]);
        }
      }),
  );

  test('a read-only file system is told, and writable again it works', { skip: !isRoot }, () =>
    walk(async (person) => {
      assert.equal(
        spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', person.home]).status,
        0,
      );
      try {
        await beat(person);
        const remount = (how: string) => spawnSync('mount', ['-o', `remount,${how}`, person.home]);
        assert.equal(remount('ro').status, 0);
        for (const words of [['runner'], ['up'], ['add', 'every 1d', '--', 'true']]) {
          const answer = await person.type(words);
          assert.ok([1, 3].includes(answer.code ?? -1), `${words}: ${answer.out}${answer.err}`);
          assertClear(answer, answer.code ?? -1, '(?:store_read_only|home_unusable)');
        }
        assert.equal(remount('rw').status, 0);
        const runner = await startRunner(person);
        await whenItBeatsAgain(person);
        await runner.stop();
      } finally {
        spawnSync('umount', ['-l', person.home]);
      }
    }),
  );

  test('a database that another program locks stops everything with the reason, and it goes on after', () =>
    walk(async (person) => {
      const runner = await startRunner(person);
      const job = await beat(person);
      await whenRuns(person, job, 'it ran', (runs) => runs.length > 0);
      const rude = new DatabaseSync(person.file('cronkeeper.db'), { timeout: 5_000 });
      rude.exec('BEGIN EXCLUSIVE');
      const locked = Date.now();
      const told = await whenStatusSays(person, 'store_unavailable', 10_000);
      assert.match(told.out, /✗ Jobs will NOT run.+locked/);
      const during = beats(person);
      const added = await person.type(['add', 'every 1d', '--', 'true']);
      assertClear(added, 1, 'store_unavailable');
      assert.match(
        added.err.replaceAll(/\s+/g, ' '),
        new RegExp(`locked by process ${process.pid} `),
      );
      assert.ok(Date.now() - locked > 5_000);
      assert.equal(beats(person), during, 'something ran without a durable claim');
      rude.exec('ROLLBACK');
      rude.close();
      await whenItBeatsAgain(person);
      await runner.stop();
      const { answer } = await person.ask(['runs', job, '-n', '1000']);
      const times = answer.list('runs').map((run) => run.at('fireTime').value);
      assert.equal(new Set(times).size, times.length);
    }));

  test('a database that a stopped process keeps locked: the answer names the process, and what it names lets it go on', () =>
    walk(async (person) => {
      await add(person, 'every 1d', '--', 'true');
      const script = `
        const database = new (require('node:sqlite').DatabaseSync)('cronkeeper.db');
        database.exec('BEGIN IMMEDIATE');
        process.kill(process.pid, 'SIGSTOP');
        database.exec('ROLLBACK');`;
      const stopped = spawn(process.execPath, ['-e', script], { cwd: person.home });
      try {
        const pid = stopped.pid ?? 0;
        await until('it is stopped', () => isStopped(pid) || undefined);
        const { code, answer } = await person.ask(['add', 'every 1d', '--', 'true']);
        assert.equal(code, 1);
        assert.match(
          answer.text('error', 'message'),
          new RegExp(`locked by process ${pid} \\(.+\\), which is stopped\\.$`),
        );
        assert.equal(answer.text('error', 'remedy', 'kind'), 'command');
        spawnSync('/bin/sh', ['-c', answer.text('error', 'remedy', 'text')]);
        await add(person, 'every 1d', '--', 'true');
      } finally {
        stopped.kill('SIGKILL');
      }
    }));

  test('a corrupt database is told by every verb, and a backup takes its place', () =>
    walk(async (person) => {
      const job = await beat(person);
      assert.equal((await person.type(['backup', 'safe.db'])).code, 0);
      for (const suffix of ['-wal', '-shm'])
        rmSync(person.file(`cronkeeper.db${suffix}`), { force: true });
      writeFileSync(person.file('cronkeeper.db'), 'not a database at all '.repeat(1_000));
      for (const words of [
        ['status'],
        ['list'],
        ['runner'],
        ['tick'],
        ['add', 'every 1d', '--', 'true'],
      ])
        assertClear(await person.type(words), 1, 'store_corrupt');
      const doctor = await person.type(['doctor']);
      assert.equal(doctor.code, 1);
      assert.match(doctor.out, /✗ problem: store: .*\[store_corrupt\]\n {2}→ .*restore FILE/);
      assertClear(await person.type(['restore', 'file-that-is-not-there']), 3, 'not_found');
      writeFileSync(person.file('text'), 'no store');
      assertClear(await person.type(['restore', 'text']), 1, 'store_corrupt');
      // SQLite takes an empty file for a new database; restored, it would be a home without jobs.
      writeFileSync(person.file('empty'), '');
      assertClear(await person.type(['restore', 'empty']), 1, 'store_corrupt');
      assertClear(await person.type(['restore', '.']), 3, 'not_found');
      const restored = await person.type(['restore', 'safe.db']);
      assert.equal(restored.code, 0, restored.err);
      assert.equal((await person.ask(['show', job])).answer.text('job', 'name'), 'beat');
      const runner = await startRunner(person);
      await whenItBeatsAgain(person);
      await runner.stop();
    }));

  test('a backup that may only be read is restored, and one that may not is refused by its name', () =>
    walk(async (person) => {
      const job = await beat(person);
      assert.equal((await person.type(['backup', 'safe.db'])).code, 0);
      chmodSync(person.file('safe.db'), 0o400);
      assert.equal((await person.type(['restore', 'safe.db'])).code, 0);
      assert.equal(statSync(person.file('cronkeeper.db')).mode & 0o777, 0o600);
      assert.equal((await person.ask(['show', job])).answer.text('job', 'name'), 'beat');
      if (isRoot) return;
      chmodSync(person.file('safe.db'), 0);
      assertClear(await person.type(['restore', 'safe.db']), 3, 'not_permitted');
    }));

  test(
    'what is wrong with the disk of a backup, or of the home that it returns to, is told of it',
    {
      skip: !isRoot,
    },
    () =>
      walk(async (person) => {
        const small = person.file('small');
        mkdirSync(small);
        const mount = (how: string, at: string) =>
          spawnSync('mount', ['-t', 'tmpfs', '-o', how, 'tmpfs', at]).status;
        await beat(person);
        assert.equal(mount('size=64k', small), 0);
        try {
          const full = await person.type(['backup', 'small/safe.db']);
          assertClear(full, 2, 'usage');
          assert.match(full.err, /small\/safe\.db: Its disk is full/);
          assert.equal(spawnSync('mount', ['-o', 'remount,ro', small]).status, 0);
          const closed = await person.type(['backup', 'small/safe.db']);
          assertClear(closed, 2, 'usage');
          assert.match(closed.err, /read-only/);
        } finally {
          spawnSync('umount', ['-l', small]);
        }
        assert.equal((await person.type(['backup', 'safe.db'])).code, 0);
        assert.equal(mount('size=64k,mode=700', small), 0);
        try {
          const full = await person.type(['--home', small, 'restore', person.file('safe.db')]);
          assertClear(full, 1, 'store_full');
          assert.match(full.err, /Nothing was changed/);
        } finally {
          spawnSync('umount', ['-l', small]);
        }
      }),
  );

  test('a backup takes the place of a store that a newer program upgraded, and of a file of another program', () =>
    walk(async (person) => {
      const job = await beat(person);
      assert.equal((await person.type(['backup', 'safe.db'])).code, 0);
      const become = (pragma: string): void => {
        const database = new DatabaseSync(person.file('cronkeeper.db'));
        database.exec(`PRAGMA ${pragma}`);
        database.close();
      };
      for (const [reason, pragma] of [
        ['store_version_newer', 'user_version = 999'],
        ['home_foreign', 'application_id = 4711'],
      ] as const) {
        become(pragma);
        assertClear(await person.type(['list']), 1, reason);
        // Who lives there is told by whoever listens.
        const lives = createServer();
        await new Promise<void>((resolve) => lives.listen(person.file('run/x.sock'), resolve));
        const refused = await person.type(['restore', 'safe.db']);
        await new Promise((resolve) => lives.close(resolve));
        assertClear(refused, 3, 'lease_held');
        const restored = await person.type(['restore', 'safe.db']);
        assert.equal(restored.code, 0, restored.err);
        assert.equal((await person.ask(['show', job])).answer.text('job', 'name'), 'beat');
      }
    }));
});
