import { countFireTimes, fireTimes, lastFireTimes, nextFireTime } from './fire-times.ts';
import type { Instant } from './instant.ts';
import type { Job } from './job.ts';

/** The occurrences of one job in a stretch of time. */
export type Upcoming = {
  readonly job: Job;
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
};

/** Occurrences of an enabled job after `now` and until `until`, its own start, end and number of runs included; null when there are none. */
export function upcomingOf(job: Job, now: Instant, until: Instant): Upcoming | null {
  const { definition, nextFireAt } = job;
  const { schedule, endAt } = definition;
  if (nextFireAt === null || nextFireAt > until) return null;
  const after = Math.max(now, nextFireAt - 1);
  const end = endAt === null ? until : Math.min(until, endAt - 1);
  const first = nextFireTime(schedule, after);
  if (first === null || first > end) return null;
  const total = countFireTimes(schedule, after, end);
  const left = runsLeft(job, now) ?? total;
  if (left <= 0) return null;
  const isCut = left < total;
  const times = isCut
    ? fireTimes(schedule, after, end, left).times
    : lastFireTimes(schedule, after, end, 1);
  const last = times.reduce((latest, at) => Math.max(latest, at), first);
  return { job, count: isCut ? left : total, first, last };
}

/** The same; of a job of which nothing else comes, the occurrence that came due and is not decided. */
export function expectedOf(job: Job, now: Instant, until: Instant): Upcoming | null {
  const { nextFireAt } = job;
  const upcoming = upcomingOf(job, now, until);
  if (upcoming !== null || nextFireAt === null || nextFireAt > now) return upcoming;
  return { job, count: 1, first: nextFireAt, last: nextFireAt };
}

/** How many occurrences after `now` an enabled job still has by its number of runs, 0 or more; null when nothing limits it. */
export function runsLeft(job: Job, now: Instant): number | null {
  const { maxRuns } = job.definition;
  if (maxRuns === null) return null;
  // What is due and undecided takes one of the runs that are left.
  const overdue = job.nextFireAt !== null && job.nextFireAt <= now ? 1 : 0;
  return Math.max(0, maxRuns - job.scheduledRuns - overdue);
}
