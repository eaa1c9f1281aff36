import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { durationWords, formatDuration, parseDuration } from './duration.ts';

const read = [
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['2 hours and 5 minutes', 7_500_000],
  ['1 hour, 1 minute', 3_660_000],
  ['90 min', 5_400_000],
  ['1 Day', 86_400_000],
  ['2w', 1_209_600_000],
  ['0m', 0],
  ['30', null],
  ['', null],
  ['m', null],
  ['-5m', null],
  ['5 parsecs', null],
  ['1mo', null],
  ['30m1h', null],
  ['1h1h', null],
  ['1h,', null],
  ['1h and', null],
  ['1.h', null],
  ['999999999w999999999d', null],
] as const;
for (const [text, ms] of read) {
  test(`"${text}" is ${ms === null ? 'not a duration' : `${ms} ms`}`, () =>
    assert.equal(parseDuration(text), ms));
}

const written = [
  [90_000, '90s', '90 seconds'],
  [120_000, '2m', '2 minutes'],
  [5_400_000, '1h30m', '1 hour 30 minutes'],
  [86_400_000, '1d', '1 day'],
  [1_209_600_000, '2w', '2 weeks'],
  [500, '500ms', '500 milliseconds'],
  [0, '0s', '0 seconds'],
] as const;
for (const [ms, text, words] of written) {
  test(`${ms} ms is written ${text} and ${words}`, () => {
    assert.equal(formatDuration(ms), text);
    assert.equal(durationWords(ms), words);
  });
}

test('what is written reads back as the same, in both spellings', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e13 }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
      assert.equal(parseDuration(durationWords(ms)), ms);
    }),
  );
});
