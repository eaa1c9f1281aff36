import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadInstantReader } from './natural-language.ts';
import { understandSchedule } from './schedule-text.ts';

const zone = 'America/New_York';
const now = Date.parse('2026-03-02T10:15:30.250-05:00');
const readInstant = await loadInstantReader();
const examples =
  'advice: Type for example "in 30m", "every 2h", "weekdays at 9am", "tomorrow 8:30", "2027-03-01 14:00" or "0 9 * * 1-5".';

/** The whole answer in one line, as in the fixture: canonical text and notes, or code, message and remedy. */
function answerTo(text: string): string {
  const reading = understandSchedule(text, { now, zone, readInstant });
  if (reading.kind === 'understood') return [reading.canonical, ...reading.notes].join(' | ');
  const { code, message, remedy } = reading.refusal;
  return `${code}: ${message} | ${`${remedy?.kind}: ${remedy?.text}`.replace(examples, '[examples]')}`;
}

// Each line is a text in quotes, an arrow, and the answer a person gets on the second of March 2026, at 10:15:30.250 in New York.
const fixture = new URL('../../test/fixtures/schedule/answers.txt', import.meta.url);
for (const line of readFileSync(fixture, 'utf8').split('\n')) {
  const [, quoted, expected] = /^(".*?(?<!\\)") => (.*)$/.exec(line) ?? [];
  if (quoted === undefined) continue;
  test(`${quoted} is answered as before`, () =>
    assert.equal(answerTo(JSON.parse(quoted)), expected));
}

test('the empty text and the endless one are refused', () => {
  assert.match(answerTo(' '), /^schedule_invalid: The schedule is empty\. \| \[examples\]$/);
  const longest = `in 5m${' '.repeat(495)}`;
  assert.match(answerTo(longest), /^2026-/);
  assert.match(
    answerTo(`${longest} `),
    /^schedule_invalid: A schedule has at most 500 characters\. \|/,
  );
});

test('an interval is anchored at the second in which it was typed', () => {
  const reading = understandSchedule('every 90s', { now, zone });
  assert.ok(reading.kind === 'understood' && reading.schedule.kind === 'every');
  assert.equal(reading.schedule.anchor, now - 250);
});

test('what a reader of dates finds is taken as it is', () => {
  const at = now + 12_345;
  const asked: unknown[] = [];
  const reading = understandSchedule('  when   the cows come home ', {
    now,
    zone,
    readInstant: (...args) => {
      asked.push(args);
      return at;
    },
  });
  assert.deepEqual(asked, [['when the cows come home', now, zone]]);
  assert.deepEqual(reading.kind === 'understood' && reading.schedule, { kind: 'at', at });
});

test('a reader of dates that finds no number is not believed', () => {
  const reading = understandSchedule('some day', { now, zone, readInstant: () => Number.NaN });
  assert.equal(
    reading.kind === 'refused' && reading.refusal.message,
    'That is too far in the future.',
  );
});
