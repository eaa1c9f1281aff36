import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runAgentWork } from '../../src/adapters/agents/agent.ts';
import { longestSilenceMs } from '../../src/adapters/agents/ask-model.ts';
import { makeClock } from '../../src/adapters/host/clock.ts';
import { chunk, serveOpenAi } from './fake-openai.ts';
import { agentWork } from './worker.ts';

test('a model that says nothing for four minutes is given up', async (t) => {
  const text = chunk({ content: 'I am think' });
  const server = await serveOpenAi([{ kind: 'raw', text, after: 'hang' }]);
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-silence-'));
  t.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const clock = makeClock();
  const waits: number[] = [];
  const report = await runAgentWork(agentWork(), {
    folder,
    home: '/',
    env: { CRONKEEPER_MODEL_URL: server.url },
    write: () => undefined,
    now: () => clock.now().wall,
    signal: new AbortController().signal,
    // Four minutes go by in half a second.
    sleep(ms, signal) {
      waits.push(ms);
      return clock.sleep(ms === longestSilenceMs ? 500 : ms, signal);
    },
  });
  assert.equal(server.asked.length, 1);
  assert.ok(waits.includes(longestSilenceMs));
  assert.equal(report.result, 'failed');
  assert.equal(report.reason, 'model_failed');
  assert.match(String(report.message), /said nothing for four minutes/);
});
