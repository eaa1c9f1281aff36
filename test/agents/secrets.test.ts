import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelKey, runWithModel } from './bench.ts';
import type { Reply } from './fake-openai.ts';

const canary = 'canary-7f3a91c4e5';
const hidden = 'hidden-b81d22aa06';

test('values of secrets are in no environment of a tool, no transcript, no output and no question', async (t) => {
  const tell = `echo ${canary}; printf %s ${canary} | base64; echo ${hidden}; echo ${modelKey}; env`;
  const script: readonly Reply[] = [
    { kind: 'calls', calls: [{ name: 'shell', input: { command: tell } }] },
    { kind: 'text', pieces: ['It is ', canary.slice(0, 9), canary.slice(9), ' and ', modelKey] },
  ];
  const ended = await runWithModel(t, script, {
    work: {
      tools: ['shell'],
      prompt: `Never say ${canary}.`,
      gate: `echo ${hidden}; env`,
      context: [{ from: 'last success', text: `It was ${canary}.` }],
    },
    env: {
      CRONKEEPER_SECRET_1: canary,
      CRONKEEPER_HIDDEN_1: `GITHUB=${hidden}`,
      GITHUB_TOKEN: hidden,
      CRONKEEPER_RUN_ID: 'run-1',
    },
  });
  assert.equal(ended.report?.['result'], 'succeeded', ended.output);
  assert.match(ended.output, /^It is \[secret CRONKEEPER_SECRET_1\] and \[secret/);
  const result = String(ended.transcript.find((line) => line['kind'] === 'result')?.['text']);
  assert.match(result, /CRONKEEPER_RUN_ID=run-1/, 'the environment was really printed');
  assert.match(result, /GITHUB_TOKEN=\[secret GITHUB\]/, 'what the job names reaches its tools');
  assert.doesNotMatch(result, /CRONKEEPER_(SECRET_1|HIDDEN_1|MODEL_\w+|WORK)=/);
  // What a model says itself goes back to it as it is.
  const [first, second] = ended.server.asked.map(({ body }) => body['messages']);
  const asked = JSON.stringify([first, Array.isArray(second) ? second.at(-1) : null]);
  assert.match(asked, /"role":"user".*"role":"tool"/);
  const left = readdirSync(ended.folder)
    .filter((name) => name !== 'work.json')
    .map((name) => readFileSync(join(ended.folder, name), 'utf8'));
  assert.equal(left.length, 2);
  const base64 = Buffer.from(canary).toString('base64').replace(/=+$/, '');
  for (const text of [ended.output, ended.errors, asked, ...left])
    for (const value of [canary, hidden, modelKey, base64]) assert.ok(!text.includes(value), text);
});

test('a server that repeats the key in its error does not bring it to the report', async (t) => {
  const message = `Incorrect API key provided: ${modelKey}.`;
  const reply: Reply = { kind: 'error', status: 401, body: { error: { message } } };
  const ended = await runWithModel(t, [reply]);
  assert.match(String(ended.report?.['message']), /Incorrect API key provided: \[secret/);
  assert.ok(!`${ended.output}${ended.raw}${JSON.stringify(ended.report)}`.includes(modelKey));
});
