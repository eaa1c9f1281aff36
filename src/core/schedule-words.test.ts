import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCronWords } from './natural-language.ts';
import { canonicalText, describeSchedule, understood } from './schedule-words.ts';

const words = await loadCronWords();
const zone = 'America/New_York';
const cron = (expression: string) => ({ kind: 'cron', expression, zone }) as const;

const described = [
  ['0 9 * * 1-5', 'at 09:00, Monday through Friday'],
  ['0 0 13 * 5', 'at 00:00, on day 13 of the month or on Friday'],
  ['0 0 */10 * 1', 'at 00:00, every 10 days in a month, and on Monday'],
  ['0 9 1-7 * 1-5', 'at 09:00, between day 1 and 7 of the month or Monday through Friday'],
  ['0 0 13 2,3 1', 'at 00:00, on day 13 of the month or on Monday, only in February and March'],
  ['*/90 * * * *', 'every hour'],
  ['0 22-2 * * *', 'every hour, between 22:00 and 02:00'],
  ['0 0 LW * *', 'at 00:00, on the last weekday of the month'],
  ['*/10 * * * * *', 'every 10 seconds'],
  ['0 9 1W,15W * *', 'at the times of the cron expression "0 9 1W,15W * *"'],
] as const;
for (const [expression, expected] of described) {
  test(`"${expression}" is described as ${expected}`, () =>
    assert.equal(describeSchedule(cron(expression), words, zone), expected));
}

test('the kinds without an expression are described too', () => {
  assert.equal(
    describeSchedule({ kind: 'every', everyMs: 5_400_000, anchor: 0 }, words, zone),
    'every 1 hour 30 minutes',
  );
  assert.equal(describeSchedule({ kind: 'at', at: 0 }, words, zone), 'once, at 1969-12-31 19:00');
});

const clockChanges = [
  ['30 2 * * *', '2026-03-08', '02:30 does not exist that day; runs at 03:00'],
  ['30 1 * * *', '2026-11-01', 'this hour happens twice; runs at the first'],
  ['15 * * * *', '2026-11-01', 'this hour happens twice; runs in both'],
  ['0 9 * * *', '2026-03-08', null],
  ['0 3 * * *', '2026-03-08', null],
] as const;
for (const [expression, day, expected] of clockChanges) {
  test(`of "${expression}" on ${day} it is said: ${expected}`, () => {
    const { next } = understood(cron(expression), Date.parse(`${day}T00:30-04:00`), words);
    assert.equal(next.find((fire) => fire.dst !== null || expected === null)?.dst, expected);
  });
}

test('five fire times are shown in the zone of the schedule, ascending', () => {
  const answer = understood(cron('0 9 * * 1-5'), Date.parse('2026-03-05T12:00Z'), words);
  assert.equal(answer.canonical, '0 9 * * 1-5 America/New_York');
  assert.equal(answer.zone, zone);
  assert.deepEqual(
    answer.next.map((fire) => fire.local),
    [
      '2026-03-05T09:00:00-05:00',
      '2026-03-06T09:00:00-05:00',
      '2026-03-09T09:00:00-04:00',
      '2026-03-10T09:00:00-04:00',
      '2026-03-11T09:00:00-04:00',
    ],
  );
});

test('both passes of a repeated half hour are marked, and nothing around it', () => {
  const schedule = {
    kind: 'cron',
    expression: '*/30 * * * *',
    zone: 'Australia/Lord_Howe',
  } as const;
  const { next } = understood(schedule, Date.parse('2026-04-05T01:15+11:00'), words);
  assert.deepEqual(
    next.map((fire) => [fire.local.slice(11, 16), fire.dst !== null]),
    [
      ['01:30', true],
      ['01:30', true],
      ['02:00', false],
      ['02:30', false],
      ['03:00', false],
    ],
  );
});

test('the day that a zone skipped is named, and seconds are shown where there are any', () => {
  const apia = { kind: 'cron', expression: '30 15 9 30 12 *', zone: 'Pacific/Apia' } as const;
  const [fire] = understood(apia, Date.parse('2011-12-29T00:00-10:00'), words).next;
  assert.equal(fire?.dst, '09:15:30 does not exist on 2011-12-30; runs at 00:00');
});

test('a schedule without a zone is shown in the one asked for, or in UTC, and no clock change touches it', () => {
  const every = { kind: 'every', everyMs: 3_600_000, anchor: 0 } as const;
  const now = Date.parse('2026-03-08T06:30Z');
  const shown = understood(every, now, words, zone);
  assert.equal(shown.zone, zone);
  assert.equal(shown.kind, 'every');
  assert.deepEqual(shown.next[0], {
    at: now + 1_800_000,
    local: '2026-03-08T03:00:00-04:00',
    dst: null,
  });
  assert.equal(understood(every, now, words).zone, 'UTC');
  const once = { kind: 'at', at: now } as const;
  assert.equal(canonicalText(once), '2026-03-08T06:30:00+00:00');
  assert.equal(describeSchedule(once, words, 'UTC'), 'once, at 2026-03-08 06:30');
  assert.equal(understood(once, now - 1, words).canonical, '2026-03-08T06:30:00+00:00');
});

for (const [index, name] of ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'].entries()) {
  test(`six fields that end in ${index} are written with ${name}, five are not`, () => {
    assert.equal(canonicalText(cron(`5 0 9 * * ${index}`)), `5 0 9 * * ${name} ${zone}`);
    assert.equal(canonicalText(cron(`0 9 * * ${index}`)), `0 9 * * ${index} ${zone}`);
  });
}
