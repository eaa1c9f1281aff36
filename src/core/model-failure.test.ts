import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { dictionary, property, string } from 'fast-check';
import { dayMs, hourMs, minuteMs, secondMs } from './instant.ts';
import { guessReset, isForLater, judgeModelFailure, readReset } from './model-failure.ts';

const now = Date.UTC(2026, 10, 28, 12);

const failures: readonly (readonly [status: number | null, words: string, reason: string])[] = [
  [429, 'Rate limit reached for gpt-5 in organization', 'rate_limited'],
  [429, 'You exceeded your current quota, please check your plan', 'quota_exhausted'],
  [429, '{"error":{"code":"insufficient_quota"}}', 'quota_exhausted'],
  [402, 'Payment required', 'quota_exhausted'],
  [400, 'Your credit balance is too low to access the API', 'quota_exhausted'],
  [529, 'overloaded_error', 'overloaded'],
  [503, 'The engine is currently busy', 'overloaded'],
  [null, 'Overloaded', 'overloaded'],
  [null, 'Too Many Requests', 'rate_limited'],
  [401, 'Incorrect API key provided', 'credentials_missing'],
  [403, 'Forbidden', 'credentials_missing'],
  [null, 'Not logged in · Please run /login', 'credentials_missing'],
  [404, 'page not found', 'model_unknown'],
  [400, "The model 'x' does not exist", 'model_unknown'],
  [null, "You've hit your usage limit.", 'quota_exhausted'],
  [null, "You've hit your limit · resets 3pm", 'quota_exhausted'],
  [null, "You're out of extra usage · resets 7pm", 'quota_exhausted'],
  [null, '5-hour limit reached ∙ resets 2am', 'quota_exhausted'],
  [500, 'Internal error', 'model_failed'],
  [null, 'terminated', 'model_failed'],
];
for (const [status, words, reason] of failures) {
  test(`${status ?? 'no status'} with "${words.slice(0, 30)}" is ${reason}`, () =>
    assert.equal(judgeModelFailure(status, words), reason));
}

const resets: readonly (readonly [
  name: string,
  headers: Record<string, string>,
  afterMs: number | null,
])[] = [
  ['seconds', { 'retry-after': '7200' }, 2 * hourMs],
  ['a date', { 'retry-after': 'Sat, 28 Nov 2026 14:00:00 GMT' }, 2 * hourMs],
  ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
  ['its own word before limits', { 'retry-after': '30', 'x-ratelimit-reset-tokens': '5h' }, 30_000],
  [
    'the limit that is used up',
    {
      'x-ratelimit-remaining-requests': '9',
      'x-ratelimit-reset-requests': '3h',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    6 * minuteMs,
  ],
  [
    'the limit of Anthropic that is used up',
    {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-28T12:10:00Z',
      'anthropic-ratelimit-tokens-remaining': '800',
      'anthropic-ratelimit-tokens-reset': '2026-11-28T13:00:00Z',
    },
    10 * minuteMs,
  ],
  ['seconds from now', { 'x-ratelimit-reset': '90' }, 90 * secondMs],
  ['seconds since 1970', { 'x-ratelimit-reset': String(now / 1_000 + 90) }, 90 * secondMs],
  ['milliseconds since 1970', { 'x-ratelimit-reset': String(now + 90_000) }, 90 * secondMs],
  ['a past time: in a second', { 'x-ratelimit-reset': '2026-11-28T11:00:00Z' }, secondMs],
  ['a far time: in a week', { 'retry-after': '99999999' }, 7 * dayMs],
  ['nothing', { 'content-type': 'text/html' }, null],
  ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset-tokens': 'later' }, null],
];
for (const [name, headers, afterMs] of resets) {
  test(`a reset is read from ${name}`, () =>
    assert.equal(readReset(headers, now), afterMs === null ? null : now + afterMs));
}

test('whatever a server says, it is asked again within a week and not at once', () => {
  const names = fc.constantFrom(
    'retry-after',
    'retry-after-ms',
    'x-ratelimit-reset',
    'x-ratelimit-reset-tokens',
  );
  const values = fc.oneof(
    string(),
    fc.double().map(String),
    fc.integer().map((one) => `${one}s`),
  );
  fc.assert(
    property(dictionary(names, values), (headers) => {
      const at = readReset(headers, now);
      assert.ok(at === null || (at >= now + secondMs && at <= now + 7 * dayMs), String(at));
    }),
  );
});

test('a guess grows with each attempt, at most to an hour; a quota is always an hour', () => {
  const waits = [1, 2, 3, 7, 99].map((attempt) => guessReset('rate_limited', attempt, now) - now);
  assert.deepEqual(waits, [minuteMs, 2 * minuteMs, 4 * minuteMs, hourMs, hourMs]);
  assert.equal(guessReset('quota_exhausted', 1, now), now + hourMs);
});

test('only a model without time is for later', () => {
  assert.ok(isForLater('overloaded'));
  assert.ok(!isForLater('credentials_missing'));
  assert.ok(!isForLater('model_failed'));
});
