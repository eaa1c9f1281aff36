import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadInstantReader } from './natural-language.ts';
import { type TextReading, understandSchedule } from './schedule-text.ts';
import { zoneNameOf } from './time-zone.ts';

const zone = 'America/New_York';
const now = Date.parse('2026-03-02T10:15:30.250-05:00');
const readInstant = await loadInstantReader();
const read = (text: string): TextReading => understandSchedule(text, { now, zone, readInstant });

const understoodTexts = [
  // Cron, with zones.
  ['0 9 * * 1-5', '0 9 * * 1-5 America/New_York'],
  ['0 9 * * mon-fri Europe/Berlin', '0 9 * * 1-5 Europe/Berlin'],
  ['CRON_TZ=Europe/Berlin 0 9 * * *', '0 9 * * * Europe/Berlin'],
  ['TZ=utc 0 9 * * *', '0 9 * * * UTC'],
  ['@daily Asia/Tokyo', '0 0 * * * Asia/Tokyo'],
  ['0 9 ? * 5#1', '0 9 * * 5#1 America/New_York'],
  ['*/10 * * * * *', '*/10 * * * * * America/New_York'],
  ['0 0 9 * * 1-5', '0 9 * * 1-5 America/New_York'],
  ['* * * * * */10', '*/10 * * * * * America/New_York'],
  ['0 9 * * * 30', '30 0 9 * * * America/New_York'],
  ['5 9 * * * SUN', '5 9 * * * SUN America/New_York'],
  // Intervals and delays.
  ['every 90s', 'every 90s'],
  ['Every  2 hours', 'every 2h'],
  ['every hour', 'every 1h'],
  ['hour', 'every 1h'],
  ['every day', 'every 1d'],
  ['every 15 minutes', 'every 15m'],
  ['in 5 minutes', '2026-03-02T10:20:30.250-05:00'],
  ['in an hour', '2026-03-02T11:15:30.250-05:00'],
  ['in half an hour', '2026-03-02T10:45:30.250-05:00'],
  // Dates.
  ['2027-03-01T14:00', '2027-03-01T14:00:00-05:00'],
  ['2027-03-01 14:00:05.5', '2027-03-01T14:00:05.500-05:00'],
  ['2027-03-01 14:00 Europe/Berlin', '2027-03-01T14:00:00+01:00'],
  ['2027-03-01', '2027-03-01T00:00:00-05:00'],
  ['2027-03-01T14:00:00Z', '2027-03-01T09:00:00-05:00'],
  ['2027-03-01T14:00:00+0900', '2027-03-01T00:00:00-05:00'],
  ['2026-03-08 02:30', '2026-03-08T03:00:00-04:00'],
  ['2026-11-01 01:30', '2026-11-01T01:30:00-04:00'],
  ['2026-03-02 10:15', '2026-03-02T10:15:31-05:00'],
  // Recurrences in English.
  ['every weekday at 9am', '0 9 * * 1-5 America/New_York'],
  ['every weekday at 9am in Europe/Berlin', '0 9 * * 1-5 Europe/Berlin'],
  ['every weekday at 9am (europe/berlin)', '0 9 * * 1-5 Europe/Berlin'],
  ['every monday and friday at 17:30', '30 17 * * 1,5 America/New_York'],
  ['Mondays, Wednesdays, and Fridays at 9 a.m.', '0 9 * * 1,3,5 America/New_York'],
  ['monday to friday at 8', '0 8 * * 1-5 America/New_York'],
  ['fri-mon at 8', '0 8 * * 0,1,5,6 America/New_York'],
  ['mon, wed, fri at 9', '0 9 * * 1,3,5 America/New_York'],
  ['friday, 5pm', '0 17 * * 5 America/New_York'],
  ['5pm, fridays', '0 17 * * 5 America/New_York'],
  ['every day, at 9', '0 9 * * * America/New_York'],
  ['on fridays at 5pm', '0 17 * * 5 America/New_York'],
  ['first monday of the month at 10', '0 10 * * 1#1 America/New_York'],
  ['first and third tuesday of the month at 14:00', '0 14 * * 2#1,2#3 America/New_York'],
  ['1st and 3rd tuesday of the month at 14:00', '0 14 * * 2#1,2#3 America/New_York'],
  ['last friday of the month at 6pm', '0 18 * * 5L America/New_York'],
  ['last day of every month at 23:00', '0 23 L * * America/New_York'],
  ['monthly on the 1st at 8', '0 8 1 * * America/New_York'],
  ['1st and 15th of every month at 6am', '0 6 1,15 * * America/New_York'],
  ['every day at noon', '0 12 * * * America/New_York'],
  ['every morning at 8', '0 8 * * * America/New_York'],
  ['every evening at 8', '0 20 * * * America/New_York'],
  ['every evening at 08:30', '30 20 * * * America/New_York'],
  ['weekly on sunday at 3am', '0 3 * * 0 America/New_York'],
  ['twice a day at 9 and 17', '0 9,17 * * * America/New_York'],
  ['every day at 9 and 5pm', '0 9,17 * * * America/New_York'],
  ['every day at 17 and 9', '0 9,17 * * * America/New_York'],
  ['every day at 9, 12 and 3pm', '0 9,12,15 * * * America/New_York'],
  ['every day at midnight and 6', '0 0,6 * * * America/New_York'],
  ['every day at 09:00 and 05:00', '0 5,9 * * * America/New_York'],
  ['every day at 8 and 9am', '0 8,9 * * * America/New_York'],
  ['at 9am and 5pm on weekdays', '0 9,17 * * 1-5 America/New_York'],
  ['every quarter hour', '*/15 * * * * America/New_York'],
  ['every 15 minutes on weekdays', '*/15 * * * 1-5 America/New_York'],
  ['every hour at :15', '15 * * * * America/New_York'],
  ['hourly', '0 * * * * America/New_York'],
  ['yearly on march 1 at 10', '0 10 1 3 * America/New_York'],
  ['quarterly on the 1st at 9', '0 9 1 1,4,7,10 * America/New_York'],
  ['quarterly on the first monday at 9', '0 9 * 1,4,7,10 1#1 America/New_York'],
  ['quarterly on the last day at 9', '0 9 L 3,6,9,12 * America/New_York'],
  ['every quarter on the last weekday at 9', '0 9 LW 3,6,9,12 * America/New_York'],
  ['quarterly on the last friday at 9', '0 9 * 3,6,9,12 5L America/New_York'],
  ['every 1d at 09:00', '0 9 * * * America/New_York'],
  // Single instants in English.
  ['tomorrow 8:30', '2026-03-03T08:30:00-05:00'],
  ['this friday 5pm', '2026-03-06T17:00:00-05:00'],
  ['tonight at 8', '2026-03-02T20:00:00-05:00'],
  ['march 3 2027 at 10:00', '2027-03-03T10:00:00-05:00'],
  ['on march 3 2027 at 10:00', '2027-03-03T10:00:00-05:00'],
  ['on the 3rd of march 2027 at 10:00', '2027-03-03T10:00:00-05:00'],
  ['march 8 at 2:30am', '2026-03-08T03:00:00-04:00'],
  ['tomorrow at 9am Asia/Tokyo', '2026-03-04T09:00:00+09:00'],
  ['9am', '2026-03-03T09:00:00-05:00'],
  ['17:30', '2026-03-02T17:30:00-05:00'],
] as const;
for (const [text, canonical] of understoodTexts) {
  test(`"${text}" is understood as ${canonical}`, () => {
    const reading = read(text);
    assert.equal(
      reading.kind === 'understood' ? reading.canonical : reading.refusal.message,
      canonical,
    );
  });
  test(`the canonical text of "${text}" means the same when typed again elsewhere`, () => {
    const first = read(text);
    assert.ok(first.kind === 'understood');
    const again = understandSchedule(first.canonical, { now, zone: 'Asia/Tokyo' });
    assert.ok(again.kind === 'understood', JSON.stringify(again));
    assert.deepEqual(again.schedule, first.schedule);
  });
}

const oldZones = 'CET EST EST5EDT GB Japan NZ PRC Singapore W-SU Zulu GMT0 Etc/GMT+1 UTC GMT'.split(
  ' ',
);

test('the canonical text of a cron schedule means the same when typed again, whatever its zone', () => {
  for (const name of [...oldZones, ...Intl.supportedValuesOf('timeZone')]) {
    const tz = zoneNameOf(name);
    assert.ok(tz !== null, name);
    for (const expression of ['0 9 * * *', '15 0 9 * * 1']) {
      const first = understandSchedule(expression, { now, zone: tz });
      assert.ok(first.kind === 'understood', name);
      const again = understandSchedule(first.canonical, { now, zone: 'Asia/Tokyo' });
      assert.ok(again.kind === 'understood', JSON.stringify(again));
      assert.deepEqual(again.schedule, first.schedule);
    }
  }
});

/** Hours that may be before noon or after it, beside times that speak for the other half. */
const openTimes = [
  'every day at 1 and 3pm',
  'weekdays at 1 and 3 pm',
  'every day at 5 and 8 pm',
  'every day at 1, 2 and 3pm',
  'every day at 10 and 2am',
  'every day at 12 and 1am',
  'every day at 9 and 5',
  'every day at 9:30 and 5:30',
  'every day at 9am and 5',
  'every day at 5pm and 8',
  'every day at 5pm and 12',
  'every day at noon and 6',
  'every day at 12:30 and 6:30',
  'every day at 8am and 8',
  'twice a day at 9 and 5',
  'friday at 1 and 3pm',
  'on friday at 1 and 3pm',
  'on fridays at 1 and 3pm',
  'first monday of the month at 1 and 3pm',
];

const refusedTexts = [
  ['30m', 'schedule_ambiguous'],
  ['every 2 days at 9 and 5', 'schedule_invalid'],
  ['every other day at 1 and 3pm', 'schedule_invalid'],
  ['1 day', 'schedule_ambiguous'],
  ['0m', 'schedule_ambiguous'],
  ['every 0m', 'schedule_invalid'],
  ['in 0m', 'schedule_invalid'],
  ['every 500ms', 'schedule_invalid'],
  ['every 600w', 'schedule_invalid'],
  ['0 9 * * * 0', 'schedule_ambiguous'],
  ['on friday at 5pm', 'schedule_ambiguous'],
  ['5pm on friday', 'schedule_ambiguous'],
  ['at 5 pm on the fri', 'schedule_ambiguous'],
  ['9am on monday UTC', 'schedule_ambiguous'],
  ['on friday and sunday at 5pm', 'schedule_ambiguous'],
  ['9am and 5pm on friday', 'schedule_ambiguous'],
  ['on friday at 5 in the afternoon', 'schedule_ambiguous'],
  ['5 in the afternoon on friday', 'schedule_ambiguous'],
  ['on friday, 5pm', 'schedule_ambiguous'],
  ['friday evening at 5', 'schedule_ambiguous'],
  ['sun 5 in the afternoon', 'schedule_ambiguous'],
  ['end of the month at 9', 'schedule_ambiguous'],
  ['tonight at midnight', 'schedule_ambiguous'],
  ['3/5/2027 9:00', 'schedule_ambiguous'],
  ['on 3/5 at 9', 'schedule_ambiguous'],
  ['tomorrow before 5pm', 'schedule_ambiguous'],
  ['next friday at 9', 'schedule_ambiguous'],
  ['this morning at 9', 'schedule_in_past'],
  ['on friday 5ish', 'schedule_invalid'],
  ...['mon-wed-fri at 9', 'every monday-wednesday-friday at 9', 'on tue-thu-sat 9am'].map(
    (text) => [text, 'schedule_ambiguous'] as const,
  ),
  ['mon-wed-nope at 9', 'schedule_invalid'],
  // The day of the month, or the weekday that stands at the end?
  ['monthly on the 1st and first monday at 9', 'schedule_invalid'],
  ['monthly on the 1st and last friday at 9', 'schedule_invalid'],
  ...openTimes.map((text) => [text, 'schedule_ambiguous'] as const),
  ['daily', 'schedule_ambiguous'],
  ['every monday', 'schedule_ambiguous'],
  ['every 2 days at 9:00', 'schedule_invalid'],
  ['every other day at 9', 'schedule_invalid'],
  ['every second monday at 9', 'schedule_invalid'],
  ['every 7 minutes on weekdays', 'schedule_invalid'],
  ['three times a day at 9 and 17', 'schedule_invalid'],
  ['twice a day at 9', 'schedule_invalid'],
  ['at 9:30 and 17:00 every day', 'schedule_invalid'],
  ['every fortnight', 'schedule_invalid'],
  ['every mon 25:00', 'schedule_invalid'],
  ['tomorrow', 'schedule_invalid'],
  ['tomorrow 9am and then some', 'schedule_invalid'],
  ['monday 9am Berlin time', 'schedule_invalid'],
  ['soon', 'schedule_invalid'],
  ['', 'schedule_invalid'],
  ['every', 'schedule_invalid'],
  ['* * * *', 'schedule_invalid'],
  ['0 9 * * * 2027', 'schedule_invalid'],
  ['@reboot', 'schedule_invalid'],
  ['0 0 30 2 *', 'schedule_never_fires'],
  ['every year on feb 30 at 9am', 'schedule_never_fires'],
  ['2026-03-02 10:14', 'schedule_in_past'],
  ['2020-01-01T00:00', 'schedule_in_past'],
  ['yesterday 9am', 'schedule_in_past'],
  ['2027-02-29 10:00', 'schedule_invalid'],
  ['2027-03-01T24:00', 'schedule_invalid'],
  ['2027-03-01T10:00+99:00', 'schedule_invalid'],
  ['0 9 * * * Mars/Olympus', 'zone_unknown'],
  ['TZ=Nowhere 0 9 * * *', 'zone_unknown'],
  ['9am EST', 'zone_unknown'],
  ['x'.repeat(501), 'schedule_invalid'],
] as const;
for (const [text, code] of refusedTexts) {
  test(`"${text.slice(0, 40)}" is refused as ${code}, with advice`, () => {
    const reading = read(text);
    assert.ok(reading.kind === 'refused', JSON.stringify(reading));
    assert.equal(reading.refusal.code, code);
    assert.ok((reading.refusal.remedy?.text ?? '') !== '');
  });
}

const remediesThatWork = [
  '30m',
  '0m',
  '0 9 * * * 0',
  '5 9 * * * 3',
  'on friday at 5pm',
  'at 5pm on friday',
  '9am and 5pm on friday',
  'on friday and sunday at 5pm',
  'on friday at 5 in the afternoon',
  '5pm, on friday',
  'daily',
  'every other day at 9',
  'sun 5 in the afternoon',
  'end of the month at 9',
  'monday morning at 9',
  'tonight at midnight',
  'on 3/5 at 9',
  'tomorrow before 5pm',
  'next friday at 9',
  'mon-wed-fri at 9',
  'every monday-wednesday-friday at 9',
  ...openTimes,
  'soon',
];
for (const text of remediesThatWork) {
  test(`everything quoted in the remedy of "${text}" can be typed`, () => {
    const reading = read(text);
    assert.ok(reading.kind === 'refused');
    const quotedTexts = [...(reading.refusal.remedy?.text ?? '').matchAll(/"([^"]+)"/g)].map(
      ([, inner]) => inner ?? '',
    );
    assert.ok(quotedTexts.length > 0);
    for (const inner of quotedTexts) assert.equal(read(inner).kind, 'understood', inner);
  });
}

test('without a reader of dates, a text for it is refused and all else is understood', () => {
  assert.equal(understandSchedule('tomorrow 8:30', { now, zone }).kind, 'refused');
  assert.equal(understandSchedule('every weekday at 9am', { now, zone }).kind, 'understood');
});

test('the first fire of an interval is one period after it was typed, to the second', () => {
  const reading = read('every 2h');
  assert.ok(reading.kind === 'understood');
  assert.deepEqual(reading.schedule, {
    kind: 'every',
    everyMs: 7_200_000,
    anchor: Date.parse('2026-03-02T10:15:30-05:00'),
  });
});

const noted = [
  ['tuesday 9am', /every week; for once, type "this tuesday 9am"/],
  ['9am tuesday', /every week; for once, type "this tuesday 9am"/],
  ['at 9 tuesday', /every week; for once, type "this tuesday at 9"/],
  ['9am and 5pm tuesday', /^$/],
  ['2026-03-08 02:30', /does not exist/],
  ['2026-11-01 01:30', /happens twice/],
  ['*/90 * * * *', /only ever means 0/],
  ['0 0 */10 * 1', /Both day fields must match/],
  ['* * * * * */10', /sixth field was read as seconds/],
] as const;
for (const [text, expected] of noted) {
  test(`the notes on "${text}" say ${expected.source}`, () => {
    const reading = read(text);
    assert.ok(reading.kind === 'understood');
    assert.match(reading.notes.join(' '), expected);
  });
}

test('ten thousand different expressions are understood one after the other, and the first once more', () => {
  const text = (n: number): string =>
    `${n % 60} ${Math.floor(n / 60) % 24} ${1 + Math.floor(n / 1_440)} * *`;
  for (let n = 0; n <= 10_000; n += 1) assert.equal(read(text(n)).kind, 'understood');
  assert.deepEqual(read(text(0)), read('0 0 1 * *'));
});

for (const text of [
  'once a day',
  'twice a day',
  '3 times a day',
  '5 times per day',
  'weekdays',
  'every evening',
  '30 times a day',
  '100000 times a day',
]) {
  test(`the advice for "${text}", which names no time, is understood itself`, () => {
    const reading = read(text);
    assert.ok(reading.kind === 'refused');
    const [, suggested = ''] = /as in "(.*)"\.$/.exec(reading.refusal.remedy?.text ?? '') ?? [];
    assert.equal(read(suggested).kind, 'understood', suggested);
  });
}
