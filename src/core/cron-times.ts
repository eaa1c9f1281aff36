import {
  calendarDay,
  dayNumber,
  dayOf,
  type LocalTime,
  monthLength,
  weekdayOf,
} from './calendar.ts';
import type { CronExpression } from './cron-expression.ts';
import { dayMs, secondMs } from './instant.ts';

/**
 * An expression made ready for arithmetic on local times. Bit 0 of a day set is the 1st of the month.
 * `month` remembers the last day set that was asked for; it is the only thing here that changes.
 */
export type CronTimes = {
  readonly cron: CronExpression;
  readonly hours: Steps;
  readonly minutes: Steps;
  readonly seconds: Steps;
  readonly timesPerDay: number;
  readonly plainDays: number;
  /** For each weekday of the 1st, the days of a 31-day month that fall on one of the weekdays. */
  readonly plainWeekdays: readonly number[];
  readonly month: { key: number; days: number };
};

/** `next[v]` is the smallest member that is at least v, or -1; `before[v]` counts the members below v. */
type Steps = { readonly next: Int8Array; readonly before: Uint8Array; readonly size: number };

/** Leap days on a given weekday are at most 40 years apart, so a hundred years without a match mean never. */
const searchedMonths = 1_200;

function steps(values: ReadonlySet<number>, size: number): Steps {
  const next = new Int8Array(size + 1).fill(-1);
  const before = new Uint8Array(size + 1);
  for (let value = size - 1; value >= 0; value -= 1) {
    next[value] = values.has(value) ? value : (next[value + 1] ?? -1);
  }
  for (let value = 0; value < size; value += 1) {
    before[value + 1] = (before[value] ?? 0) + (values.has(value) ? 1 : 0);
  }
  return { next, before, size: values.size };
}

const bit = (day: number): number => 1 << (day - 1);

function bitsOf(days: Iterable<number>): number {
  let bits = 0;
  for (const day of days) bits |= bit(day);
  return bits;
}

/** Prepares an expression; costs some microseconds and is worth keeping. */
export function prepareCron(cron: CronExpression): CronTimes {
  const allDays = Array.from({ length: 31 }, (_, index) => index + 1);
  return {
    cron,
    hours: steps(cron.hours, 24),
    minutes: steps(cron.minutes, 60),
    seconds: steps(cron.seconds, 60),
    timesPerDay: cron.hours.size * cron.minutes.size * cron.seconds.size,
    plainDays: bitsOf(cron.monthDays.days),
    plainWeekdays: Array.from({ length: 7 }, (_, first) =>
      bitsOf(allDays.filter((day) => cron.weekdays.days.has((first + day - 1) % 7))),
    ),
    month: { key: -1, days: 0 },
  };
}

/** The Monday to Friday nearest to a day, without leaving its month. */
function nearestWeekday(day: number, firstWeekday: number, length: number): number {
  const weekday = (firstWeekday + day - 1) % 7;
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < length ? day + 1 : day - 2;
  return day;
}

function monthDaySet(times: CronTimes, firstWeekday: number, length: number): number {
  const { beforeLast, nearestWeekdayTo, lastWeekday } = times.cron.monthDays;
  let days = times.plainDays;
  for (const back of beforeLast) if (back < length) days |= bit(length - back);
  for (const day of nearestWeekdayTo) {
    if (day <= length) days |= bit(nearestWeekday(day, firstWeekday, length));
  }
  if (lastWeekday) days |= bit(nearestWeekday(length, firstWeekday, length));
  return days;
}

function weekdaySet(times: CronTimes, firstWeekday: number, length: number): number {
  const { lastOfMonth, nthOfMonth } = times.cron.weekdays;
  let days = times.plainWeekdays[firstWeekday] ?? 0;
  const firstOf = (weekday: number): number => ((weekday - firstWeekday + 7) % 7) + 1;
  for (const weekday of lastOfMonth) {
    const first = firstOf(weekday);
    days |= bit(first + 7 * Math.floor((length - first) / 7));
  }
  for (const { weekday, nth } of nthOfMonth) {
    const day = firstOf(weekday) + 7 * (nth - 1);
    if (day <= length) days |= bit(day);
  }
  return days;
}

/** The days of a month on which the expression fires. */
function daySet(times: CronTimes, year: number, month: number): number {
  if (!times.cron.months.has(month)) return 0;
  const key = year * 12 + month;
  if (times.month.key === key) return times.month.days;
  const length = monthLength(year, month);
  const firstWeekday = weekdayOf(dayNumber(year, month, 1));
  const byDate = monthDaySet(times, firstWeekday, length);
  const byWeekday = weekdaySet(times, firstWeekday, length);
  const joined = times.cron.daysJoin === 'and' ? byDate & byWeekday : byDate | byWeekday;
  const days = length === 31 ? joined : joined & ((1 << length) - 1);
  times.month.key = key;
  times.month.days = days;
  return days;
}

/** The lowest bit of a set that is not empty, as a number of day. */
const lowestDay = (days: number): number => 32 - Math.clz32(days & -days);

const secondsOf = (hour: number, minute: number, second: number): number =>
  hour * 3_600 + minute * 60 + second;

/** The first time of day, in seconds, that is at least `from`; -1 if the day has no more. */
function nextTimeOfDay(times: CronTimes, from: number): number {
  const { hours, minutes, seconds } = times;
  const hour = Math.floor(from / 3_600);
  const minute = Math.floor(from / 60) % 60;
  const firstSecond = seconds.next[0] ?? 0;
  if (hours.next[hour] === hour) {
    if (minutes.next[minute] === minute) {
      const second = seconds.next[from % 60] ?? -1;
      if (second >= 0) return secondsOf(hour, minute, second);
    }
    const nextMinute = minutes.next[minute + 1] ?? -1;
    if (nextMinute >= 0) return secondsOf(hour, nextMinute, firstSecond);
  }
  const nextHour = hours.next[hour + 1] ?? -1;
  return nextHour < 0 ? -1 : secondsOf(nextHour, minutes.next[0] ?? 0, firstSecond);
}

/** The first matching day after the given one, as days since 1970; null if there is none within a hundred years. */
function nextDay(times: CronTimes, days: number): number | null {
  const from = calendarDay(days);
  const later = from.day === 31 ? 0 : daySet(times, from.year, from.month) & (-1 << from.day);
  if (later !== 0) return days - from.day + lowestDay(later);
  let { year, month } = from;
  for (let searched = 0; searched < searchedMonths; searched += 1) {
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
    const found = daySet(times, year, month);
    if (found !== 0) return dayNumber(year, month, lowestDay(found));
  }
  return null;
}

function firesOn(times: CronTimes, days: number): boolean {
  const { year, month, day } = calendarDay(days);
  return (daySet(times, year, month) & bit(day)) !== 0;
}

/** The first local time at or after `from` (a whole second) that the expression names; null if there is none. */
export function nextLocalTime(times: CronTimes, from: LocalTime): LocalTime | null {
  const today = dayOf(from);
  if (firesOn(times, today)) {
    const time = nextTimeOfDay(times, (from - today * dayMs) / secondMs);
    if (time >= 0) return today * dayMs + time * secondMs;
  }
  const day = nextDay(times, today);
  return day === null ? null : day * dayMs + nextTimeOfDay(times, 0) * secondMs;
}

function countBits(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Matching days with a number of at least `from` and below `until`. */
function countDays(times: CronTimes, from: number, until: number): number {
  if (until <= from) return 0;
  let { year, month, day } = calendarDay(from);
  let monthStart = from - day + 1;
  let counted = 0;
  while (monthStart < until) {
    const length = monthLength(year, month);
    let days = daySet(times, year, month) & (-1 << (day - 1));
    const cut = until - monthStart;
    if (cut < length) days &= (1 << cut) - 1;
    counted += countBits(days);
    monthStart += length;
    day = 1;
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year += 1;
  }
  return counted;
}

/** Times of one matching day that are before the given second of the day. */
function countTimesBefore(times: CronTimes, second: number): number {
  const { hours, minutes, seconds } = times;
  const hour = Math.floor(second / 3_600);
  const minute = Math.floor(second / 60) % 60;
  const before = (hours.before[hour] ?? 0) * minutes.size * seconds.size;
  if (hours.next[hour] !== hour) return before;
  const inHour = (minutes.before[minute] ?? 0) * seconds.size;
  if (minutes.next[minute] !== minute) return before + inHour;
  return before + inHour + (seconds.before[second % 60] ?? 0);
}

/** How many local times of the expression are at or after `from` and before `until`, both whole seconds. */
export function countLocalTimes(times: CronTimes, from: LocalTime, until: LocalTime): number {
  if (until <= from) return 0;
  const firstDay = dayOf(from);
  const lastDay = dayOf(until);
  const partOf = (day: number, local: LocalTime): number =>
    firesOn(times, day) ? countTimesBefore(times, (local - day * dayMs) / secondMs) : 0;
  return (
    countDays(times, firstDay, lastDay) * times.timesPerDay +
    partOf(lastDay, until) -
    partOf(firstDay, from)
  );
}
