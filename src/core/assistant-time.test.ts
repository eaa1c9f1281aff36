import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findTime, timeWithin, tokensOf } from './assistant-time.ts';
import { loadInstantReader } from './natural-language.ts';
import type { TextContext } from './schedule-answers.ts';

/** Sunday, 22 November 2026, 10:00 in Berlin. */
const context: TextContext = {
  now: Date.UTC(2026, 10, 22, 9),
  zone: 'Europe/Berlin',
  readInstant: await loadInstantReader(),
};

const words = [
  ['in 5m  eat', ['in', '5m', 'eat']],
  ['say "at 5pm", then go', ['say', '"at 5pm",', 'then', 'go']],
  ['run `npm test`; rest', ['run', '`npm test`;', 'rest']],
  ['"a b" "c d"', ['"a b"', '"c d"']],
  ['`a b` `c d`', ['`a b`', '`c d`']],
  ['a "quote that never ends', ['a', '"quote', 'that', 'never', 'ends']],
  ['""', ['""']],
  ['', []],
] as const;
describe('the words of a sentence', () => {
  for (const [text, tokens] of words) {
    test(`are ${tokens.length} in ${JSON.stringify(text)}`, () =>
      assert.deepEqual(tokensOf(text), tokens));
  }
  test('are bounded', () => assert.equal(tokensOf('a '.repeat(1_000)).length, 200));
});

const found: readonly (readonly [text: string, when: string, before: string, after: string])[] = [
  ['every day at 9 eat', 'every day at 9', '', 'eat'],
  ['eat every day at 9', 'every day at 9', 'eat', ''],
  ['every day at 9, eat', 'every day at 9', '', 'eat'],
  ['every day at 9:; eat', 'every day at 9', '', 'eat'],
  ['starting tomorrow at 9 eat', 'tomorrow at 9', '', 'eat'],
  ['For tomorrow at 9 eat', 'tomorrow at 9', '', 'eat'],
  ['in 5m call Ann at 5pm', 'in 5m', '', 'call Ann at 5pm'],
  // Only a refusal at the front, so the end counts.
  ['yesterday at 9 was bad, in 5m', 'in 5m', 'yesterday at 9 was bad,', ''],
];
describe('the time of a sentence', () => {
  for (const [text, when, before, after] of found) {
    test(`is "${when}" in ${JSON.stringify(text)}`, () =>
      assert.deepEqual(findTime(tokensOf(text), context), { kind: 'found', when, before, after }));
  }

  for (const text of [
    'rest for 30 minutes',
    'rest FOR 30 minutes',
    'for 30 minutes rest',
    'eat',
    '',
  ]) {
    test(`is not said in ${JSON.stringify(text)}`, () =>
      assert.deepEqual(findTime(tokensOf(text), context), { kind: 'none' }));
  }

  for (const [text, when] of [
    ['call Anna on friday at 5pm', 'on friday at 5pm'],
    ['call Anna today at 9', 'today at 9'],
    ['call Anna yesterday at 9', 'yesterday at 9'],
    ['call Anna 3/5/2027 at 9', '3/5/2027 at 9'],
    ['call Anna every year on feb 30 at 9', 'every year on feb 30 at 9'],
  ] as const) {
    test(`is not the end of one that is refused, in ${JSON.stringify(text)}`, () => {
      const time = findTime(tokensOf(text), context);
      assert.equal(time.kind, 'refused');
      assert.equal(time.kind === 'refused' && time.when, when);
    });
  }

  test('is refused where it cannot be, by the longest that is one', () => {
    const time = findTime(tokensOf('yesterday at 9 eat'), context);
    assert.equal(time.kind === 'refused' && time.when, 'yesterday at 9');
    assert.ok(time.kind === 'refused' && time.message !== '' && time.instead !== '');
  });
});

const within: readonly (readonly [text: string, when: string | null])[] = [
  ['buy milk every monday at 8 or so', 'every monday at 8'],
  ['buy milk Every monday at 8', 'Every monday at 8'],
  ['plan each weekday', 'each weekday'],
  ['plan EVERY weekday', 'EVERY weekday'],
  ['eat weekdays at 9 then', 'weekdays at 9'],
  ['eat weekends at 9 then', 'weekends at 9'],
  ['eat mondays at 9 then', 'mondays at 9'],
  ['eat monday at 9 then', 'monday at 9'],
  ['eat tuesday at 9 then', 'tuesday at 9'],
  ['eat thursdays at 9 then', 'thursdays at 9'],
  ['eat in 5m then', 'in 5m'],
  ['meet 5pm sharp', '5pm'],
  ['meet 5PM sharp', '5PM'],
  ['take the 17:30 train', '17:30'],
  ['read page 9 of it', null],
  ['take the noon train', null],
  ['rest for 30 minutes then', null],
  ['rest FOR in 30 minutes then', null],
  ['look into everything', null],
  ['eat', null],
];
describe('a time anywhere in a text', () => {
  for (const [text, when] of within) {
    test(`is ${when} in ${JSON.stringify(text)}`, () =>
      assert.equal(timeWithin(text, context), when));
  }
});
