import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { add, walk } from '../journeys/asking.ts';
import { launcher, type Person, sleep, until } from '../journeys/program.ts';
import { assertClear, beat, beats } from './beat.ts';
import { problemsOf } from './picture.ts';

/** What is wrong with a store before anything of ours starts. More of it: `journeys/bad-store.test.ts`. */

const isRoot = process.getuid?.() === 0;

/** Fills the first page of an index with zeros. */
function damageRoot(person: Person, index: string): void {
  const path = person.file('cronkeeper.db');
  const raw = new DatabaseSync(path);
  const page = raw.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?');
  const root = Number(page.get(index)?.['rootpage']);
  raw.close();
  writeFileSync(path, readFileSync(path).fill(0, (root - 1) * 4_096, root * 4_096));
}

async function endsAsCorrupt(person: Person, verb: string): Promise<void> {
  const started = person.start([verb]);
  let code: number | null | undefined;
  void started.ended.then((ended) => {
    code = ended;
  });
  const ended = await until(`${verb} ends`, () => code);
  assertClear({ code: ended, out: '', err: started.output() }, /store_corrupt/);
}

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
        const backedUp = await person.type(['backup', `${full}/backup.db`]);
        assert.equal(backedUp.code, 2);
        assert.match(
          backedUp.err,
          /full\/backup\.db: Its disk is full\.[\s\S]*Free some space there/,
        );
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
      damageRoot(person, 'requests_by_answer');
      for (const verb of ['tick', 'runner']) await endsAsCorrupt(person, verb);
      assert.deepEqual(beats(person), []);
      const raw = new DatabaseSync(person.file('cronkeeper.db'));
      assert.equal(raw.prepare('SELECT MAX(epoch) AS epoch FROM leases').get()?.['epoch'], 0);
      raw.close();
    }));

  test('damage that no decision depends on ends a scheduler that has begun', () =>
    walk(async (person) => {
      await beat(person);
      damageRoot(person, 'job_keys_by_job');
      for (const verb of ['tick', 'runner']) await endsAsCorrupt(person, verb);
    }));
});
