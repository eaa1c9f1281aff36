import assert from 'node:assert/strict';
import test from 'node:test';
import fc, { double, nat, option, property } from 'fast-check';
import {
  deliveryEvents,
  giveUp,
  judgeStatus,
  lostSend,
  readRetryAfter,
  recipientOf,
  retryWaitMs,
  saysSilent,
  settleSend,
} from './delivery.ts';
import { dayMs, hourMs } from './instant.ts';

const now = Date.UTC(2026, 10, 28);
const when = { now, chance: 0, giveUpMs: dayMs };
const young = { tries: 1, createdAt: now };
const busy = { kind: 'not-taken', cause: 'Busy.', retryAfterMs: null } as const;

test('receivers sort by words that never change', () => {
  assert.deepEqual([...deliveryEvents].sort(), [
    'failed',
    'missed',
    'owner_absent',
    'owner_present',
    'recovered',
    'refused',
    'succeeded',
    'undelivered',
  ]);
});

test('what was accepted is delivered, with what the far side said', () => {
  assert.deepEqual(settleSend(young, { kind: 'accepted', receipt: 'HTTP 200' }, when), {
    state: 'delivered',
    nextTryAt: now,
    settledAt: now,
    cause: null,
    receipt: 'HTTP 200',
  });
  assert.equal(settleSend(young, { kind: 'accepted', receipt: null }, when).receipt, null);
});

test('what was lost is unknown and settled: nothing owes it any more', () => {
  const sent = settleSend(young, lostSend, when);
  assert.equal(sent.state, 'unknown');
  assert.equal(sent.settledAt, now);
  assert.match(sent.cause ?? '', /ended before it knew the answer/);
});

test('what was refused is failed, with its cause cut to a bound', () => {
  const sent = settleSend(young, { kind: 'refused', cause: 'x'.repeat(900) }, when);
  assert.equal(sent.state, 'failed');
  assert.equal(sent.cause?.length, 500);
});

test('what was not taken is owed again, later', () => {
  const sent = settleSend(young, busy, when);
  assert.deepEqual(sent, {
    state: 'pending',
    nextTryAt: now + 500,
    settledAt: null,
    cause: 'Busy.',
    receipt: null,
  });
});

test('it is tried again as long as the next try comes in time', () => {
  const waits = { ...when, giveUpMs: 500 };
  assert.equal(settleSend(young, busy, waits).state, 'pending');
  assert.equal(settleSend(young, busy, { ...waits, giveUpMs: 499 }).state, 'failed');
});

test('it is given up when the next try would come too late', () => {
  const old = { tries: 14, createdAt: now - dayMs + 1_000 };
  const sent = settleSend(old, busy, when);
  assert.equal(sent.state, 'failed');
  assert.equal(sent.cause, 'Busy. It was tried 14 times.');
});

test('what is given up without another try keeps the cause of the last one', () => {
  assert.deepEqual(giveUp({ tries: 3, cause: 'Busy.' }, now), {
    state: 'failed',
    nextTryAt: now,
    settledAt: now,
    cause: 'Busy. It was tried 3 times.',
    receipt: null,
  });
  assert.match(giveUp({ tries: 0, cause: null }, now).cause ?? '', /^Its time was over .* 0 times/);
});

test('a message is for its target, and a ping for the monitor of its job, whatever its address', () => {
  const ping = { kind: 'ping', target: 'ping:https://hc.example/u?rid=1', jobId: 'a' } as const;
  assert.equal(recipientOf(ping), 'ping:a');
  assert.equal(recipientOf({ ...ping, target: 'ping:https://hc.example/u?rid=2' }), 'ping:a');
  assert.equal(recipientOf({ ...ping, jobId: null }), ping.target);
  assert.equal(recipientOf({ kind: 'result', target: 'ntfy:t', jobId: 'a' }), 'ntfy:t');
});

test('waits double, are bounded, and never shorter than the far side asked', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((tries) => retryWaitMs(tries, null, 0)),
    [500, 1_000, 2_000, 4_000, 8_000],
  );
  assert.equal(retryWaitMs(3, null, 0.5), 2_100);
  assert.equal(retryWaitMs(0, null, 0), 500);
  fc.assert(
    property(
      nat(10_000),
      option(nat(dayMs)),
      double({ min: 0, max: 0.999, noNaN: true }),
      (tries, asked, chance) => {
        const waitMs = retryWaitMs(tries, asked, chance);
        assert.ok(waitMs >= (asked ?? 0) && waitMs >= 500);
        assert.ok(waitMs <= Math.max(asked ?? 0, hourMs * 1.1));
      },
    ),
  );
});

const statuses = [
  [200, 'accepted'],
  [204, 'accepted'],
  [299, 'accepted'],
  [300, 'refused'],
  [301, 'refused'],
  [400, 'refused'],
  [403, 'refused'],
  [410, 'refused'],
  [408, 'not-taken'],
  [425, 'not-taken'],
  [429, 'not-taken'],
  [500, 'not-taken'],
  [502, 'not-taken'],
  [503, 'not-taken'],
  [504, 'lost'],
  [100, 'refused'],
] as const;

for (const [status, kind] of statuses) {
  test(`an answer ${status} means ${kind}`, () =>
    assert.equal(judgeStatus(status, null).kind, kind));
}

test('what a server answered is told by its number, and why a redirection does not help', () => {
  assert.deepEqual(judgeStatus(204, null), { kind: 'accepted', receipt: 'HTTP 204' });
  const causes = [300, 399, 400, 199, 500].map((status) => {
    const answer = judgeStatus(status, null);
    return 'cause' in answer ? answer.cause : null;
  });
  assert.deepEqual(causes, [
    'The server answered 300. Redirections are not followed.',
    'The server answered 399. Redirections are not followed.',
    'The server answered 400.',
    'The server answered 199.',
    'The server answered 500.',
  ]);
});

test('what a busy server asks for is kept', () => {
  const answer = judgeStatus(429, 7_000);
  assert.equal(answer.kind === 'not-taken' && answer.retryAfterMs, 7_000);
});

const headers = [
  [null, null],
  ['120', 120_000],
  [new Date(now + 5_000).toUTCString(), 5_000],
  [new Date(now - 5_000).toUTCString(), 0],
  [' 120 ', 120_000],
  ['soon', null],
  ['-3x', null],
  ['x120', null],
] as const;

for (const [header, ms] of headers) {
  test(`Retry-After "${header}" asks for ${ms} ms`, () =>
    assert.equal(readRetryAfter(header, now), ms));
}

const outputs = [
  ['[SILENT]\nmore', 'more', true],
  ['\n  [SILENT]  \r\nmore', 'more', true],
  ['text', 'text\n[SILENT]\n\n', true],
  ['text', 'text\n  [SILENT]  ', true],
  ['text', 'text [SILENT]', false],
  ['a\n[SILENT]\nb', 'a\n[SILENT]\nb', false],
  ['', '', false],
] as const;

for (const [head, tail, isSilent] of outputs) {
  test(`an output ${JSON.stringify(tail)} is ${isSilent ? '' : 'not '}silent`, () =>
    assert.equal(saysSilent(head, tail), isSilent));
}
