import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Instant } from '../../core/instant.ts';
import { type Store, StoreUnavailable } from '../../ports/store.ts';
import { integer, text } from './columns.ts';
import type { SqlDriver } from './driver.ts';
import { writeThrough } from './new-file.ts';
import { openSqliteStore } from './sqlite.ts';
import { openSqliteDriver, type SqliteOptions } from './sqlite-driver.ts';
import { migrate, schemaVersion } from './sqlite-schema.ts';

/** By how much a restored epoch is raised at least. */
const epochLeap = 1_000;

/**
 * No number that was given out after the backup may be given out again. Nobody claims more often than each second for long, so the time
 * since the last sign of a term bounds them, whatever became of the store that knew.
 */
const leapByTime = `
  UPDATE leases SET epoch = epoch + $1 + CAST(MAX(0, $2 - MAX(renewed_at,
    COALESCE((SELECT created_at FROM profiles WHERE name = leases.profile), 0))) / 1000 AS INTEGER)`;

/** The former store, where it can be read, knows whatever the clocks say, and profiles that the backup does not. */
const leapBeyond = `
  INSERT INTO leases (profile, epoch, appointment_version, renewals, renewed_at, ttl_ms, end_runs_up_to)
  VALUES ($1, $2, 0, 0, 0, 0, 0)
  ON CONFLICT (profile) DO UPDATE SET epoch = MAX(epoch, excluded.epoch)`;

/** What former terms said of themselves is void: no holder, and their runs must not be adopted. */
const voidTerms = `
  UPDATE leases SET holder_id = NULL, holder = NULL, preferred_id = NULL, end_runs_up_to = epoch`;

/** A run of another home is not this one's to adopt, to judge or to end; its processes carry the same mark as they would here. */
const underWay = `SELECT id FROM runs WHERE state = 'running'`;
const letGoAttempts = `
  UPDATE attempts SET state = 'ended', outcome = 'unknown', reason = 'restored', ended_at = $2
  WHERE run_id = $1 AND state IN ('authorised', 'began')`;
const letGoRun = `
  UPDATE runs SET state = 'ended', outcome = 'unknown', reason = 'restored', ended_at = $2,
    message = 'It was under way in another home when the backup was made; what became of it is told there.'
  WHERE id = $1`;
/** Its end is recorded as its files tell it. What followed it after the backup, nobody knows, so nothing follows it now. */
const endWithAttempt = `UPDATE runs SET cancel_requested = 1 WHERE id = $1`;

/** What waited may have begun, been answered or been sent after the backup, and nothing tells. A run of which an attempt ended did run. */
const endRetries = `
  UPDATE runs SET state = 'ended', reason = 'restored', ended_at = $1,
    message = 'It waited for another attempt when the backup was made; whether that began is not known.',
    outcome = (SELECT a.outcome FROM attempts a
      WHERE a.run_id = runs.id AND a.state = 'ended' ORDER BY a.number DESC LIMIT 1)
  WHERE state = 'queued' AND EXISTS
    (SELECT 1 FROM attempts a WHERE a.run_id = runs.id AND a.state = 'ended')`;
const missQueued = `
  UPDATE runs SET state = 'missed', reason = 'restored', ended_at = $1,
    message = 'It waited to begin when the backup was made; whether it ran is not known.'
  WHERE state = 'queued'`;
const expireRequests = `
  UPDATE requests SET state = 'expired', reason = 'restored', answered_at = $1,
    message = 'It waited when the backup was made; whether it was answered is not known.'
  WHERE state = 'waiting'`;
const forgetOwed = `
  UPDATE deliveries SET state = 'unknown', settled_at = $1,
    cause = 'It was owed when the backup was made; whether it was sent is not known.'
  WHERE state IN ('pending', 'sending')`;

const logs = ['-wal', '-shm'] as const;

type Restoring = Omit<SqliteOptions, 'path'> & {
  readonly backup: string;
  readonly target: string;
  readonly at: Instant;
  /** Whether the files of a run are in the home that is restored, which began it then. */
  readonly isOfHome: (runId: string) => boolean;
  /** Decides in the restored store what its age leaves open, before anybody can see it. */
  readonly decide: (store: Store) => Promise<void>;
};

/** How much of what waited in a backup is not done again, because it may have been done since. */
export type PassedOver = {
  readonly runs: number;
  readonly requests: number;
  readonly deliveries: number;
};

/** `kept`: the new name of the store that was there. */
type Restored = { readonly kept: string | null; readonly passedOver: PassedOver };

/**
 * Puts a backup in the place of the store at `target`. The backup is checked, upgraded and decided in a copy first, which takes the
 * place in one step: whoever opens the home finds the former store or the restored one. The store that was there is kept beside it.
 * Nobody may have the store open.
 *
 * @throws Refusal or StoreUnavailable when the backup is not a whole store of this or an older version; nothing was changed then
 */
export async function restoreSqlite(options: Restoring): Promise<Restored> {
  const { target, at } = options;
  const draft = `${target}.restoring`;
  removeStore(draft);
  let passedOver: PassedOver;
  try {
    passedOver = await makeDraft(options, draft);
  } catch (error) {
    removeStore(draft);
    throw error;
  }
  const kept = existsSync(target) ? `${target}.before-restore-${at}` : null;
  if (kept !== null) {
    await foldLog(options);
    keep(target, kept);
  }
  // What could not be folded in is damaged; it must not be taken for the log of the restored store.
  for (const suffix of logs) {
    if (!existsSync(`${target}${suffix}`)) continue;
    if (kept === null) rmSync(`${target}${suffix}`);
    else renameSync(`${target}${suffix}`, `${kept}${suffix}`);
  }
  renameSync(draft, target);
  writeThrough(dirname(target));
  return { kept, passedOver };
}

function removeStore(path: string): void {
  for (const suffix of ['', ...logs]) rmSync(`${path}${suffix}`, { force: true });
}

async function makeDraft(
  { backup, target, at, decide, isOfHome, ...rest }: Restoring,
  draft: string,
): Promise<PassedOver> {
  const former = await formerEpochs({ ...rest, path: target });
  copyFileSync(backup, draft);
  // A copy has the mode of what it was made of, which may be for reading only, or for everybody.
  chmodSync(draft, 0o600);
  let passedOver: PassedOver;
  const driver = await openSqliteDriver({ ...rest, path: draft }, schemaVersion);
  try {
    // A file without tables would become a new store, with nothing of what was to be restored in it.
    const [row] = await driver.all('PRAGMA user_version');
    if (row?.['user_version'] === 0)
      throw new StoreUnavailable('store_corrupt', `${backup} holds no store.`);
    await migrate(driver);
    await driver.run(leapByTime, [epochLeap, at]);
    for (const [profile, epoch] of former)
      await driver.run(leapBeyond, [profile, epoch + epochLeap]);
    await driver.run(voidTerms);
    for (const { id } of await driver.all(underWay)) {
      if (isOfHome(String(id))) {
        await driver.run(endWithAttempt, [String(id)]);
        continue;
      }
      await driver.run(letGoAttempts, [String(id), at]);
      await driver.run(letGoRun, [String(id), at]);
    }
    passedOver = await passOverWaiting(driver, at);
  } finally {
    await driver.close();
  }
  const store = await openSqliteStore({ ...rest, path: draft, integrity: true });
  try {
    await decide(store);
  } finally {
    await store.close();
  }
  // Closing says nothing when it fails to bring everything into the one file that is moved.
  if (existsSync(`${draft}-wal`))
    throw new StoreUnavailable('store_unavailable', `${draft} could not be written.`);
  writeThrough(draft);
  return passedOver;
}

/** The newest epoch of each profile in the store that goes; none where there is no store, or a damaged or foreign one. */
async function formerEpochs(options: SqliteOptions): Promise<ReadonlyMap<string, number>> {
  if (!existsSync(options.path)) return new Map();
  try {
    const driver = await openSqliteDriver(options, schemaVersion);
    try {
      const rows = await driver.all('SELECT profile, epoch FROM leases');
      return new Map(rows.map((row) => [text(row, 'profile'), integer(row, 'epoch')]));
    } finally {
      await driver.close();
    }
  } catch {
    // It is why people restore; what time tells has to do.
    return new Map();
  }
}

const passOverWaiting = async (driver: SqlDriver, at: Instant): Promise<PassedOver> => ({
  runs: (await driver.run(endRetries, [at])) + (await driver.run(missQueued, [at])),
  requests: await driver.run(expireRequests, [at]),
  deliveries: await driver.run(forgetOwed, [at]),
});

/** Brings the log of the former store into its file, so that the file alone is the store. A damaged store has to go without. */
async function foldLog({ target, now, sleep, random }: Restoring): Promise<void> {
  try {
    const former = await openSqliteDriver({ path: target, now, sleep, random }, schemaVersion);
    await former.close();
  } catch {
    // It is why people restore.
  }
}

/** Under both names until the restored store takes the first; not every file system knows links. */
function keep(target: string, kept: string): void {
  try {
    linkSync(target, kept);
  } catch {
    copyFileSync(target, kept);
  }
}
