import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';

/** A home as the program left it that knew schema 1: jobs, runs with attempts, requests, an appointment, an owner that went. */
const dump = readFileSync(new URL('../fixtures/store/schema-1.sql', import.meta.url), 'utf8');

const open = (path: string): Promise<Store> =>
  openSqliteStore({
    path,
    now: () => Date.UTC(2026, 10, 30),
    sleep: async () => {},
    random: () => 0.5,
    integrity: true,
  });

function oldStore(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-migration-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'cronkeeper.db');
  const database = new DatabaseSync(path);
  database.exec(dump);
  database.close();
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
