import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calendarDay, dayNumber, dayOf, isLeapYear, monthLength, weekdayOf } from './calendar.ts';
import { dayMs } from './instant.ts';

/** Every first and last day of a month and each day around the end of February, in years that differ in every rule. */
const edges = [1600, 1700, 1899, 1900, 1969, 1970, 1972, 1999, 2000, 2026, 2028, 2100, 2399, 2400]
  .flatMap((year) => Array.from({ length: 12 }, (_, month) => [year, month] as const))
  .flatMap(([year, month]) => [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 0)]);

test('days and their numbers agree with the calendar of the runtime at every edge of a month', () => {
  for (const at of edges) {
    const date = new Date(at);
    const parts = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
    const number = at / dayMs;
    assert.equal(dayNumber(parts.year, parts.month, parts.day), number, date.toISOString());
    assert.deepEqual(calendarDay(number), parts);
    assert.equal(weekdayOf(number), date.getUTCDay());
  }
});

test('they agree on any day of six thousand years', () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 1_400_000 }), (days) => {
      const date = new Date(days * dayMs);
      const { year, month, day } = calendarDay(days);
      assert.deepEqual(
        [year, month, day],
        [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
      );
      assert.equal(dayNumber(year, month, day), days);
      assert.equal(weekdayOf(days), date.getUTCDay());
    }),
  );
});

test('months have the lengths that the runtime gives them', () => {
  for (const year of [1900, 2000, 2023, 2024, 2100, 2400]) {
    for (let month = 1; month <= 12; month += 1)
      assert.equal(monthLength(year, month), new Date(Date.UTC(year, month, 0)).getUTCDate());
    assert.equal(isLeapYear(year), monthLength(year, 2) === 29);
  }
});

test('a day is not checked against the length of its month', () =>
  assert.equal(dayNumber(2026, 2, 31), dayNumber(2026, 3, 3)));

test('a local time belongs to the day that began at its midnight', () => {
  assert.equal(dayOf(0), 0);
  assert.equal(dayOf(dayMs - 1), 0);
  assert.equal(dayOf(dayMs), 1);
  assert.equal(dayOf(-1), -1);
});
