import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  countFireTimes,
  defaultGraceMs,
  fireTimes,
  lastFireTimes,
  nextFireTime,
  typicalPeriodMs,
} from './fire-times.ts';
import { dayMs, hourMs, minuteMs } from './instant.ts';
import type { Schedule } from './schedule.ts';
import { instantOfLocal, toLocalIso } from './time-zone.ts';

const newYork = 'America/New_York';
const cron = (expression: string, zone = 'UTC'): Schedule => ({ kind: 'cron', expression, zone });
const at = (iso: string): number => Date.parse(iso);

/** Local fire times of one local day, without date and seconds. */
function firesOnDay(expression: string, zone: string, day: string): readonly string[] {
  const start = instantOfLocal(zone, Date.parse(`${day}T00:00Z`));
  const end = instantOfLocal(zone, Date.parse(`${day}T00:00Z`) + dayMs);
  const { times } = fireTimes(cron(expression, zone), start - 1, end - 1, 200);
  return times.map((time) =>
    toLocalIso(zone, time).slice(11).replace(':00-', '-').replace(':00+', '+'),
  );
}

const disagreements = [
  ['30 2 * * *', newYork, '2026-03-08', ['03:00-04:00']],
  ['0 2 * * *', newYork, '2026-03-08', ['03:00-04:00']],
  ['*/20 2 * * *', newYork, '2026-03-08', []],
  ['30 2 8 3 *', newYork, '2026-03-08', ['03:00-04:00']],
  ['0,30 2,3 * * *', newYork, '2026-03-08', ['03:00-04:00', '03:30-04:00']],
  ['30 1 * * *', newYork, '2026-11-01', ['01:30-04:00']],
  [
    '*/30 1 * * *',
    newYork,
    '2026-11-01',
    ['01:00-04:00', '01:30-04:00', '01:00-05:00', '01:30-05:00'],
  ],
  ['0 1,13 * * *', newYork, '2026-11-01', ['01:00-04:00', '13:00-05:00']],
  ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-04', ['02:30+11:00']],
  ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-05', ['01:45+11:00']],
  ['0 0 * * *', 'Asia/Beirut', '2026-03-29', ['01:00+03:00']],
  ['30 0 * * *', 'America/Havana', '2026-03-08', ['01:00-04:00']],
] as const;
for (const [expression, zone, day, expected] of disagreements) {
  test(`"${expression}" in ${zone} on ${day} fires at ${expected.join(', ') || 'no time'}`, () =>
    assert.deepEqual(firesOnDay(expression, zone, day), expected));
}

test('"*/30 * * * *" fires every real half hour of the 25-hour day', () =>
  assert.equal(firesOnDay('*/30 * * * *', newYork, '2026-11-01').length, 50));

test('"15 * * * *" fires in both passes of the repeated hour', () =>
  assert.equal(firesOnDay('15 * * * *', newYork, '2026-11-01').length, 25));

test('a day that a zone skips whole moves its fixed times to the first instant after it', () => {
  const { times } = fireTimes(
    cron('0 9 * * *', 'Pacific/Apia'),
    at('2011-12-29T00:00-10:00'),
    at('2012-01-01T00:00+14:00'),
    9,
  );
  assert.deepEqual(
    times.map((time) => toLocalIso('Pacific/Apia', time)),
    ['2011-12-29T09:00:00-10:00', '2011-12-31T00:00:00+14:00', '2011-12-31T09:00:00+14:00'],
  );
});

const firstDays = [
  {
    expression: '0 0 13 * 5',
    after: '2026-02-28',
    days: ['03-06', '03-13', '03-20', '03-27', '04-03', '04-10', '04-13'],
  },
  { expression: '0 0 */10 * 1', after: '2026-05-31', days: ['06-01', '08-31', '09-21'] },
  { expression: '0 0 L * *', after: '2028-01-31', days: ['02-29', '03-31'] },
  { expression: '0 0 L-3 * *', after: '2026-01-31', days: ['02-25', '03-28'] },
  { expression: '0 0 * * 5L', after: '2026-01-31', days: ['02-27', '03-27'] },
  { expression: '0 0 * * 5#3', after: '2026-01-31', days: ['02-20', '03-20'] },
  { expression: '0 0 * * 5#5', after: '2026-01-31', days: ['05-29', '07-31'] },
  { expression: '0 0 15W * *', after: '2026-01-31', days: ['02-16', '03-16', '04-15'] },
  { expression: '0 0 1W * *', after: '2026-07-30', days: ['08-03', '09-01'] },
  { expression: '0 0 31W * *', after: '2026-01-01', days: ['01-30', '03-31', '05-29'] },
  { expression: '0 0 LW * *', after: '2026-01-31', days: ['02-27', '03-31'] },
  { expression: '0 0 * * 7', after: '2026-03-01', days: ['03-08'] },
  {
    expression: '0 0 * * FRI-MON',
    after: '2026-03-05',
    days: ['03-06', '03-07', '03-08', '03-09', '03-13'],
  },
];
for (const { expression, after, days } of firstDays) {
  test(`"${expression}" after ${after} falls on ${days.join(', ')}`, () => {
    const { times } = fireTimes(
      cron(expression),
      at(`${after}T12:00Z`),
      at('2030-01-01T00:00Z'),
      days.length,
    );
    assert.deepEqual(
      times.map((time) => new Date(time).toISOString().slice(5, 10)),
      days,
    );
  });
}

test('"*/90 * * * *" fires hourly', () =>
  assert.equal(countFireTimes(cron('*/90 * * * *'), 0, dayMs), 24));

test('"0 22-2 * * *" wraps over midnight', () =>
  assert.equal(countFireTimes(cron('0 22-2 * * *'), 0, dayMs), 5));

for (const expression of ['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 31 2 *', '0 0 L-30 2 *']) {
  test(`"${expression}" never fires, and saying so is quick`, () => {
    const tookMs = [1, 2, 3, 4, 5].map(() => {
      const started = performance.now();
      assert.equal(nextFireTime(cron(expression, newYork), at('2026-01-01T00:00Z')), null);
      return performance.now() - started;
    });
    // A pause of the machine is not the search's fault: it has to be slow each time.
    assert.ok(Math.min(...tookMs) < 50);
  });
}

test('a leap day is found across 2100', () => {
  const next = nextFireTime(cron('0 0 29 2 *'), at('2097-01-01T00:00Z'));
  assert.equal(next, at('2104-02-29T00:00Z'));
});

test('a leap day on a Sunday is found forty years on', () => {
  const next = nextFireTime(cron('0 0 29 2 */7'), at('2089-01-01T00:00Z'));
  assert.equal(next, at('2128-02-29T00:00Z'));
});

test('fire times with seconds come one by one', () => {
  const { times } = fireTimes(
    cron('*/20 59 23 * * *'),
    at('2026-01-01T23:59:20Z'),
    at('2026-01-03T00:00Z'),
    9,
  );
  assert.deepEqual(
    times.map((time) => new Date(time).toISOString().slice(8, 19)),
    ['01T23:59:40', '02T23:59:00', '02T23:59:20', '02T23:59:40'],
  );
});

test('an interval fires at its anchor and at whole periods from it, in both directions', () => {
  const every: Schedule = { kind: 'every', everyMs: 90_000, anchor: 1_000_000 };
  assert.equal(nextFireTime(every, 999_999), 1_000_000);
  assert.equal(nextFireTime(every, 1_000_000), 1_090_000);
  assert.equal(nextFireTime(every, 800_000), 820_000);
  assert.equal(countFireTimes(every, 999_999, 1_180_000), 3);
  assert.deepEqual(lastFireTimes(every, 0, 1_180_000, 2), [1_090_000, 1_180_000]);
});

test('a one-shot fires once and then never', () => {
  const once: Schedule = { kind: 'at', at: 5_000 };
  assert.equal(nextFireTime(once, 4_999), 5_000);
  assert.equal(nextFireTime(once, 5_000), null);
  assert.deepEqual(fireTimes(once, 0, 5_000, 3), { times: [5_000], more: false });
  assert.equal(countFireTimes(once, 5_000, 9_000), 0);
});

test('every second of a year in New York is counted in milliseconds', () => {
  const started = performance.now();
  const counted = countFireTimes(
    cron('* * * * * *', newYork),
    at('2026-01-01T00:00Z'),
    at('2027-01-01T00:00Z'),
  );
  assert.equal(counted, 365 * 86_400);
  assert.ok(performance.now() - started < 50);
});

test('the newest of a year of seconds are found without listing them', () => {
  const until = at('2027-01-01T00:00Z');
  assert.deepEqual(lastFireTimes(cron('* * * * * *', newYork), at('2026-01-01T00:00Z'), until, 2), [
    until - 1_000,
    until,
  ]);
});

test('a limit leaves others unsaid and says so', () => {
  const { times, more } = fireTimes(cron('0 * * * *'), 0, dayMs, 3);
  assert.deepEqual({ times, more }, { times: [hourMs, 2 * hourMs, 3 * hourMs], more: true });
});

const periods = [
  { schedule: cron('0 9 * * *', newYork), periodMs: dayMs },
  { schedule: cron('0 9 * * 1-5', newYork), periodMs: dayMs },
  { schedule: cron('0 9,17 * * *', newYork), periodMs: 8 * hourMs },
  { schedule: cron('* * * * *', newYork), periodMs: minuteMs },
  { schedule: { kind: 'every', everyMs: 7_000, anchor: 0 } as const, periodMs: 7_000 },
  { schedule: { kind: 'at', at: 7_000 } as const, periodMs: null },
  { schedule: cron('0 0 30 2 *'), periodMs: null },
];
for (const { schedule, periodMs } of periods) {
  test(`the usual period of ${JSON.stringify(schedule)} is ${periodMs}`, () =>
    assert.equal(typicalPeriodMs(schedule, at('2026-03-05T12:00Z')), periodMs));
}

const graces = [
  { schedule: cron('* * * * *'), graceMs: 2 * minuteMs },
  { schedule: cron('*/10 * * * *'), graceMs: 5 * minuteMs },
  { schedule: cron('0 9 * * *'), graceMs: 2 * hourMs },
  { schedule: { kind: 'at', at: 0 } as const, graceMs: dayMs },
];
for (const { schedule, graceMs } of graces) {
  test(`the grace of ${JSON.stringify(schedule)} is ${graceMs}`, () =>
    assert.equal(defaultGraceMs(schedule, 0), graceMs));
}

const expressions = fc.constantFrom(
  '* * * * *',
  '*/20 2 * * *',
  '30 2 * * *',
  '30 1 * * *',
  '0 0 L * 1',
  '*/7 30 1-3 * * *',
  '15 */5 1-7 * *',
);
const zones = fc.constantFrom(
  'UTC',
  newYork,
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Beirut',
);
const instants = fc.integer({ min: at('1995-01-01T00:00Z'), max: at('2090-01-01T00:00Z') });

test('the next fire time is later than the instant asked about, and nothing lies between', () => {
  fc.assert(
    fc.property(expressions, zones, instants, (expression, zone, after) => {
      const next = nextFireTime(cron(expression, zone), after);
      assert.ok(next !== null && next > after);
      assert.equal(countFireTimes(cron(expression, zone), after, next), 1);
    }),
  );
});

test('listing, counting and looking back agree', () => {
  const spans = fc.integer({ min: 0, max: 3 * dayMs });
  fc.assert(
    fc.property(expressions, zones, instants, spans, (expression, zone, after, span) => {
      const schedule = cron(expression, zone);
      const { times } = fireTimes(schedule, after, after + span, 100_000);
      assert.equal(countFireTimes(schedule, after, after + span), times.length);
      assert.deepEqual(lastFireTimes(schedule, after, after + span, 4), times.slice(-4));
    }),
  );
});

const fixedDaily = cron('30 1,2 * * *', newYork);

test('counting agrees with walking across a gap and a repeated hour, from every quarter of an hour', () => {
  for (const day of ['2026-03-08', '2026-11-01']) {
    for (const expression of [
      '30 1,2 * * *',
      '0 3 * * *',
      '0 2,3 * * *',
      '*/30 * * * *',
      '30 2 * * *',
    ]) {
      const schedule = cron(expression, newYork);
      const from = at(`${day}T04:00Z`);
      for (let start = from; start < from + 6 * 3_600_000; start += 900_000)
        for (let end = start; end < from + 7 * 3_600_000; end += 900_000)
          assert.equal(
            countFireTimes(schedule, start, end),
            fireTimes(schedule, start, end, 1_000).times.length,
            `${expression} from ${new Date(start).toISOString()} to ${new Date(end).toISOString()}`,
          );
    }
  }
});

test('both ends of a count are exact: after, and up to and including', () => {
  const schedules: readonly Schedule[] = [
    { kind: 'at', at: 10_000 },
    { kind: 'every', everyMs: 1_000, anchor: 10_000 },
    cron('*/10 * * * * *'),
  ];
  for (const schedule of schedules) {
    assert.equal(countFireTimes(schedule, 9_999, 10_000), 1, schedule.kind);
    assert.equal(countFireTimes(schedule, 10_000, 10_999), 0, schedule.kind);
    assert.equal(countFireTimes(schedule, 10_000, 9_000), 0, schedule.kind);
    assert.equal(countFireTimes(schedule, 10_000, 10_000), 0, schedule.kind);
  }
});

test('nothing fires at or after the end of time', () => {
  const end = Date.UTC(9990, 0, 1);
  const secondly = cron('* * * * * *');
  assert.equal(nextFireTime(secondly, end - 2_000), end - 1_000);
  assert.equal(nextFireTime(secondly, end - 1_000), null);
  assert.equal(nextFireTime(secondly, end), null);
  assert.equal(nextFireTime(cron('0 0 * * *', newYork), end - 3_600_000), null);
  assert.equal(countFireTimes(secondly, end - 3_000, end + 5_000), 2);
});

test('the newest fire times are the last ones of all, however many are asked for', () => {
  const schedules: readonly Schedule[] = [
    { kind: 'every', everyMs: 7_000, anchor: 3 },
    cron('*/7 * * * *', newYork),
    cron('0 9 * * 1', newYork),
    fixedDaily,
  ];
  for (const schedule of schedules) {
    const until = at('2026-03-10T12:34:56.789Z');
    for (const spanMs of [1, 3_600_000, 3_600_001, 90_000_000, 9 * dayMs]) {
      const all = fireTimes(schedule, until - spanMs, until, 200_000).times;
      for (const limit of [0, 1, 2, 17])
        assert.deepEqual(
          lastFireTimes(schedule, until - spanMs, until, limit),
          limit === 0 ? [] : all.slice(-limit),
        );
    }
  }
});

test('an expression that was stored and is not valid is refused where it is computed', () =>
  assert.throws(() => nextFireTime(cron('nonsense'), 0), { code: 'schedule_invalid' }));

test('ten thousand prepared expressions are forgotten together, and computed anew', () => {
  const first = cron('0 0 1 1 *');
  const before = nextFireTime(first, 0);
  for (let index = 0; index < 10_001; index += 1)
    nextFireTime(
      cron(`${index % 60} ${Math.floor(index / 60) % 24} ${1 + Math.floor(index / 1_440)} * *`),
      0,
    );
  assert.equal(nextFireTime(first, 0), before);
});

const usual: readonly (readonly [string, Schedule, number | null, number])[] = [
  ['a one-shot', { kind: 'at', at: 5 }, null, dayMs],
  ['ten minutes', { kind: 'every', everyMs: 600_000, anchor: 0 }, 600_000, 300_000],
  ['a minute', { kind: 'every', everyMs: 60_000, anchor: 0 }, 60_000, 120_000],
  ['a week', { kind: 'every', everyMs: 7 * dayMs, anchor: 0 }, 7 * dayMs, 7_200_000],
  ['weekdays', cron('0 9 * * 1-5'), dayMs, 7_200_000],
  ['twice a day', cron('0 9,12 * * *'), 3 * 3_600_000, 5_400_000],
];
for (const [name, schedule, period, grace] of usual) {
  test(`${name}: the usual period is ${period} ms, the grace ${grace} ms`, () => {
    assert.equal(typicalPeriodMs(schedule, 0), period);
    assert.equal(defaultGraceMs(schedule, 0), grace);
  });
}

test('one day of 23 hours makes no daily schedule shorter, and the last fire of all has no period', () => {
  assert.equal(typicalPeriodMs(cron('30 1 * * *', newYork), at('2026-03-07T00:00Z')), dayMs);
  assert.equal(typicalPeriodMs(cron('0 0 1 1 *'), Date.UTC(9989, 0, 1)), null);
  assert.equal(defaultGraceMs(cron('0 0 1 1 *'), Date.UTC(9989, 0, 1)), 7_200_000);
  assert.equal(typicalPeriodMs(cron('0 0 1 1 *'), Date.UTC(9987, 0, 1)), 366 * dayMs);
});
