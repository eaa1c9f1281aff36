import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { openSqliteDriver } from '../sqlite-driver.ts';
import { migrate, schemaVersion } from '../sqlite-schema.ts';

/** What may read a whole table, or a whole index, and why that is no matter. */
const mayScan: ReadonlySet<string> = new Set([
  // A few rows in any home.
  'access.listCredentials',
  'access.removeExpired',
  'profiles.listProfiles',
  'upkeep.profileWithoutRule',
  // Upkeep, once an hour or less.
  'profiles.deleteDeliveriesSlice',
  'upkeep.cutByBytes',
  'upkeep.pruneAlerts',
  // When a store is looked through; the first reads only what is under way.
  'upkeep.attemptWithoutRunning',
  'upkeep.runningWithoutAttempt',
  'upkeep.enabledWithoutFireTime',
]);

/** Every statement of this folder by its name, `file.export`. */
async function statements(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  for (const file of files) {
    const exported: Readonly<Record<string, unknown>> = await import(`./${file}`);
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value === 'string') found.set(`${file.slice(0, -3)}.${name}`, value);
    }
  }
  return found;
}

test('no statement reads a whole table, but for those that may', async () => {
  const driver = await openSqliteDriver(
    { path: ':memory:', now: () => 0, sleep: async () => {}, random: () => 0.5 },
    schemaVersion,
  );
  await migrate(driver);
  const scanning = new Map<string, string>();
  for (const [name, sql] of await statements()) {
    const places = Math.max(
      0,
      ...[...sql.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)),
    );
    const plan = await driver.all(`EXPLAIN QUERY PLAN ${sql}`, Array(places).fill(1));
    const scan = plan
      .map((row) => String(row['detail']))
      .find((step) => /^SCAN (?!CONSTANT ROW)/.test(step));
    if (scan !== undefined) scanning.set(name, scan);
  }
  await driver.close();
  assert.deepEqual(
    [...scanning].filter(([name]) => !mayScan.has(name)),
    [],
  );
  assert.deepEqual(
    [...mayScan].filter((name) => !scanning.has(name)),
    [],
    'these read no whole table any more: take them off the list',
  );
  assert.match(scanning.get('upkeep.runningWithoutAttempt') ?? '', /runs_open/);
});
