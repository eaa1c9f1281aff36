import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { commit } from './driver.ts';
import { openSqliteStore } from './sqlite.ts';
import { openSqliteDriver, type SqliteOptions } from './sqlite-driver.ts';
import { isSqliteTooOld, migrate, schemaVersion } from './sqlite-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-sqlite-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);

const optionsOf = (path: string, sleep: () => Promise<void> = async () => {}): SqliteOptions => ({
  path,
  now: () => 1_000,
  sleep,
  random: () => 0.5,
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the file, its log and its index are for their owner only, an older one included', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  await store.profiles.ensure('la', 1, 'test');
  for (const suffix of ['', '-wal', '-shm']) assert.equal(modeOf(path + suffix), 0o600, suffix);
  await store.close();
  chmodSync(path, 0o644);
  await (await openSqliteStore(optionsOf(path))).close();
  assert.equal(modeOf(path), 0o600);
});

test('opening a file leaves the umask of the process as it was', async () => {
  const before = process.umask();
  await (await openSqliteStore(optionsOf(newPath()))).close();
  assert.equal(process.umask(), before);
});

test('what was written is there after closing and opening again', async () => {
  const path = newPath();
  const first = await openSqliteStore(optionsOf(path));
  await first.profiles.ensure('la', 7, 'test');
  await first.close();
  const second = await openSqliteStore({ ...optionsOf(path), integrity: true });
  assert.deepEqual(await second.profiles.list(), [{ name: 'la', createdAt: 7 }]);
  const settings = await second.upkeep.settings();
  assert.deepEqual([settings['journal_mode'], settings['synchronous']], ['wal', '2']);
  await second.close();
});

test('after a sign of life every change is put on the disk again', async () => {
  const driver = await openSqliteDriver(optionsOf(newPath()), schemaVersion);
  const syncOf = async (): Promise<unknown> => (await driver.settings())['synchronous'];
  const during: unknown[] = [];
  const seen = await driver.transaction(async (session) => {
    during.push((await session.all('PRAGMA synchronous'))[0]?.['synchronous']);
    return commit('seen');
  }, 'fleeting');
  assert.deepEqual([seen, during, await syncOf()], ['seen', [1], '2']);
  await assert.rejects(
    driver.transaction(async () => Promise.reject(new Error('it broke')), 'fleeting'),
    /it broke/,
  );
  assert.equal(await syncOf(), '2');
  await driver.close();
});

test('a store with a newer schema is not opened, and stays as it is', async () => {
  const path = newPath();
  await (await openSqliteStore(optionsOf(path))).close();
  const raw = new DatabaseSync(path);
  raw.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
  raw.close();
  const opening = openSqliteStore(optionsOf(path));
  await assert.rejects(opening, { name: 'Refusal', code: 'store_version_newer' });
});

test('a store whose schema was upgraded while it was open takes no more writes', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  const raw = new DatabaseSync(path);
  raw.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
  raw.close();
  await assert.rejects(store.profiles.ensure('la', 1, 'test'), { code: 'store_version_newer' });
  await store.close();
});

test('the database of another program is not touched', async () => {
  const path = newPath();
  const raw = new DatabaseSync(path);
  raw.exec('CREATE TABLE theirs (x)');
  raw.close();
  const before = readFileSync(path);
  await assert.rejects(openSqliteStore(optionsOf(path)), { name: 'Refusal', code: 'home_foreign' });
  assert.deepEqual(readFileSync(path), before);
});

test('a file that is no database is called corrupt, and kept', async () => {
  const path = newPath();
  writeFileSync(path, 'x'.repeat(8_192));
  await assert.rejects(openSqliteStore(optionsOf(path)), { code: 'store_corrupt' });
  assert.equal(readFileSync(path, 'utf8'), 'x'.repeat(8_192));
});

test('a damaged page is found when integrity is asked for', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  for (let n = 0; n < 300; n++) await store.profiles.ensure(`profile ${n}`, n, 'test');
  await store.close();
  const bytes = readFileSync(path);
  // Everything after the schema's pages, so that the file still opens.
  bytes.fill(0x5a, bytes.length - 10 * 4_096);
  writeFileSync(path, bytes);
  const opening = openSqliteStore({ ...optionsOf(path), integrity: true });
  await assert.rejects(opening, { name: 'StoreUnavailable', code: 'store_corrupt' });
});

test('a folder that is not there is an outage', async () => {
  const opening = openSqliteStore(optionsOf(join(folder, 'nowhere', 'x.db')));
  await assert.rejects(opening, { name: 'StoreUnavailable', code: 'store_unavailable' });
});

for (const [name, change] of Object.entries({
  replaced: (path: string) => writeFileSync(path, ''),
  removed: () => {},
})) {
  test(`a file that was ${name} while it was open is noticed`, async () => {
    const path = newPath();
    const store = await openSqliteStore(optionsOf(path));
    await store.upkeep.changeToken();
    renameSync(path, `${path}.aside`);
    change(path);
    await assert.rejects(store.upkeep.changeToken(), { code: 'store_unavailable' });
    await assert.rejects(store.upkeep.check(), { code: 'store_unavailable' });
    await store.close();
  });
}

test('the change token changes with every commit of another connection', async () => {
  const path = newPath();
  const [one, other] = [
    await openSqliteStore(optionsOf(path)),
    await openSqliteStore(optionsOf(path)),
  ];
  const tokens = [await one.upkeep.changeToken()];
  for (const name of ['la', 'ny']) {
    await other.profiles.ensure(name, 1, 'test');
    tokens.push(await one.upkeep.changeToken());
  }
  assert.equal(new Set(tokens).size, 3);
  assert.equal(await one.upkeep.changeToken(), tokens.at(-1));
  await one.close();
  await other.close();
});

test('a log that is written back is used from its beginning again', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  const write = (name: string): Promise<unknown> => store.profiles.ensure(name, 1, 'test');
  const logBytes = (): number => statSync(`${path}-wal`).size;
  await write('first');
  await store.upkeep.writeBack();
  const bytes = logBytes();
  for (const name of ['a', 'b', 'c', 'd']) {
    await write(name);
    await store.upkeep.writeBack();
  }
  assert.equal(logBytes(), bytes);
  for (const name of ['e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']) await write(name);
  assert.equal((await store.profiles.list()).length, 13);
  await store.close();
});

test('a writer waits for the lock of another and then writes', async () => {
  const path = newPath();
  const blocker = new DatabaseSync(path);
  let pauses = 0;
  const store = await openSqliteStore(
    optionsOf(path, async () => {
      pauses++;
      if (pauses === 2) blocker.exec('COMMIT');
    }),
  );
  blocker.exec('BEGIN IMMEDIATE');
  const writing = store.profiles.ensure('la', 1, 'test');
  assert.equal(await writing, true);
  assert.equal(pauses, 2);
  blocker.close();
  await store.close();
});

test('a store that stays locked is unavailable, still reads, and recovers by itself', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  const blocker = new DatabaseSync(path);
  blocker.exec('BEGIN IMMEDIATE');
  const writing = store.profiles.ensure('la', 1, 'test');
  assert.deepEqual(await store.profiles.list(), []);
  await assert.rejects(writing, { name: 'StoreUnavailable', code: 'store_unavailable' });
  blocker.exec('ROLLBACK');
  assert.equal(await store.profiles.ensure('la', 1, 'test'), true);
  blocker.close();
  await store.close();
});

test('a full store writes nothing of the transaction, says so, and recovers with space', async () => {
  const driver = await openSqliteDriver(optionsOf(newPath()), schemaVersion);
  await migrate(driver);
  const fill = async () =>
    driver.transaction(async (session) => {
      for (let n = 0; n < 100; n++) {
        const values = ['la', n, 'x', 'x', 'x', JSON.stringify('x'.repeat(4_000))];
        await session.run(
          'INSERT INTO audit (profile, at, actor, kind, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)',
          values,
        );
      }
      return commit(null);
    });
  await driver.all('PRAGMA max_page_count = 60');
  await assert.rejects(fill(), { name: 'StoreUnavailable', code: 'store_full' });
  assert.deepEqual(await driver.all('SELECT * FROM audit'), []);
  await driver.all('PRAGMA max_page_count = 100000');
  await fill();
  await driver.close();
});

test('nobody sees a transaction before its end, and transactions do not interleave', async () => {
  const driver = await openSqliteDriver(optionsOf(':memory:'), schemaVersion);
  await driver.run('CREATE TABLE t (n BIGINT)');
  const seen: number[] = [];
  const add = async () =>
    driver.transaction(async (session) => {
      const [row] = await session.all('SELECT COUNT(*) AS n FROM t');
      await session.run('INSERT INTO t VALUES (1)');
      await session.run('INSERT INTO t VALUES (2)');
      return commit(Number(row?.['n']));
    });
  const look = async () => seen.push((await driver.all('SELECT n FROM t')).length);
  const counted = await Promise.all([add(), look(), add(), look(), add()]).then((all) => [
    all[0],
    all[2],
    all[4],
  ]);
  assert.deepEqual(counted, [0, 2, 4]);
  assert.deepEqual(seen, [2, 4]);
  await driver.close();
});

test('work that throws leaves nothing behind and does not block the next', async () => {
  const driver = await openSqliteDriver(optionsOf(':memory:'), schemaVersion);
  await driver.run('CREATE TABLE t (n BIGINT)');
  const failing = driver.transaction(async (session) => {
    await session.run('INSERT INTO t VALUES (1)');
    throw new Error('in the middle');
  });
  await assert.rejects(failing, /in the middle/);
  assert.deepEqual(await driver.all('SELECT n FROM t'), []);
  await driver.close();
});

test('a wrong statement is a bug, not an outage', async () => {
  const driver = await openSqliteDriver(optionsOf(':memory:'), schemaVersion);
  await assert.rejects(driver.all('SELECT absent'), { name: 'Error', message: /no such column/ });
  await driver.close();
});

test('a parameter may be used twice and out of order', async () => {
  const driver = await openSqliteDriver(optionsOf(':memory:'), schemaVersion);
  const [row] = await driver.all('SELECT $2 AS b, $1 AS a, $2 AS c', ['x', 'y']);
  assert.deepEqual({ ...row }, { b: 'y', a: 'x', c: 'y' });
  await driver.close();
});

test('a backup is a complete store of its own, and never overwrites', async () => {
  const store = await openSqliteStore(optionsOf(newPath()));
  await store.profiles.ensure('la', 1, 'test');
  const copy = newPath();
  await store.upkeep.backup(copy);
  assert.equal(modeOf(copy), 0o600);
  await assert.rejects(store.upkeep.backup(copy), { code: 'EEXIST' });
  const nowhere = join(folder, 'nowhere', 'x.db');
  await assert.rejects(store.upkeep.backup(nowhere), { code: 'ENOENT' });
  assert.equal(existsSync(nowhere), false);
  const restored = await openSqliteStore({ ...optionsOf(copy), integrity: true });
  assert.deepEqual(await restored.profiles.list(), await store.profiles.list());
  await restored.close();
  await store.close();
});

test('a backup is made while another connection writes', async () => {
  const path = newPath();
  const store = await openSqliteStore(optionsOf(path));
  const writer = new DatabaseSync(path);
  writer.exec('BEGIN IMMEDIATE');
  await store.upkeep.backup(newPath());
  writer.exec('COMMIT');
  writer.close();
  await store.close();
});

for (const [version, tooOld] of [
  ['3.51.2', true],
  ['3.45.1', true],
  ['3.51.3', false],
  ['3.53.4', false],
  ['4.0.0', false],
] as const) {
  test(`SQLite ${version} is ${tooOld ? 'too old' : 'new enough'}`, () => {
    assert.equal(isSqliteTooOld(version), tooOld);
  });
}
