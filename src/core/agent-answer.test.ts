import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { nat, property } from 'fast-check';
import { costOf, isGateClosed, judgeAnswer, limitMet, roomFor } from './agent-answer.ts';

const answers: readonly (readonly [text: string, kind: string, message?: RegExp])[] = [
  ['Done.', 'succeeded'],
  ['[SILENT]', 'succeeded'],
  ['Done. [CRON_FAILURE] was not needed.', 'succeeded'],
  ['All is well.\n[CRON_FAILURE]', 'succeeded'],
  ['[CRON_FAILURE]\nThe disk is full.', 'failed', /^The disk is full\.$/],
  ['\n  [CRON_FAILURE] The disk is full.\n', 'failed', /^The disk is full\.$/],
  ['[CRON_FAILURE]', 'failed', /called its own work a failure/],
  [' \n\t', 'failed', /answered nothing/],
];
for (const [text, kind, message] of answers) {
  test(`an answer ${JSON.stringify(text)} has ${kind}`, () => {
    const said = judgeAnswer(text);
    assert.equal(said.kind, kind);
    if (said.kind === 'failed') assert.match(said.message, message ?? /./);
  });
}

const gates: readonly (readonly [output: string, isClosed: boolean])[] = [
  ['', true],
  [' \n', true],
  ['{"wakeAgent": false}', true],
  ['looked\n{"wakeAgent":false,"why":"no letters"}\n', true],
  ['{\n  "wakeAgent": false\n}', true],
  ['{"wakeAgent": true}', false],
  ['{"wakeAgent": "false"}', false],
  ['{"wakeAgent": false}\nthree letters', false],
  ['null', false],
  ['three letters', false],
];
for (const [output, isClosed] of gates) {
  test(`a gate that prints ${JSON.stringify(output)} is ${isClosed ? 'closed' : 'open'}`, () =>
    assert.equal(isGateClosed(output), isClosed));
}

const none = { tokens: null, costMicroUsd: null, toolCalls: null };
const used = {
  model: null,
  inputTokens: 90,
  outputTokens: 10,
  costMicroUsd: 500,
  toolCalls: 3,
  steps: 4,
};

test('a limit is met when as much was used, not before', () => {
  assert.equal(limitMet({ ...none, tokens: 101 }, used), null);
  assert.equal(limitMet({ ...none, tokens: 100 }, used)?.reason, 'token_limit');
  assert.equal(limitMet({ ...none, costMicroUsd: 501 }, used), null);
  assert.equal(limitMet({ ...none, costMicroUsd: 500 }, used)?.reason, 'cost_limit');
  assert.equal(limitMet(none, used), null);
});

test('an agent without limits is not asked for ever', () => {
  assert.equal(limitMet(none, { ...used, steps: 199 }), null);
  assert.equal(limitMet(none, { ...used, steps: 200 })?.reason, 'tool_call_limit');
});

test('what an answer may be is never more than what is left, and never nothing', () => {
  const limit = { min: 1, max: 20_000 };
  fc.assert(
    property(fc.integer(limit), nat(20_000), nat(50_000_000), (tokens, spent, price) => {
      const usage = { ...used, inputTokens: spent, outputTokens: 0, costMicroUsd: 0 };
      const prices = { input: 0, output: price };
      const room = roomFor({ ...none, tokens, costMicroUsd: 1_000 }, usage, prices);
      if (room === null) return;
      assert.ok(room >= 1);
      assert.ok(room <= Math.max(1, tokens - spent));
      assert.ok(
        (costOf(prices, { inputTokens: 0, outputTokens: room }) ?? 0) <= Math.max(1_000, price),
      );
    }),
  );
});

test('costs are rounded up, and not known without a price', () => {
  const tokens = { inputTokens: 1, outputTokens: 1 };
  assert.equal(costOf({ input: 1, output: 1 }, tokens), 1);
  assert.equal(costOf(null, tokens), null);
});

test('without a known price no cost is counted, and a limit of nothing is met at once', () => {
  const unpriced = { ...used, costMicroUsd: null };
  assert.equal(limitMet({ ...none, costMicroUsd: 1 }, unpriced), null);
  assert.equal(
    limitMet({ ...none, costMicroUsd: 0 }, unpriced)?.message,
    'It used 0.000000 USD; its limit is 0.000000 USD.',
  );
});

test('what an answer may be hangs only on the limits that there are', () => {
  const prices = { input: 1, output: 2_000_000 };
  assert.equal(roomFor(none, used, prices), null);
  assert.equal(roomFor({ ...none, tokens: 1_000 }, used, null), 900);
  assert.equal(roomFor({ ...none, costMicroUsd: 1_000 }, used, null), null);
  assert.equal(roomFor({ ...none, costMicroUsd: 1_000 }, used, prices), 250);
  assert.equal(
    roomFor({ ...none, costMicroUsd: 1_000 }, { ...used, costMicroUsd: null }, prices),
    500,
  );
});
