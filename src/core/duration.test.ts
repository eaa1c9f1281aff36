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

const units = [
  ['ms msec millisecond milliseconds', 1],
  ['s sec secs second seconds', 1_000],
  ['m min mins minute minutes', 60_000],
  ['h hr hrs hour hours', 3_600_000],
  ['d day days', 86_400_000],
  ['w week weeks', 604_800_000],
] as const;
for (const [names, ms] of units) {
  for (const name of names.split(' '))
    test(`"3${name}" is ${3 * ms} ms`, () => assert.equal(parseDuration(`3${name}`), 3 * ms));
}

const edges = [
  [' 5m ', 300_000],
  ['1.5s', 1_500],
  ['1.123456s', 1_123],
  ['1.1234567s', null],
  ['1234567890s', null],
  ['5  m', null],
  [`${'0'.repeat(8)}5 milliseconds`.padStart(60), 5],
  [`5m${' '.repeat(100)}`, 300_000],
  ['1 hour and 2 minutes and 3 seconds, 4 milliseconds and', null],
] as const;
for (const [text, ms] of edges) {
  test(`at the edge, "${text}" is ${ms}`, () => assert.equal(parseDuration(text), ms));
}

test('sixty letters are read, one more is not', () => {
  const text = '111111111 hours and 22222222 minutes and 3333333 seconds 1ms';
  assert.equal(text.length, 60);
  assert.notEqual(parseDuration(text), null);
  assert.equal(parseDuration(text.replace('1ms', '11ms')), null);
});

const spelled = [
  [119_000, '119s'],
  [60_000, '1m'],
  [61_000, '61s'],
  [120_000, '2m'],
  [121_000, '2m1s'],
  [59_999, '59s999ms'],
  [691_200_000, '8d'],
  [604_800_000, '1w'],
  [1.6, '2ms'],
] as const;
for (const [ms, text] of spelled) {
  test(`${ms} ms is spelled ${text}`, () => assert.equal(formatDuration(ms), text));
}
