import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelAssistant } from '../../src/adapters/agents/chat.ts';
import type { ChatQuestion } from '../../src/ports/assistant.ts';
import { type Script, serveOpenAi } from './fake-openai.ts';

/** What an assistant with this model says, and what it asked. */
async function chat(script: Script, text = 'Hello') {
  const server = await serveOpenAi(script);
  const asked: (readonly [string, unknown])[] = [];
  const call: ChatQuestion['call'] = async (operation, input) => {
    asked.push([operation, input]);
    return operation === 'jobs.list'
      ? { kind: 'card', answer: { jobs: ['a'] }, words: '⚠ NOTHING WILL RUN THIS' }
      : { kind: 'refused', code: 'not_found', message: 'no', remedy: null, words: 'Refused: no' };
  };
  const said: string[] = [];
  let broke: unknown = null;
  try {
    const assistant = modelAssistant(
      'fake/one',
      { CRONKEEPER_MODEL_URL: server.url },
      {
        note: '',
        instructions: 'Be brief.',
        earlier: [{ by: 'person', text: 'before' }],
        tools: [{ name: 'jobs.list', summary: 'List jobs', input: { type: 'object' } }],
        sleep: (_ms, signal) =>
          new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
      },
    );
    const { signal } = new AbortController();
    for await (const piece of assistant.answer({ text, call, signal })) said.push(piece);
  } catch (error) {
    broke = error;
  } finally {
    await server.close();
  }
  return { said: said.join(''), asked, broke, server };
}

test('a model calls operations by names that servers accept, and is told the warning first', async () => {
  const { said, asked, server } = await chat([
    { kind: 'calls', calls: [{ name: 'jobs_list', input: {} }] },
    { kind: 'text', pieces: ['One ', 'job.'] },
  ]);
  assert.equal(said, 'One job.');
  assert.deepEqual(asked, [['jobs.list', {}]]);
  const told = JSON.stringify(server.asked[1]?.body['messages']);
  assert.match(told, /before.*Hello.*NOTHING WILL RUN THIS\\n\{/);
});

test('an operation that is not there is answered, and the model goes on', async () => {
  const { said, asked } = await chat([
    { kind: 'calls', calls: [{ name: 'owner_appoint', input: { rule: 'auto' } }] },
    { kind: 'text', pieces: ['I cannot.'] },
  ]);
  assert.deepEqual([said, asked[0]?.[0]], ['I cannot.', 'owner_appoint']);
});

test('a model that calls for ever is stopped', async () => {
  const { said, server } = await chat([
    { kind: 'calls', calls: [{ name: 'jobs_list', input: {} }] },
  ]);
  assert.match(said, /too often/);
  assert.equal(server.asked.length, 12);
});

const broken: readonly (readonly [string, Script, RegExp])[] = [
  ['is used up', [{ kind: 'error', status: 429, body: { error: { message: 'Slow' } } }], /429/],
  ['dies in its answer', [{ kind: 'raw', text: 'data: {"choices":[{', after: 'cut' }], /./],
  ['streams garbage', [{ kind: 'raw', text: 'data: nonsense\n\n', after: 'end' }], /./],
];
for (const [name, script, words] of broken)
  test(`a model that ${name} breaks the turn off with a reason`, async () => {
    const { broke, asked } = await chat(script);
    assert.ok(broke instanceof Error);
    assert.match(broke.message, words);
    assert.deepEqual(asked, []);
  });
