import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionWords, searchedTexts } from './action-words.ts';
import type { Action } from './job.ts';

const agent = (prompt: string, model: string | null = null): Action => ({
  kind: 'agent',
  prompt,
  agent: 'claude',
  model,
  tools: [],
  limits: { tokens: null, costMicroUsd: null, toolCalls: null },
  contextFrom: [],
  gate: null,
});
const command = (argv: readonly string[], shell = false): Action => ({
  kind: 'command',
  argv,
  shell,
});
const http: Action = {
  kind: 'http',
  method: 'POST',
  url: 'https://example.org/hook',
  headers: { authorization: 'Bearer x' },
  body: 'secret',
  expect: '2xx',
  allow: [],
  maxBytes: 1,
};

const words: readonly (readonly [name: string, action: Action, line: string])[] = [
  ['a line for the shell, as typed', command(['ls | wc -l'], true), 'ls | wc -l'],
  ['a shell without a line', command([], true), ''],
  ['a program, quoted as it could be typed', command(['echo', "it's me"]), `echo 'it'\\''s me'`],
  ['a request by its method and address only', http, 'POST https://example.org/hook'],
  [
    'a prompt by its first line',
    agent('\n  Read the news.\nBe short.'),
    'ask claude: Read the news.',
  ],
  ['an empty prompt', agent(''), 'ask claude: '],
  ['a prompt of 200 letters', agent('😀'.repeat(200)), `ask claude: ${'😀'.repeat(200)}`],
  [
    'a longer prompt, cut between letters',
    agent('😀'.repeat(201)),
    `ask claude: ${'😀'.repeat(200)}…`,
  ],
];
for (const [name, action, line] of words) {
  test(`a person recognises ${name}`, () => assert.equal(actionWords(action), line));
}

const searched: readonly (readonly [name: string, action: Action, texts: readonly string[]])[] = [
  ['a command by each of its words', command(['echo', 'hi']), ['echo', 'hi']],
  [
    'an agent by the whole prompt, its name and model',
    agent('a\nb', 'x/y'),
    ['a\nb', 'claude', 'x/y'],
  ],
  ['an agent without a model', agent('a'), ['a', 'claude', '']],
  ['a request by nothing that may be a secret', http, ['POST', 'https://example.org/hook']],
];
for (const [name, action, texts] of searched) {
  test(`a person finds ${name}`, () => assert.deepEqual(searchedTexts(action), texts));
}
