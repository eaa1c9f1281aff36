import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCron } from './cron-expression.ts';
import { type CronTimes, countLocalTimes, nextLocalTime, prepareCron } from './cron-times.ts';
import { dayMs, secondMs } from './instant.ts';

function prepared(expression: string): CronTimes {
  const reading = readCron(expression);
  assert.ok(reading.kind === 'cron', expression);
  return prepareCron(reading.cron);
}

const start = Date.UTC(2026, 0, 1);

/** Every local time of the expression in a span, found by asking for the next again and again. */
function walked(times: CronTimes, from: number, until: number): readonly number[] {
  const found: number[] = [];
  for (
    let at = nextLocalTime(times, from);
    at !== null && at < until;
    at = nextLocalTime(times, at + secondMs)
  )
    found.push(at);
  return found;
}

const fields = fc.constantFrom(
  '0 0 9 * * *',
  '59 59 23 L * *',
  '0 0 0 1 1 *',
  '30 15,45 9,17 * * 1-5',
  '0 */20 22-2 * * *',
  '0 0 12 15W,31W * *',
  '0 0 12 LW * *',
  '0 0 12 * * 1#1,5#5,0L',
  '0 0 12 L-2,31 2-4,11-1 *',
  '0 0 0 29 2 *',
  '5 0 0 13 * 5',
);

test('what is counted is what is walked, in any span and across years', () => {
  fc.assert(
    fc.property(fields, fc.nat(900 * 86_400), fc.nat(500 * 86_400), (expression, after, span) => {
      const times = prepared(expression);
      const from = start + after * secondMs;
      const until = from + span * secondMs;
      assert.equal(countLocalTimes(times, from, until), walked(times, from, until).length);
    }),
    { numRuns: 200 },
  );
});

test('both ends of a count are exact to the second', () => {
  const times = prepared('30 15 9 * * *');
  const at = start + 9 * 3_600_000 + 15 * 60_000 + 30_000;
  assert.equal(countLocalTimes(times, at, at + secondMs), 1);
  assert.equal(countLocalTimes(times, at, at), 0);
  assert.equal(countLocalTimes(times, at, at - dayMs), 0);
  assert.equal(countLocalTimes(times, at + secondMs, at + dayMs), 0);
  assert.equal(countLocalTimes(times, at - secondMs, at), 0);
  assert.equal(nextLocalTime(times, at), at);
  assert.equal(nextLocalTime(times, at + secondMs), at + dayMs);
});

test('days are found by their rule in every month of three years', () => {
  const rules: readonly (readonly [string, (date: Date, length: number) => boolean])[] = [
    ['L', (date, length) => date.getUTCDate() === length],
    ['L-3', (date, length) => date.getUTCDate() === length - 3],
    ['L-30', (date, length) => date.getUTCDate() === length - 30],
    ['30,31', (date) => date.getUTCDate() >= 30],
    ['LW', (date, length) => isLastWeekday(date, length)],
  ];
  for (const [rule, holds] of rules) {
    const days = walked(prepared(`0 0 ${rule} * *`), start, start + 1_100 * dayMs);
    assert.deepEqual(
      days,
      everyDay().filter((day) => holds(new Date(day), lengthOf(day))),
      rule,
    );
  }
  for (let weekday = 0; weekday < 7; weekday += 1) {
    const last = walked(prepared(`0 0 * * ${weekday}L`), start, start + 1_100 * dayMs);
    assert.deepEqual(
      last,
      everyDay().filter(
        (day) =>
          new Date(day).getUTCDay() === weekday && new Date(day).getUTCDate() > lengthOf(day) - 7,
      ),
    );
    for (let nth = 1; nth <= 5; nth += 1)
      assert.deepEqual(
        walked(prepared(`0 0 * * ${weekday}#${nth}`), start, start + 1_100 * dayMs),
        everyDay().filter(
          (day) =>
            new Date(day).getUTCDay() === weekday &&
            Math.ceil(new Date(day).getUTCDate() / 7) === nth,
        ),
      );
  }
});

test('the weekday nearest to any date stays in its month', () => {
  for (let date = 1; date <= 31; date += 1) {
    const found = walked(prepared(`0 0 ${date}W * *`), start, start + 1_100 * dayMs);
    assert.deepEqual(
      found,
      [...new Set(everyDay().flatMap((day) => nearest(day, date)))],
      `${date}W`,
    );
  }
});

const everyDay = (): readonly number[] =>
  Array.from({ length: 1_100 }, (_, day) => start + day * dayMs);

const lengthOf = (day: number): number => {
  const date = new Date(day);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
};

function isLastWeekday(date: Date, length: number): boolean {
  const later = Array.from({ length: length - date.getUTCDate() }, (_, index) => index + 1);
  const isWeekday = (days: number): boolean => ![0, 6].includes((date.getUTCDay() + days) % 7);
  return isWeekday(0) && !later.some(isWeekday);
}

/** Of the day with this date: the Monday to Friday that is nearest to it within its month. */
function nearest(day: number, date: number): readonly number[] {
  if (new Date(day).getUTCDate() !== date) return [];
  const month = new Date(day).getUTCMonth();
  const near = [0, -1, 1, -2, 2]
    .map((days) => day + days * dayMs)
    .find(
      (at) => new Date(at).getUTCMonth() === month && ![0, 6].includes(new Date(at).getUTCDay()),
    );
  return near === undefined ? [] : [near];
}

test('a leap day is found after eight years without one, and a date that never comes is not', () => {
  const leap = prepared('0 0 29 2 *');
  assert.equal(nextLocalTime(leap, Date.UTC(2096, 2, 1)), Date.UTC(2104, 1, 29));
  assert.equal(nextLocalTime(prepared('0 0 30 2 *'), start), null);
});
