import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../core/instant.ts';
import {
  absoluteTime,
  duration,
  fullTime,
  relativeAndAbsolute,
  relativeTime,
  zoneLabel,
} from './time.ts';

/** Monday, 23 November 2026, 09:18 in Berlin. */
const now = Date.UTC(2026, 10, 23, 8, 18);
const view = { now, zone: 'Europe/Berlin' };

const durations = [
  [0, '0 ms'],
  [99, '99 ms'],
  [850, '0.9 s'],
  [9_960, '10 s'],
  [45_400, '45 s'],
  [59_600, '1 min'],
  [185_000, '3 min 5 s'],
  [hourMs - 1, '1 h'],
  [hourMs + 5 * minuteMs, '1 h 5 min'],
  [dayMs - 1, '1 d'],
  [2 * dayMs + 3 * hourMs, '2 d 3 h'],
] as const;
for (const [ms, text] of durations) {
  test(`${ms} ms last ${text}`, () => assert.equal(duration(ms), text));
}

const distances = [
  [12 * minuteMs, 'in 12 min'],
  [-3 * hourMs - 5 * minuteMs, '3 h 5 min ago'],
  [45 * secondMs, 'in 45 s'],
  [0, 'now'],
  [2 * dayMs, 'in 2 d'],
] as const;
for (const [ms, text] of distances) {
  test(`${ms} ms from now is ${text}`, () => assert.equal(relativeTime(now + ms, now), text));
}

const instants = [
  [12 * minuteMs, '09:30'],
  [-10 * hourMs, 'Sun 23:18'],
  [2 * dayMs, 'Wed 09:18'],
  [30 * dayMs, '2026-12-23 09:18'],
  [15 * hourMs, 'Tue 00:18'],
] as const;
for (const [ms, text] of instants) {
  test(`${ms} ms from now reads ${text}`, () => assert.equal(absoluteTime(now + ms, view), text));
}

test('a time is told both ways, with the place of its zone', () => {
  assert.equal(relativeAndAbsolute('2026-11-23T08:30:00.000Z', view), 'in 12 min (09:30 Berlin)');
  assert.equal(zoneLabel('America/Argentina/Buenos_Aires'), 'Buenos Aires');
  assert.equal(zoneLabel('UTC'), 'UTC');
});

test('UTC is shown as Intl would show it', () => {
  const intl = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9_999, 11, 31) }), (at) => {
      const parts = new Map(intl.formatToParts(at).map(({ type, value }) => [type, value]));
      const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
      assert.equal(
        fullTime(at, 'UTC'),
        `${of('weekday')} ${of('year').padStart(4, '0')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`,
      );
    }),
  );
});
