import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWork } from './read-work.ts';

const agent = {
  kind: 'agent',
  prompt: 'Say hello.',
  agent: 'built-in',
  model: 'openai/gpt-5',
  tools: ['shell'],
  limits: { tokens: 5, costMicroUsd: null, toolCalls: 0 },
  context: [{ from: 'gate', text: 'three letters' }],
  gate: null,
};
const http = {
  kind: 'http',
  method: 'POST',
  url: 'https://example.org/hook',
  headers: { accept: '*/*' },
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1_000,
};

test('work is read as it was written', () => {
  for (const work of [agent, http]) assert.deepEqual(readWork(JSON.stringify(work)), work);
});

const wrong: readonly (readonly [name: string, work: unknown, said: RegExp])[] = [
  ['no object', [agent], /not an object/],
  ['another kind', { ...agent, kind: 'dance' }, /kind of the work is not known/],
  ['no limits', { ...agent, limits: null }, /"limits" is not an object/],
  ['a limit that is a text', { ...agent, limits: { ...agent.limits, tokens: '5' } }, /"tokens"/],
  ['tools that are no texts', { ...agent, tools: [7] }, /"tools" is not a list of texts/],
  ['a context that is a text', { ...agent, context: 'gate' }, /"context" is not a list\./],
  ['a piece that is a text', { ...agent, context: ['gate'] }, /"context" is not a list of objects/],
  ['a piece without a text', { ...agent, context: [{ from: 'gate' }] }, /"text"/],
  ['headers that are a list', { ...http, headers: ['a'] }, /"headers"/],
];
for (const [name, work, said] of wrong) {
  test(`work with ${name} is not begun`, () =>
    assert.throws(() => readWork(JSON.stringify(work)), said));
}
