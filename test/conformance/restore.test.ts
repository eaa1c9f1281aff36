import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { restoreSqlite } from '../../src/adapters/stores/restore.ts';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import { openSqliteDriver, type SqliteOptions } from '../../src/adapters/stores/sqlite-driver.ts';
import { schemaVersion } from '../../src/adapters/stores/sqlite-schema.ts';
import { alertsOf } from '../../src/core/incident.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  attemptOf,
  processOf,
  profile,
  requestOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-restore-'));
after(() => rmSync(folder, { recursive: true }));

const dayMs = 86_400_000;
const optionsOf = (path: string, now: number): SqliteOptions => ({
  path,
  now: () => now,
  sleep: async () => {},
  random: () => 0.5,
});

/** What happens in the home between the backup and its return, and when that is. */
type Since = { readonly at: number; readonly change: (path: string) => Promise<void> };
const daysLater: Since = { at: start + 3 * dayMs + 1, change: async () => {} };

/** Restores what `prepare` left behind into the home that it was made in. */
async function restored(
  name: string,
  prepare: (store: Store) => Promise<void>,
  { at, change }: Since = daysLater,
): Promise<{ readonly store: Store; readonly passedOver: unknown }> {
  const path = (part: string): string => join(folder, `${name}-${part}.db`);
  const backup = path('backup');
  const target = path('target');
  const before = await openSqliteStore(optionsOf(target, start));
  await prepare(before);
  await before.upkeep.backup(backup);
  await before.close();
  await change(target);
  const { passedOver } = await restoreSqlite({
    ...optionsOf(target, at),
    backup,
    target,
    at,
    isOfHome: () => true,
    decide: async () => {},
  });
  return { store: await openSqliteStore(optionsOf(target, at)), passedOver };
}

test('nothing that waited in a backup is begun, answered or sent again', async () => {
  const incident = {
    id: 'i',
    profile,
    kind: 'failed' as const,
    subject: 'a',
    cause: '',
    targets: ['webhook:https://far.example/', 'ntfy:topic'],
    openedAt: start,
    closedAt: null,
  };
  const { store, passedOver } = await restored('waiting', async (from) => {
    const fence = await withHolder(from);
    const ids = ['retry', 'first', 'asked'];
    await fireRuns(
      from,
      fence,
      ids.map((id, index) =>
        runOf(
          id,
          id === 'asked' ? { fireTime: null, deadline: null } : { fireTime: start + index },
        ),
      ),
    );
    await from.runs.authorise(fence, [{ attempt: attemptOf('retry', fence) }]);
    const failed = settlementOf('retry', 1, {
      state: 'queued',
      outcome: null,
      reason: 'exit_nonzero',
      notBefore: start + dayMs,
      endedAt: null,
    });
    const attempt =
      failed.attempt === null ? null : { ...failed.attempt, outcome: 'failed' as const };
    await from.runs.settle(fence, [{ ...failed, attempt }]);
    await from.requests.create(requestOf('request'), null);
    const words = { event: 'failed' as const, title: 'It failed', text: '', at: start };
    await from.outbox.openIncident(incident, alertsOf(incident, words));
    const [one] = (await from.outbox.look(profile, { until: start, mayExecute: true })).due;
    assert.ok(one);
    await from.outbox.claim(one, { instanceId: 'one', process: processOf(1), until: start });
  });
  assert.deepEqual(passedOver, { runs: 3, requests: 1, deliveries: 2 });
  const ends = [];
  for (const id of ['retry', 'first', 'asked']) {
    const run = await store.runs.get(profile, id);
    ends.push([run?.state, run?.outcome, run?.reason]);
  }
  assert.deepEqual(ends, [
    ['ended', 'failed', 'restored'],
    ['missed', null, 'restored'],
    ['missed', null, 'restored'],
  ]);
  const request = await store.requests.get(profile, 'request');
  assert.deepEqual([request?.state, request?.reason], ['expired', 'restored']);
  const owed = await store.outbox.list(profile, { limit: 10 });
  assert.deepEqual(
    owed.map(({ state }) => state),
    ['unknown', 'unknown'],
  );
  assert.deepEqual(await store.upkeep.check(), []);
  await store.close();
});

test('a run that was under way in a backup is not tried again', async () => {
  const { store } = await restored('running', async (from) => {
    const fence = await withHolder(from);
    await fireRuns(from, fence, [runOf('r')]);
    await from.runs.authorise(fence, [{ attempt: attemptOf('r', fence) }]);
  });
  const run = await store.runs.get(profile, 'r');
  assert.deepEqual([run?.state, run?.cancelRequested], ['running', true]);
  await store.close();
});

const epochOf = async (store: Store, name = profile): Promise<number> =>
  (await store.leases.read(name)).epoch;

/** As many terms as one minute of them after the other, told by a clock that was set back. */
const manyTerms = async (path: string): Promise<void> => {
  const driver = await openSqliteDriver(optionsOf(path, start), schemaVersion);
  await driver.run('UPDATE leases SET epoch = epoch + 5000');
  await driver.close();
};

const since: readonly (Since & { readonly name: string; readonly atLeast: number })[] = [
  { name: 'what the former store gave out', at: start, change: manyTerms, atLeast: 5_001 },
  {
    name: 'what time allowed, where the former store is gone',
    at: daysLater.at,
    change: async (path) => rmSync(path),
    atLeast: 1 + 3 * 86_400,
  },
  {
    name: 'what time allowed, where the former store is damaged',
    at: daysLater.at,
    change: async (path) => writeFileSync(path, 'no store'),
    atLeast: 1 + 3 * 86_400,
  },
  {
    name: 'what time allowed, where the former store was made anew',
    at: daysLater.at,
    change: async (path) => {
      rmSync(path);
      await (await openSqliteStore(optionsOf(path, start))).close();
    },
    atLeast: 1 + 3 * 86_400,
  },
];
for (const { name, atLeast, ...then } of since) {
  test(`a restored epoch lies beyond ${name}`, async () => {
    const { store } = await restored(
      `epoch ${name}`,
      async (from) => assert.equal((await withHolder(from)).epoch, 1),
      then,
    );
    assert.ok((await epochOf(store)) > atLeast, `${await epochOf(store)}`);
    assert.equal((await store.leases.read(profile)).endRunsUpTo, await epochOf(store));
    await store.close();
  });
}

test('a profile that was made after the backup does not begin its epochs again', async () => {
  const { store } = await restored('late', async () => {}, {
    at: start + 1_000,
    change: async (path) => {
      const former = await openSqliteStore(optionsOf(path, start));
      await withHolder(former);
      await former.close();
      await manyTerms(path);
    },
  });
  await store.profiles.ensure(profile, start, 'test');
  assert.ok((await epochOf(store)) > 5_001);
  assert.deepEqual(await store.upkeep.check(), []);
  await store.close();
});
