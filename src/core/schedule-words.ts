import { durationWords, formatDuration } from './duration.ts';
import { clockChangeAt, fireTimes } from './fire-times.ts';
import { dayMs, type Instant, minuteMs } from './instant.ts';
import type { CronWords } from './natural-language.ts';
import type { NextFire, Schedule, Understood } from './schedule.ts';
import { localTimeAt, looksLikeZone, toLocalIso } from './time-zone.ts';

const shownFires = 5;
const endOfSearch: Instant = Date.UTC(9990, 0, 1);
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The zone of a cron schedule is its own; the others are only shown in one. */
function zoneOf(schedule: Schedule, shownIn: string): string {
  return schedule.kind === 'cron' ? schedule.zone : shownIn;
}

/**
 * Six fields that end in a single number could also be read with seconds last: its name settles that.
 * Five fields stay as they are.
 */
function settled(expression: string): string {
  const fields = expression.split(' ');
  const weekday = fields.length === 6 ? weekdayNames[Number(fields[5])] : undefined;
  return weekday === undefined ? expression : fields.with(5, weekday).join(' ');
}

/** Behind the expression only what nobody takes for something else: "CET" could be meant with or without its summer time. */
const withZone = (expression: string, zone: string): string =>
  looksLikeZone(zone) ? `${expression} ${zone}` : `TZ=${zone} ${expression}`;

/** Text that means the same schedule when typed again anywhere; only the anchor of an interval is new each time. */
export function canonicalText(schedule: Schedule, shownIn = 'UTC'): string {
  switch (schedule.kind) {
    case 'at':
      return toLocalIso(shownIn, schedule.at);
    case 'every':
      return `every ${formatDuration(schedule.everyMs)}`;
    case 'cron':
      return withZone(settled(schedule.expression), schedule.zone);
  }
}

/**
 * Says when a schedule fires, in English and without a zone: "at 09:00, Monday through Friday".
 *
 * @param shownIn the zone of whoever reads it, in which an instant is shown
 */
export function describeSchedule(schedule: Schedule, words: CronWords, shownIn: string): string {
  switch (schedule.kind) {
    case 'at':
      return `once, at ${toLocalIso(shownIn, schedule.at).slice(0, 16).replace('T', ' ')}`;
    case 'every':
      return `every ${durationWords(schedule.everyMs)}`;
    case 'cron':
      return words(schedule.expression);
  }
}

const clockText = (local: number): string =>
  new Date(local).toISOString().slice(11, local % minuteMs === 0 ? 16 : 19);

function clockChangeWords(schedule: Schedule, at: Instant): string | null {
  if (schedule.kind !== 'cron') return null;
  const change = clockChangeAt(schedule, at);
  switch (change.kind) {
    case 'none':
      return null;
    case 'moved': {
      const named = clockText(change.from);
      const runsAt = localTimeAt(schedule.zone, at);
      const isSameDay = Math.floor(change.from / dayMs) === Math.floor(runsAt / dayMs);
      const missing = isSameDay
        ? 'that day'
        : `on ${new Date(change.from).toISOString().slice(0, 10)}`;
      return `${named} does not exist ${missing}; runs at ${clockText(runsAt)}`;
    }
    case 'repeated':
      return change.runsInBoth
        ? 'this hour happens twice; runs in both'
        : 'this hour happens twice; runs at the first';
  }
}

/**
 * What an answer shows about a schedule: canonical text, words, zone, the next five fire times after `now`, and which
 * of them a clock change touches.
 *
 * @param shownIn the zone for `at` and `every`, which have none of their own
 */
export function understood(
  schedule: Schedule,
  now: Instant,
  words: CronWords,
  shownIn = 'UTC',
): Understood {
  const zone = zoneOf(schedule, shownIn);
  const { times } = fireTimes(schedule, now, endOfSearch, shownFires);
  const next = times.map(
    (at): NextFire => ({ at, local: toLocalIso(zone, at), dst: clockChangeWords(schedule, at) }),
  );
  return {
    kind: schedule.kind,
    canonical: canonicalText(schedule, shownIn),
    words: describeSchedule(schedule, words, shownIn),
    zone,
    next,
  };
}
