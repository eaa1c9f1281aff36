import { type Store, StoreUnavailable } from '../../ports/store.ts';
import { accessStore } from './access.ts';
import { answeredStore } from './answered.ts';
import { appointmentStore } from './appointments.ts';
import { auditStore } from './audit.ts';
import { chatStore } from './chat.ts';
import { text } from './columns.ts';
import type { SqlDriver } from './driver.ts';
import { eventStore } from './events.ts';
import { instanceStore } from './instances.ts';
import { jobStore } from './jobs.ts';
import { leaseStore } from './leases.ts';
import { outboxStore } from './outbox.ts';
import { profileStore } from './profiles.ts';
import { requestStore } from './requests.ts';
import { runStore } from './runs.ts';
import { openSqliteDriver, type SqliteOptions } from './sqlite-driver.ts';
import { growWithJobs, migrate, schemaProblems, schemaVersion } from './sqlite-schema.ts';
import { makeTelling } from './telling.ts';
import { upkeepStore } from './upkeep.ts';

/**
 * Opens the store in a file, or in memory for tests; creates and upgrades its schema.
 *
 * @param options with `integrity` all is looked through first that tells what was decided, what runs and who owns; `alerts` names where
 * alerts go when a job names no target of its own
 * @throws Refusal when the schema is newer than this program, SQLite too old, or the file somebody else's
 * @throws StoreUnavailable when it cannot be opened or, with `integrity`, is damaged
 */
export async function openSqliteStore(
  options: SqliteOptions & {
    readonly integrity?: boolean;
    readonly alerts?: readonly string[];
  },
): Promise<Store> {
  const driver = await openSqliteDriver(options, schemaVersion);
  try {
    await migrate(driver);
    if (options.integrity === true) await refuseDamage(driver);
  } catch (error) {
    await driver.close();
    throw error;
  }
  const telling = makeTelling(options.alerts ?? ['inbox']);
  return {
    profiles: profileStore(driver),
    jobs: jobStore(driver, telling),
    runs: runStore(driver, telling),
    leases: leaseStore(driver),
    appointments: appointmentStore(driver),
    instances: instanceStore(driver),
    requests: requestStore(driver),
    audit: auditStore(driver),
    outbox: outboxStore(driver),
    upkeep: upkeepStore(driver),
    access: accessStore(driver),
    events: eventStore(driver),
    answered: answeredStore(driver),
    chat: chatStore(driver),
    close: () => driver.close(),
  };
}

/**
 * The schema first: a damaged one makes the other questions fail in strange ways. What grows with the number of jobs is left to who looks
 * through the whole file later: a job carries a seal of its own, and nothing there hides a decision.
 */
async function refuseDamage(driver: SqlDriver): Promise<void> {
  const tables = async (): Promise<readonly string[]> =>
    (await driver.all(`SELECT name FROM sqlite_master WHERE type = 'table'`))
      .map((row) => text(row, 'name'))
      .filter((name) => !growWithJobs.has(name));
  const deciding = async (): Promise<readonly string[]> => driver.problems(await tables());
  for (const look of [() => schemaProblems(driver), deciding]) {
    const [problem] = await look();
    if (problem !== undefined) throw new StoreUnavailable('store_corrupt', problem);
  }
}
