import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import type { Instant } from '../../core/instant.ts';
import { openSqliteDriver, type SqliteOptions } from './sqlite-driver.ts';
import { migrate, schemaVersion } from './sqlite-schema.ts';

/** By how much a restored epoch is raised, so that no number that was given out after the backup is given out again. */
const epochLeap = 1_000;

/** What former terms said of themselves is void: no holder, a leap of the epoch, and their runs must not be adopted. */
const voidTerms = `
  UPDATE leases SET epoch = epoch + $1, holder_id = NULL, holder = NULL, preferred_id = NULL,
    end_runs_up_to = epoch + $1`;

/**
 * Puts a backup in the place of the store at `target`. The backup is checked and upgraded in a copy first; the store that was there
 * is kept beside it, and its new name is answered. Nobody may have the store open.
 *
 * @throws Refusal or StoreUnavailable when the backup is not a whole store of this or an older version; nothing was changed then
 */
export async function restoreSqlite(
  options: Omit<SqliteOptions, 'path'> & {
    readonly backup: string;
    readonly target: string;
    readonly at: Instant;
  },
): Promise<string | null> {
  const { backup, target, at, ...rest } = options;
  const draft = `${target}.restoring`;
  rmSync(draft, { force: true });
  copyFileSync(backup, draft);
  const driver = await openSqliteDriver({ ...rest, path: draft }, schemaVersion);
  try {
    await migrate(driver);
    const [problem] = await driver.problems();
    if (problem !== undefined) throw new Error(problem);
    await driver.run(voidTerms, [epochLeap]);
  } catch (error) {
    await driver.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true });
    throw error;
  }
  await driver.close();
  const kept = existsSync(target) ? `${target}.before-restore-${at}` : null;
  for (const suffix of ['', '-wal', '-shm']) {
    if (kept !== null && existsSync(`${target}${suffix}`))
      renameSync(`${target}${suffix}`, `${kept}${suffix}`);
  }
  for (const suffix of ['-wal', '-shm', ''])
    if (existsSync(`${draft}${suffix}`)) renameSync(`${draft}${suffix}`, `${target}${suffix}`);
  return kept;
}
