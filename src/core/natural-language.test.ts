import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCronWords, loadInstantReader } from './natural-language.ts';

const read = await loadInstantReader();
const zone = 'America/New_York';
const now = Date.parse('2026-03-02T10:15:30.250-05:00');

const texts = [
  ['tomorrow 8:30', '2026-03-03T13:30:00.000Z'],
  ['tomorrow at 8:30:15', '2026-03-03T13:30:15.000Z'],
  ['today at 23:59', '2026-03-03T04:59:00.000Z'],
  ['4 july 2027 at 16:05', '2027-07-04T20:05:00.000Z'],
  ['december 31 2026 at 11pm', '2027-01-01T04:00:00.000Z'],
  ['january 1 2027 at 00:30', '2027-01-01T05:30:00.000Z'],
  ['tomorrow at 9am UTC', '2026-03-03T09:00:00.000Z'],
  ['9:00 gmt tomorrow', '2026-03-03T09:00:00.000Z'],
  ['2026-03-03T09:00Z', '2026-03-03T09:00:00.000Z'],
  ['2026-03-03T09:00+01:00', '2026-03-03T08:00:00.000Z'],
  ['2026-03-03T09:00-01:00', '2026-03-03T10:00:00.000Z'],
  ['tomorrow 9am -0100', '2026-03-03T10:00:00.000Z'],
  ['tomorrow at 9 +01', '2026-03-03T08:00:00.000Z'],
  ['tomorrow at 9am EST', null],
  ['tomorrow at 9am art', null],
  ['2026-03-03 9:00 cat', null],
  ['9:00 art tomorrow', null],
  ['march 8 2026 at 2:30am', '2026-03-08T07:00:00.000Z'],
  ['friday at 9:00', '2026-03-06T14:00:00.000Z'],
  ['tomorrow', null],
  ['next month at 9:00', null],
  ['next year at 9:00', null],
  ['march 2027 at 9:00', null],
  ['january at 9:00', null],
  ['in 2 months at 9:00', '2026-05-02T13:00:00.000Z'],
  ['2 months from now at 9:00', '2026-05-02T13:00:00.000Z'],
  ['in 99999999999 hours', null],
  ['in 260000 years at 9:00', null],
  ['tomorrow at 8:30 or so', null],
  ['from 8:30 to 9:30 tomorrow', null],
  ['tomorrow 8:30 to 9:30', null],
  ['tomorrow 8:30, friday 9:00', null],
  ['nothing of the kind', null],
] as const;
for (const [text, expected] of texts) {
  test(`"${text}" in New York is ${expected ?? 'no single instant'}`, () => {
    const at = read(text, now, zone);
    assert.equal(at === null ? null : new Date(at).toISOString(), expected);
  });
}

test('the day is that of the zone, not of the machine', () => {
  const late = Date.parse('2026-03-02T23:30:00Z');
  const inTokyo = read('today at 12:00', late, 'Asia/Tokyo');
  assert.equal(new Date(inTokyo ?? 0).toISOString(), '2026-03-03T03:00:00.000Z');
  const inHonolulu = read('tomorrow at 12:00', late, 'Pacific/Honolulu');
  assert.equal(new Date(inHonolulu ?? 0).toISOString(), '2026-03-03T22:00:00.000Z');
});

test('a text of eighty letters is read, a longer one is not', () => {
  const padded = (length: number): string => `tomorrow${' '.repeat(length - 12)}8:30`;
  assert.equal(padded(80).length, 80);
  assert.notEqual(read(padded(80), now, zone), null);
  assert.equal(read(padded(81), now, zone), null);
});

const words = await loadCronWords();
const described = [
  ['0 9 * * *', 'at 09:00'],
  ['0 9 1 * 5', 'at 09:00, on day 1 of the month or on Friday'],
  ['0 9 1 * *', 'at 09:00, on day 1 of the month'],
  ['0 9 * * 5', 'at 09:00, only on Friday'],
  ['0 9 1 6 5', 'at 09:00, on day 1 of the month or on Friday, only in June'],
  ['0 9 */40 * *', 'at 09:00, on day 1 of the month'],
  ['0 9 */31 * *', 'at 09:00, on day 1 of the month'],
  ['0 9 */30 * *', 'at 09:00, every 30 days in a month'],
  ['0 */24 * * *', 'at 00:00'],
  ['0 */23 * * *', 'on the hour, every 23 hours'],
  ['*/60 9 * * *', 'at 09:00'],
  ['*/59 9 * * *', 'every 59 minutes, between 09:00 and 09:59'],
  ['0 9 1 */12 *', 'at 09:00, on day 1 of the month, only in January'],
  ['0 9 1 */11 *', 'at 09:00, on day 1 of the month, every 11 months'],
  ['0 9 * * */7', 'at 09:00, only on Sunday'],
  ['*/60 0 9 * * *', 'at 09:00'],
  ['*/59 0 9 * * *', 'every 59 seconds, on the hour, between 09:00 and 09:00'],
  ['30 0 9 1 * 5', 'at 09:00:30, on day 1 of the month or on Friday'],
  ['0 9 1W,15W * 5', 'at the times of the cron expression "0 9 1W,15W * 5"'],
] as const;
for (const [expression, expected] of described) {
  test(`"${expression}" is described as ${expected}`, () =>
    assert.equal(words(expression), expected));
}
