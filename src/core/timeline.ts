import { fireTimes } from './fire-times.ts';
import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { Run } from './run.ts';
import { upcomingOf } from './upcoming.ts';

/** The occurrences of one job in a stretch ahead. */
export type Ahead = {
  readonly count: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Every one of them; none when there are more than the limit. */
  readonly times: readonly Instant[];
};

export const nothingAhead: Ahead = { count: 0, first: null, last: null, times: [] };

/** What is still to come of a job. One that is paused or done has nothing ahead. */
export function aheadOf(
  job: Job,
  stretch: { readonly now: Instant; readonly until: Instant },
  limit: number,
): Ahead {
  const upcoming = job.state === 'enabled' ? upcomingOf(job, stretch.now, stretch.until) : null;
  if (upcoming === null) return nothingAhead;
  const { count, first, last } = upcoming;
  if (count > limit) return { count, first, last, times: [] };
  const { times } = fireTimes(job.definition.schedule, first - 1, stretch.until, count);
  return { count, first, last, times };
}

/** Where a run stands on a line of time: at its fire time, a request when it was made. */
export const placeOf = ({ fireTime, decidedAt }: Run): Instant => fireTime ?? decidedAt;

/** Oldest first, each run once, and none that lies before the stretch. A range counts by its end. */
export function inOrder(runs: readonly Run[], since: Instant): readonly Run[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  return [...byId.values()]
    .filter((run) => Math.max(run.fireTimeEnd ?? 0, run.endedAt ?? 0, placeOf(run)) >= since)
    .sort((one, other) => placeOf(one) - placeOf(other));
}
