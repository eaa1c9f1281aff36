import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveOpenAi } from './fake-openai.ts';
import { record } from './records.ts';
import { agentWork, runWorker } from './worker.ts';

test('an answer is the output of the run, and its report has what it used', async (t) => {
  const server = await serveOpenAi([{ kind: 'text', pieces: ['Hello', ' there.'] }]);
  t.after(() => server.close());
  const { code, output, errors, report, transcript } = await runWorker(t, agentWork(), {
    CRONKEEPER_MODEL_URL: server.url,
    CRONKEEPER_MODEL_KEY: 'key-of-a-model',
  });
  assert.deepEqual({ code, output, errors }, { code: 0, output: 'Hello there.\n', errors: '' });
  assert.deepEqual(report, {
    result: 'succeeded',
    reason: null,
    message: null,
    notBefore: null,
    usage: {
      model: 'fake/fake-1',
      inputTokens: 100,
      outputTokens: 20,
      toolCalls: 0,
      steps: 1,
      costMicroUsd: null,
    },
  });
  assert.deepEqual(
    transcript.map((line) => line['kind']),
    ['prompt', 'text', 'answered', 'end'],
  );
  const [asked] = server.asked;
  assert.equal(record(asked?.body)['model'], 'fake-1');
  assert.equal(record(asked?.headers)['authorization'], 'Bearer key-of-a-model');
});
