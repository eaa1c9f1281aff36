import { dayMs } from './instant.ts';

/**
 * A reading of a wall clock, as the milliseconds since 1970 that a clock in UTC with the same reading would have.
 * Says nothing about when: only a zone makes an instant of it.
 */
export type LocalTime = number;

/** `month` 1 to 12, `day` 1 to 31. */
export type CalendarDay = { readonly year: number; readonly month: number; readonly day: number };

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Gregorian, for all years. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** @param month 1 to 12 */
export function monthLength(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01. The day is not checked against the month's length. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = year - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const inYear = (daysBeforeMonth[month - 1] ?? 0) + (month > 2 && isLeapYear(year) ? 1 : 0);
  return y * 365 + leapDays - 719_162 + inYear + day - 1;
}

/** The day with this number of days since 1970-01-01; counts in 400-year cycles of years that begin in March. */
export function calendarDay(days: number): CalendarDay {
  const shifted = days + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const inCycle = shifted - cycle * 146_097;
  const yearInCycle = Math.floor(
    (inCycle -
      Math.floor(inCycle / 1_460) +
      Math.floor(inCycle / 36_524) -
      Math.floor(inCycle / 146_096)) /
      365,
  );
  const inYear =
    inCycle - (365 * yearInCycle + Math.floor(yearInCycle / 4) - Math.floor(yearInCycle / 100));
  const marchMonth = Math.floor((5 * inYear + 2) / 153);
  const day = inYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearInCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** 0 is Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** The whole days since 1970-01-01 of a local time. */
export function dayOf(local: LocalTime): number {
  return Math.floor(local / dayMs);
}
