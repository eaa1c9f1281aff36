import type { RunStore } from '../../ports/store.ts';
import { text } from './columns.ts';
import type { SqlDriver, SqlRow } from './driver.ts';
import { aboutAll } from './hundred.ts';
import { attemptOf, glimpseOf } from './rows.ts';
import { attemptsOfRuns } from './sql/attempts.ts';
import { latestOfJobs } from './sql/runs.ts';

/** What rows hold, by the text of that column, in the order of the rows; of each text at most so many. */
function grouped<T>(
  rows: readonly SqlRow[],
  column: string,
  read: (row: SqlRow) => T,
  most = Number.POSITIVE_INFINITY,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = text(row, column);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [read(row)]);
    else if (group.length < most) group.push(read(row));
  }
  return groups;
}

/** What a page of jobs or of runs says about all of them, by one question for the page. */
export const runPages = (driver: SqlDriver): Pick<RunStore, 'attemptsOf' | 'latestOf'> => ({
  async attemptsOf(runIds) {
    return grouped(await aboutAll(driver, attemptsOfRuns, [], runIds), 'run_id', attemptOf);
  },

  async latestOf(profile, jobIds, limit) {
    const rows = await aboutAll(driver, latestOfJobs, [profile, limit], jobIds);
    return grouped(rows, 'job_id', glimpseOf, limit);
  },
});
