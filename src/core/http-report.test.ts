import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closedAddress, httpFailed, judgeHead, notReached, unanswered } from './http-report.ts';
import type { HttpRequest } from './http-request.ts';
import { dayMs, hourMs } from './instant.ts';

const now = Date.UTC(2026, 10, 29);
const get: HttpRequest = {
  method: 'GET',
  url: new URL('https://api.example.org/'),
  headers: {},
  body: null,
  hasSecretBody: false,
  openHeaders: new Set(),
  hasActed: false,
};
const post = { ...get, method: 'POST' };
const afterPost = { ...get, hasActed: true };
const requests = [
  ['GET', get, 'failed', 'failed'],
  ['POST', post, 'failed', 'unknown'],
  ['GET after a POST', afterPost, 'unknown', 'unknown'],
] as const;

describe('a request', () => {
  for (const [name, request, before, after] of requests) {
    test(`that is a ${name} is ${before} when it did not leave, ${after} when it did`, () => {
      const kept = notReached(request, 'http_unreachable', 'Nobody took the connection.');
      assert.deepEqual([kept.result, kept.reason], [before, 'http_unreachable']);
      const left = unanswered(request, 'http_unanswered', 'The connection ended.');
      assert.deepEqual([left.result, left.reason], [after, 'http_unanswered']);
    });
  }

  test('that leads to a private address says what would allow it', () => {
    const place = { host: 'nas.local', address: '10.0.0.5', port: 8_080 };
    const { result, reason, message } = closedAddress(get, place);
    assert.deepEqual([result, reason], ['failed', 'address_refused']);
    assert.match(message ?? '', /^nas\.local leads to .* 10\.0\.0\.5\. .*add nas\.local:8080 to/);
  });

  test('that cannot be made is failed, with its reason cut to a bound', () => {
    assert.deepEqual(httpFailed('credentials_missing', 'x'.repeat(600)), {
      result: 'failed',
      reason: 'credentials_missing',
      message: 'x'.repeat(500),
      notBefore: null,
      usage: null,
    });
  });
});

describe('an answer', () => {
  const judged = (request: HttpRequest, status: number, retryAfter?: string) =>
    judgeHead(request, '2xx,404', { status, retryAfter }, now);

  for (const status of [200, 299, 404]) {
    test(`of ${status} that is expected is a success, and nothing is to be said`, () => {
      assert.deepEqual(judged(afterPost, status, '60'), {
        result: 'succeeded',
        reason: null,
        message: null,
        notBefore: null,
        usage: null,
      });
    });
  }

  for (const status of [302, 400, 429, 500, 503]) {
    test(`of ${status} is a failure that names what came and what was expected`, () => {
      const { result, reason, message, notBefore } = judged(post, status);
      assert.deepEqual([result, reason, notBefore], ['failed', 'http_status', null]);
      assert.match(message ?? '', new RegExp(`${status}; expected is 2xx,404`));
    });
  }

  for (const [name, request, , result] of requests) {
    test(`of a gateway that gave up waiting is ${result} to a ${name}`, () => {
      const report = judged(request, 504, '60');
      assert.deepEqual([report.result, report.reason], [result, 'http_unanswered']);
      assert.match(report.message ?? '', /504/);
    });
  }

  const later = [
    [429, '60', 'rate_limited', 60_000],
    [503, '60', 'overloaded', 60_000],
    [503, new Date(now + hourMs).toUTCString(), 'overloaded', hourMs],
    [429, '0', 'rate_limited', 1_000],
    [429, '99999999', 'rate_limited', 7 * dayMs],
  ] as const;
  for (const [status, retryAfter, reason, afterMs] of later) {
    test(`of ${status} with Retry-After ${retryAfter} defers the run by ${afterMs} ms`, () => {
      const report = judged(post, status, retryAfter);
      assert.deepEqual(
        [report.result, report.reason, report.notBefore],
        ['deferred', reason, now + afterMs],
      );
      assert.match(report.message ?? '', new RegExp(`${status}`));
    });
  }

  test('that names a time to come back does not defer what may have acted', () => {
    assert.equal(judged(afterPost, 503, '60').result, 'failed');
  });

  test('that names a time to come back defers only where the server is busy', () => {
    assert.equal(judged(post, 500, '60').result, 'failed');
    assert.equal(judged(post, 429, 'soon').result, 'failed');
  });
});
