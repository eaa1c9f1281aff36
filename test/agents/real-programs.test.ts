import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { serveAnthropic } from './fake-anthropic.ts';
import { serveResponses } from './fake-responses.ts';
import { agentWork, noLimits, runWorker } from './worker.ts';

/** The programs themselves, where they are installed; their doubles are in `programs.test.ts`. */

const isThere = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

test('the real claude answers by a server that speaks as Anthropic does', {
  skip: isThere('claude') ? false : 'needs claude: npm install -g @anthropic-ai/claude-code',
}, async (t) => {
  const server = await serveAnthropic([{ kind: 'text', pieces: ['Hello from ', 'the server.'] }]);
  t.after(() => server.close());
  const env = {
    ANTHROPIC_BASE_URL: server.url.replace(/\/v1$/, ''),
    ANTHROPIC_API_KEY: 'key-of-nobody',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  const work = { agent: 'claude', model: 'anthropic/claude-sonnet-4-5', limits: noLimits };
  const ended = await runWorker(t, agentWork(work), env);
  assert.equal(ended.report?.['result'], 'succeeded', ended.output + ended.errors);
  assert.equal(ended.output, 'Hello from the server.\n');
  assert.ok(server.asked.length >= 1);
});

test('the real codex answers by a server that speaks as OpenAI does', {
  skip: isThere('codex') ? false : 'needs codex: npm install -g @openai/codex',
}, async (t) => {
  const server = await serveResponses([{ kind: 'text', pieces: ['Hello from ', 'the server.'] }]);
  t.after(() => server.close());
  const home = mkdtempSync(join(tmpdir(), 'cronkeeper-codex-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const provider = `name = "fake"\nbase_url = "${server.url}"\nwire_api = "responses"\nenv_key = "FAKE_KEY"`;
  writeFileSync(
    join(home, 'config.toml'),
    `model_provider = "fake"\n[model_providers.fake]\n${provider}\n`,
  );
  const env = { CODEX_HOME: home, FAKE_KEY: 'key-of-nobody' };
  const work = { agent: 'codex', model: 'openai/gpt-5', limits: noLimits };
  const ended = await runWorker(t, agentWork(work), env);
  assert.equal(ended.report?.['result'], 'succeeded', ended.output + ended.errors);
  assert.equal(ended.output, 'Hello from the server.\n');
});
