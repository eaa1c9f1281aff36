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
  'upkeep.cutByBytes',
  // The recipients, which it has just found one by one.
  'outbox.dueDeliveries',
  // When a profile is removed; the last one is incidents.
  'profiles.deleteDeliveriesSlice',
  'profiles.deleteProfile.3',
  // When a store is looked through; the first reads only what is under way.
  'upkeep.attemptWithoutRunning',
  'upkeep.runningWithoutAttempt',
  'upkeep.enabledWithoutFireTime',
]);

/** The statements that an export stands for: itself, those of a list, or what it makes for two of whatever it takes. */
function statementsOf(exported: unknown): readonly unknown[] {
  if (typeof exported === 'function') return [exported(2)];
  return Array.isArray(exported) ? exported : [exported];
}

/** Every statement of this folder by its name, `file.export`, with its place where there are several. */
async function statements(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  for (const file of files) {
    const exported: Readonly<Record<string, unknown>> = await import(`./${file}`);
    for (const [name, value] of Object.entries(exported)) {
      const all = statementsOf(value);
      for (const [place, sql] of all.entries()) {
        const whole = `${file.slice(0, -3)}.${name}${all.length > 1 ? `.${place}` : ''}`;
        assert.equal(typeof sql, 'string', whole);
        found.set(whole, String(sql));
      }
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
      .find((step) => /^SCAN (?!CONSTANT ROW|\d+-ROW VALUES)/.test(step));
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
