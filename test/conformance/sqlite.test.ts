import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaseStore } from '../../src/adapters/stores/leases.ts';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import { openSqliteDriver } from '../../src/adapters/stores/sqlite-driver.ts';
import { migrate, schemaVersion } from '../../src/adapters/stores/sqlite-schema.ts';
import { instanceOf, type Opened, profile, provenanceOf, start } from './store-samples.ts';
import { storeConformance } from './store-suite.ts';

async function open(path: string, tidy: () => void): Promise<Opened> {
  let now = start;
  const store = await openSqliteStore({
    path,
    now: () => now,
    sleep: async () => {},
    random: () => 0.5,
  });
  return {
    store,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    close: async () => {
      await store.close();
      tidy();
    },
  };
}

storeConformance('SQLite in memory', () => open(':memory:', () => {}));

storeConformance('SQLite in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-store-'));
  return open(join(folder, 'store.db'), () => rmSync(folder, { recursive: true }));
});

test('a renewal is put on the disk with the row of its holder, and not alone', async (t) => {
  const options = { path: ':memory:', now: () => start, sleep: async () => {}, random: () => 0.5 };
  const driver = await openSqliteDriver(options, schemaVersion);
  await migrate(driver);
  const { mock } = t.mock.method(driver, 'transaction');
  const leases = leaseStore(driver);
  const fence = { profile, epoch: 1, instanceId: 'one' };
  await leases.renew(fence, provenanceOf('proven'));
  await leases.renew(fence, provenanceOf('proven'), instanceOf('one'));
  assert.deepEqual(
    mock.calls.map(({ arguments: [, how] }) => how),
    ['fleeting', 'durable'],
  );
  await driver.close();
});
