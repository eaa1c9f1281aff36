import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dayOf, weekdayOf } from './calendar.ts';
import { doubtAbout } from './instant-doubt.ts';
import { loadInstantReader } from './natural-language.ts';
import { understandSchedule } from './schedule-text.ts';
import { localTimeAt } from './time-zone.ts';

const readInstant = await loadInstantReader();
const zone = 'America/New_York';
/** Monday, 10:15. */
const monday = Date.parse('2026-03-02T10:15:30-05:00');

function doubted(text: string, now = monday): { readonly code: string; readonly remedy: string } {
  const at = readInstant(text, now, zone);
  assert.notEqual(at, null, `the reader does not know "${text}"`);
  const refusal = doubtAbout(text, at ?? 0, { now, zone });
  assert.ok(refusal !== null, `"${text}" is believed`);
  return { code: refusal.code, remedy: refusal.remedy?.text ?? '' };
}

const inDoubt: readonly (readonly [text: string, ...ways: readonly string[]])[] = [
  // The figures of a date.
  ['3/5/2027 9:00', '2027-03-05 09:00', '2027-05-03 09:00'],
  ['3/5/2027 9:00:30', '2027-03-05 09:00:30', '2027-05-03 09:00:30'],
  ['5.3.2027 9:00', '2027-05-03 09:00', '2027-03-05 09:00'],
  ['3-5-2027 9:00', '2027-03-05 09:00', '2027-05-03 09:00'],
  ['03/05/27 9:00', '2027-03-05 09:00', '2027-05-03 09:00'],
  ['3/5 at 9', '2026-03-05 09:00', '2026-05-03 09:00'],
  ['2/3 at 9', '2027-02-03 09:00', '2027-03-02 09:00'],
  ['at 9 on 3/5', '2026-03-05 09:00', '2026-05-03 09:00'],
  ['3/5/2027 9:00 +01:00', '2027-03-05 03:00', '2027-05-03 03:00'],
  // Noon for a midnight, and the hours after it.
  ['tonight at midnight', '2026-03-02 12:00', '2026-03-03 00:00'],
  ['midnight tonight', '2026-03-02 12:00', '2026-03-03 00:00'],
  ['tonight at 12', '2026-03-02 12:00', '2026-03-03 00:00'],
  ['tonight at 12:30', '2026-03-02 12:30', '2026-03-03 00:30'],
  ['tonight at 1', '2026-03-02 13:00', '2026-03-03 01:00'],
  ['12 at night', '2026-03-02 12:00', '2026-03-03 00:00'],
  ['tomorrow night at 12', '2026-03-03 12:00', '2026-03-04 00:00'],
  ['tomorrow at 12 at night', '2026-03-03 12:00', '2026-03-04 00:00'],
  ['tomorrow night at 1', '2026-03-03 13:00', '2026-03-04 01:00'],
  ['friday night at 12', '2026-03-06 12:00', '2026-03-07 00:00'],
  ['tomorrow at 3 at night', '2026-03-03 03:00', '2026-03-04 03:00'],
  ['tonight at 2am', '2026-03-03 02:00'],
  ['this evening at 3', '2026-03-02 15:00', '2026-03-03 03:00'],
  ['12 in the morning', '2026-03-02 12:00', '2026-03-03 00:00'],
  ['tomorrow morning at 5pm', '2026-03-03 05:00', '2026-03-03 17:00'],
  ['tomorrow afternoon at 11', '2026-03-03 11:00', '2026-03-03 23:00'],
  ['tomorrow at midnight', '2026-03-03 00:00', '2026-03-04 00:00'],
  ['this friday at midnight', '2026-03-06 00:00', '2026-03-07 00:00'],
  // Bounds, and what names no day.
  ['tomorrow before 5pm', '2026-03-03 17:00'],
  ['tomorrow after 9am', '2026-03-03 09:00'],
  ['from 9am', '2026-03-03 09:00'],
  ['2 days after friday at 11'],
  ['next week at 9', '2026-03-09 09:00'],
  ['this weekend at 9', '2026-03-07 09:00'],
  ['at 9 for a week', '2026-03-09 09:00'],
  ['at 9 for 3 days', '2026-03-05 09:00'],
  ['next weekday at 9', '2026-03-10 09:00'],
  ['next 2 days at 9', '2026-03-04 09:00'],
  ['5 days a week at 9', '2026-03-14 09:00'],
  ['a week at 9', '2026-03-09 09:00'],
  // Days of the week.
  ['next friday at 9', '2026-03-06 09:00', '2026-03-13 09:00'],
  ['sunday next week at 9', '2026-03-08 09:00', '2026-03-15 09:00'],
  ['monday march 10 at 9', '2026-03-10 09:00'],
];
describe('a reading of a date is doubted, with what can be meant', () => {
  for (const [text, ...ways] of inDoubt) {
    test(JSON.stringify(text), () => {
      const { code, remedy } = doubted(text);
      assert.equal(code, 'schedule_ambiguous');
      const typed = [...remedy.matchAll(/"(\d[^"]+)"/g)].map(([, way = '']) => way);
      assert.deepEqual(typed, ways);
      for (const way of typed)
        assert.equal(understandSchedule(way, { now: monday, zone }).kind, 'understood', way);
    });
  }
});

describe('a time that has passed is not that of another day', () => {
  for (const text of [
    'this morning at 9',
    'last friday at 9',
    'last monday 9am',
    'last weekday at 9',
  ]) {
    test(JSON.stringify(text), () => assert.equal(doubted(text).code, 'schedule_in_past'));
  }
});

const clear = [
  'today at 11',
  'tomorrow 8:30',
  'tomorrow 9.30',
  'tonight at 8',
  'tonight at 11:30',
  'this afternoon at 4',
  'this evening at 7',
  'tomorrow morning at 9',
  'tomorrow night at 9',
  '9 in the morning',
  '3 at night',
  'tomorrow at noon',
  'the day after tomorrow at 9',
  '2 days from now at 9',
  '2 days after today at 9',
  'in 2 days at 9',
  'this friday 5pm',
  'this friday at 0:00',
  'next monday at 9am',
  'friday next week at 9',
  'friday this week at 9',
  'friday 13 march at 9',
  '13/5/2027 9:00',
  '5/13/2027 9:00',
  '13.5.2027 9:00',
  '5/5/2027 9:00',
  '2027/3/5 9:00',
  '4 july 2027 at 16:05',
  'last day of march at 9',
  'tomorrow at 9am +01:00',
];
describe('a reading of a date is believed where it can mean only that', () => {
  for (const text of clear) {
    test(JSON.stringify(text), () => {
      const at = readInstant(text, monday, zone);
      assert.notEqual(at, null);
      assert.equal(doubtAbout(text, at ?? 0, { now: monday, zone }), null);
    });
  }
});

test('after midnight, tonight is the night that is', () => {
  const now = Date.parse('2026-03-03T00:30:00-05:00');
  const at = readInstant('tonight at 2am', now, zone) ?? 0;
  assert.equal(doubtAbout('tonight at 2am', at, { now, zone }), null);
  assert.match(doubted('tonight at 12', now).remedy, /"2026-03-03 12:00" or "2026-03-04 00:00"/);
});

test('a week begins on a Sunday for some', () => {
  const sunday = Date.parse('2026-03-01T10:15:30-05:00');
  assert.match(
    doubted('monday next week at 9', sunday).remedy,
    /"2026-03-02 09:00" or "2026-03-09 09:00"/,
  );
});

test('what is no instant is not doubted', () =>
  assert.equal(doubtAbout('tonight', Number.NaN, { now: monday, zone }), null));

const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
test('what is advised for a day of the week is understood, and is that day, on every day', () => {
  let advised = 0;
  for (let day = 0; day < 7; day += 1) {
    const now = Date.parse('2026-03-01T10:15:30-05:00') + day * 86_400_000;
    const context = { now, zone, readInstant };
    for (const [name, time] of weekdays.flatMap((each) =>
      ['9am', 'at 23:00', 'midnight'].map((one) => [each, one] as const),
    )) {
      for (const text of [`on ${name} ${time}`, `${name}, ${time}`, `${name} evening at 7`]) {
        const reading = understandSchedule(text, context);
        const said =
          reading.kind === 'understood'
            ? reading.notes.join(' ')
            : (reading.refusal.remedy?.text ?? '');
        for (const [, words = ''] of said.matchAll(/"([^"]+)"/g)) {
          advised += 1;
          const again = understandSchedule(words, context);
          assert.ok(again.kind === 'understood', `${text} on day ${day}: ${words}`);
          if (again.schedule.kind !== 'at') continue;
          const found = weekdayOf(dayOf(localTimeAt(zone, again.schedule.at)));
          assert.equal(found, weekdays.indexOf(name), words);
          assert.ok(again.schedule.at - now <= 7 * 86_400_000, words);
        }
      }
    }
  }
  assert.ok(advised > 7 * 7 * 3, `only ${advised}`);
});
