import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentLimits } from '../../src/core/work.ts';
import { runWithModel } from './bench.ts';
import { type Asked, chunk, type Reply } from './fake-openai.ts';
import { record } from './records.ts';
import { noLimits } from './worker.ts';

const again: Reply = {
  kind: 'calls',
  calls: [{ name: 'shell', input: { command: 'echo again' } }],
};
const prices = { CRONKEEPER_MODEL_PRICES: '{"input": 1000000, "output": 5000000}' };

describe('a model that calls tools for ever', { concurrency: 3 }, () => {
  // Each answer uses 120 tokens, which cost 200 millionths of a dollar.
  const cases: readonly {
    readonly limits: Partial<AgentLimits>;
    readonly reason: string;
    readonly questions: number;
    readonly calls: number;
  }[] = [
    { limits: { toolCalls: 3 }, reason: 'tool_call_limit', questions: 4, calls: 3 },
    { limits: { toolCalls: 0 }, reason: 'tool_call_limit', questions: 1, calls: 0 },
    { limits: { tokens: 300 }, reason: 'token_limit', questions: 3, calls: 3 },
    { limits: { costMicroUsd: 500 }, reason: 'cost_limit', questions: 3, calls: 3 },
    { limits: { tokens: 300, costMicroUsd: 300 }, reason: 'cost_limit', questions: 2, calls: 2 },
  ];
  for (const { limits, reason, questions, calls } of cases) {
    test(`ends at its limit ${JSON.stringify(limits)} by ${reason}`, async (t) => {
      const work = { tools: ['shell'], limits: { ...noLimits, ...limits } };
      const ended = await runWithModel(t, [again], { work, env: prices });
      assert.equal(ended.report?.['reason'], reason);
      assert.equal(ended.report?.['result'], 'failed');
      assert.equal(ended.server.asked.length, questions);
      const usage = record(ended.report?.['usage']);
      assert.equal(usage['toolCalls'], calls);
      assert.equal(usage['costMicroUsd'], questions * 200);
      assert.equal(ended.transcript.filter((line) => line['kind'] === 'result').length, calls);
    });
  }
});

test('a model is told how long its answer may be when little is left', async (t) => {
  const limits = { ...noLimits, tokens: 500 };
  const script = (_: Asked, index: number): Reply =>
    index === 0 ? again : { kind: 'text', pieces: ['Well, '], finish: 'length' };
  const ended = await runWithModel(t, script, { work: { tools: ['shell'], limits } });
  const most = ended.server.asked.map(({ body }) => body['max_tokens']);
  assert.deepEqual(most, [500, 380]);
  assert.equal(ended.report?.['reason'], 'token_limit');
});

test('a limit on cost without a price refuses to begin', async (t) => {
  const limits = { ...noLimits, costMicroUsd: 1_000_000 };
  const ended = await runWithModel(t, [again], { work: { limits } });
  assert.equal(ended.server.asked.length, 0);
  assert.equal(ended.report?.['reason'], 'cost_limit');
});

test('a server that does not count is counted', async (t) => {
  const text = `${chunk({ content: 'word '.repeat(300) })}${chunk({}, 'stop')}data: [DONE]\n\n`;
  const ended = await runWithModel(t, [{ kind: 'raw', text, after: 'end' }]);
  assert.equal(ended.report?.['result'], 'succeeded');
  const usage = record(ended.report?.['usage']);
  assert.ok(Number(usage['outputTokens']) >= 300, JSON.stringify(usage));
  assert.ok(Number(usage['inputTokens']) > 100);
  const answered = ended.transcript.find((line) => line['kind'] === 'answered');
  assert.equal(answered?.['isEstimated'], true);
});
