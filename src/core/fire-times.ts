import type { LocalTime } from './calendar.ts';
import { readCron } from './cron-expression.ts';
import { type CronTimes, countLocalTimes, nextLocalTime, prepareCron } from './cron-times.ts';
import { dayMs, hourMs, type Instant, minuteMs, secondMs } from './instant.ts';
import type { Schedule } from './schedule.ts';
import { type Stretch, stretchAt } from './time-zone.ts';

type CronSchedule = Extract<Schedule, { kind: 'cron' }>;
type EverySchedule = Extract<Schedule, { kind: 'every' }>;

/** No fire time is computed at or after this instant. */
const endOfTime: Instant = Date.UTC(9990, 0, 1);
const maxPrepared = 10_000;

const prepared = new Map<string, CronTimes>();

/** @throws the refusal of the expression, which a stored schedule never has */
function timesOf(expression: string): CronTimes {
  const known = prepared.get(expression);
  if (known !== undefined) return known;
  const reading = readCron(expression);
  if (reading.kind === 'refused') throw reading.refusal;
  const times = prepareCron(reading.cron);
  if (prepared.size >= maxPrepared) prepared.clear();
  prepared.set(expression, times);
  return times;
}

const secondAfter = (at: Instant): Instant => Math.floor(at / secondMs) * secondMs + secondMs;

/** The first of the fixed local times that a gap at the start of this stretch swallows; null if it swallows none. */
function firstSwallowed(times: CronTimes, stretch: Stretch): LocalTime | null {
  const gapEnd = stretch.from + stretch.offsetMs;
  if (stretch.passedUntil >= gapEnd) return null;
  const swallowed = nextLocalTime(times, stretch.passedUntil);
  return swallowed !== null && swallowed < gapEnd ? swallowed : null;
}

/**
 * Walks from stretch to stretch of equal offset, because within one of them local time is plain arithmetic.
 * A schedule of fixed times skips what a clock shows for the second time, and fires at the end of a gap that swallowed
 * one of its times; one that follows elapsed time does neither.
 */
function nextCronTime(schedule: CronSchedule, after: Instant): Instant | null {
  const times = timesOf(schedule.expression);
  const isFixed = !times.cron.followsElapsedTime;
  let from = secondAfter(after);
  while (from < endOfTime) {
    const stretch = stretchAt(schedule.zone, from);
    let local = from + stretch.offsetMs;
    if (isFixed) {
      if (from === stretch.from && firstSwallowed(times, stretch) !== null) return from;
      local = Math.max(local, stretch.passedUntil);
    }
    const next = nextLocalTime(times, local);
    if (next === null) return null;
    const at = next - stretch.offsetMs;
    if (at < stretch.until) return at < endOfTime ? at : null;
    // Nothing matches before `next`, and no offset is a whole day: go on shortly before it.
    from = Math.max(stretch.until, next - 2 * dayMs);
  }
  return null;
}

/** Counts fire times at or after `from` and before `until`, whole seconds both. */
function countCronTimes(schedule: CronSchedule, from: Instant, until: Instant): number {
  const times = timesOf(schedule.expression);
  const isFixed = !times.cron.followsElapsedTime;
  let counted = 0;
  for (let at = from; at < until; ) {
    const stretch = stretchAt(schedule.zone, at);
    const end = Math.min(stretch.until, until);
    let local = at + stretch.offsetMs;
    if (isFixed) {
      if (at === stretch.from && firstSwallowed(times, stretch) !== null) {
        counted += countLocalTimes(times, local, local + secondMs) === 0 ? 1 : 0;
      }
      local = Math.max(local, stretch.passedUntil);
    }
    counted += countLocalTimes(times, local, end + stretch.offsetMs);
    at = end;
  }
  return counted;
}

/** The smallest `anchor + n * everyMs` above `after`. */
function nextOfEvery({ anchor, everyMs }: EverySchedule, after: Instant): Instant {
  return anchor + (Math.floor((after - anchor) / everyMs) + 1) * everyMs;
}

/**
 * The first fire time strictly after `after`. An `every` schedule has fire times before its anchor too.
 *
 * @returns null if there is none: a one-shot that has passed, or a date that never comes
 * @throws Refusal if the stored expression is not valid; RangeError if the zone is not known
 */
export function nextFireTime(schedule: Schedule, after: Instant): Instant | null {
  switch (schedule.kind) {
    case 'at':
      return schedule.at > after ? schedule.at : null;
    case 'every':
      return nextOfEvery(schedule, after);
    case 'cron':
      return nextCronTime(schedule, after);
  }
}

/** The fire times in (after, until], ascending, at most `limit` of them; `more` if there are others. */
export function fireTimes(
  schedule: Schedule,
  after: Instant,
  until: Instant,
  limit: number,
): { readonly times: readonly Instant[]; readonly more: boolean } {
  const times: Instant[] = [];
  let at = nextFireTime(schedule, after);
  while (at !== null && at <= until) {
    if (times.length >= limit) return { times, more: true };
    times.push(at);
    at = nextFireTime(schedule, at);
  }
  return { times, more: false };
}

/** How many fire times there are in (after, until]: exact, and without visiting them one by one. */
export function countFireTimes(schedule: Schedule, after: Instant, until: Instant): number {
  if (until <= after) return 0;
  switch (schedule.kind) {
    case 'at':
      return schedule.at > after && schedule.at <= until ? 1 : 0;
    case 'every': {
      const { anchor, everyMs } = schedule;
      return Math.floor((until - anchor) / everyMs) - Math.floor((after - anchor) / everyMs);
    }
    case 'cron':
      return countCronTimes(
        schedule,
        secondAfter(after),
        secondAfter(Math.min(until, endOfTime - 1)),
      );
  }
}

/** The newest `limit` fire times in (after, until], ascending. Finds where they begin by counting. */
export function lastFireTimes(
  schedule: Schedule,
  after: Instant,
  until: Instant,
  limit: number,
): readonly Instant[] {
  const wanted = Math.min(limit, countFireTimes(schedule, after, until));
  if (wanted <= 0) return [];
  // More than `wanted` or just as many lie after `early`, fewer after `late`.
  let early = after;
  let late = until;
  for (let step = hourMs; until - step > after; step *= 4) {
    if (countFireTimes(schedule, until - step, until) >= wanted) {
      early = until - step;
      break;
    }
    late = until - step;
  }
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (countFireTimes(schedule, middle, until) >= wanted) early = middle;
    else late = middle;
  }
  return fireTimes(schedule, early, until, wanted).times;
}

const spacingsLookedAt = 8;

/**
 * The usual short spacing of neighbouring fire times soon after `at`: the second shortest of the next few, so that
 * one day of 23 hours does not make a daily schedule a shorter one.
 *
 * @returns null if fewer than two fire times are left, so for every one-shot
 */
export function typicalPeriodMs(schedule: Schedule, at: Instant): number | null {
  if (schedule.kind === 'at') return null;
  if (schedule.kind === 'every') return schedule.everyMs;
  const { times } = fireTimes(schedule, at, endOfTime, spacingsLookedAt + 1);
  const spacings = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  spacings.sort((a, b) => a - b);
  return spacings[1] ?? spacings[0] ?? null;
}

/** How late a start is still fine if nothing else is said: half the period, from 2 minutes to 2 hours; 24 hours for one-shots. */
export function defaultGraceMs(schedule: Schedule, at: Instant): number {
  if (schedule.kind === 'at') return dayMs;
  const periodMs = typicalPeriodMs(schedule, at) ?? dayMs;
  return Math.min(Math.max(periodMs / 2, 2 * minuteMs), 2 * hourMs);
}

/** How a clock change touches a fire time of a cron schedule. */
export type ClockChange =
  | { readonly kind: 'none' }
  /** The named local time does not exist; the fire time is the first instant after the gap. */
  | { readonly kind: 'moved'; readonly from: LocalTime }
  /** The local time happens twice. */
  | { readonly kind: 'repeated'; readonly runsInBoth: boolean };

/** Tells which local time a fire time of a cron schedule stands for, if a clock change moved or doubled it. */
export function clockChangeAt(schedule: CronSchedule, at: Instant): ClockChange {
  const times = timesOf(schedule.expression);
  const { followsElapsedTime: runsInBoth } = times.cron;
  const stretch = stretchAt(schedule.zone, at);
  const local = at + stretch.offsetMs;
  if (!runsInBoth && at === stretch.from) {
    const from = firstSwallowed(times, stretch);
    if (from !== null && nextLocalTime(times, local) !== local) return { kind: 'moved', from };
  }
  const isSecondPass = local < stretch.passedUntil;
  let following = stretch;
  while (following.until <= at + dayMs) following = stretchAt(schedule.zone, following.until);
  const isFirstPass = following.from > at && local >= following.from + following.offsetMs;
  return isSecondPass || isFirstPass ? { kind: 'repeated', runsInBoth } : { kind: 'none' };
}
