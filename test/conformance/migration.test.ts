import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';
import { makeOldStore } from '../fixtures/store/old-store.ts';

const open = (path: string): Promise<Store> =>
  openSqliteStore({
    path,
    now: () => Date.UTC(2026, 10, 30),
    sleep: async () => {},
    random: () => 0.5,
    integrity: true,
  });

/** Jobs, runs with attempts, requests, an appointment, an owner that went; of schema 3 with the events that told of it. */
function oldStore(t: TestContext, schema: 1 | 3 = 1): string {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-migration-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'cronkeeper.db');
  makeOldStore(path, schema);
  return path;
}

test('a store of schema 1 opens as one of today, with everything that was in it', async (t) => {
  const path = oldStore(t);
  const store = await open(path);
  t.after(() => store.close());
  assert.deepEqual(await store.upkeep.check(), []);
  assert.ok(Number((await store.upkeep.settings())['user_version']) > 1);
  const jobs = await store.jobs.list('default', { after: null, limit: 10 });
  assert.deepEqual(
    jobs.map(({ definition, state }) => [definition.name, state, definition.ping]),
    [
      ['breaks', 'paused', null],
      ['report', 'enabled', null],
    ],
  );
  assert.deepEqual(
    jobs.map(({ authority }) => [authority.trust, authority.pausedBy]),
    [
      ['person', 'person'],
      ['person', null],
    ],
  );
  const runs = await store.runs.list('default', { limit: 10 });
  assert.deepEqual(
    runs.map(({ jobName, outcome }) => [jobName, outcome]),
    [
      ['breaks', 'failed'],
      ['report', 'succeeded'],
    ],
  );
  assert.equal((await store.runs.attempts(runs[0]?.id ?? '')).length, 1);
});

test('what happened before is told to nobody, and jobs of before deliver where they did: nowhere', async (t) => {
  const store = await open(oldStore(t));
  t.after(() => store.close());
  assert.equal(await store.outbox.unread('default'), 0);
  assert.deepEqual(await store.outbox.list('default', { limit: 10 }), []);
  const [job] = await store.jobs.byName('default', 'report');
  assert.deepEqual(job?.definition.deliver, []);
});

test('two programs that open it at once upgrade it once', async (t) => {
  const path = oldStore(t);
  const stores = await Promise.all([open(path), open(path), open(path)]);
  for (const store of stores) {
    assert.deepEqual(await store.upkeep.check(), []);
    await store.close();
  }
});

test('who follows the changes goes on after an upgrade of schema 3: no event is lost and no sequence given out again', async (t) => {
  const store = await open(oldStore(t, 3));
  t.after(() => store.close());
  const newest = await store.events.newest();
  assert.equal(newest, 24, 'the events of the fixture');
  const found = await store.events.after(0, 100);
  assert.ok(found.kind === 'events');
  const sequences = Array.from({ length: newest }, (_, index) => index + 1);
  assert.deepEqual(
    found.events.map(({ sequence }) => sequence),
    sequences,
  );
  await store.profiles.ensure('other', 1, 'test');
  const more = await store.events.after(newest, 100);
  assert.ok(more.kind === 'events');
  assert.equal(more.events[0]?.sequence, newest + 1);
  assert.deepEqual(await store.upkeep.check(), []);
});

test('of the events the newest are kept, and their sequences go on', async (t) => {
  const path = oldStore(t, 3);
  const store = await open(path);
  t.after(() => store.close());
  const before = await store.events.newest();
  const database = new DatabaseSync(path);
  database.exec(`INSERT INTO events (profile, at, kind, subject)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50400)
    SELECT 'default', i, 'run', 'r' FROM n`);
  const [row] = database.prepare('SELECT COUNT(*) AS n FROM events').all();
  database.close();
  const kept = Number(row?.['n']);
  assert.ok(kept >= 50_000 && kept < 50_256, `${kept} events are kept`);
  assert.equal(await store.events.newest(), before + 50_400);
  assert.deepEqual(await store.events.after(before, 1), { kind: 'reset' });
});
