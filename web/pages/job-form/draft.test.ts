import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualHttp } from '../../../src/core/http-job.ts';
import { definitionDefaults } from '../../../src/core/job.ts';
import { type Draft, emptyDraft, usual, wishOf } from './draft.ts';

const agent: Partial<Draft> = { kind: 'agent', prompt: 'Go on.', agent: 'claude', model: 'opus' };
const call: Partial<Draft> = { kind: 'http', http: 'GET https://a.example', expect: '304' };

const cases: readonly {
  readonly name: string;
  readonly was: Partial<Draft>;
  readonly change: Partial<Draft>;
  readonly wish: object;
}[] = [
  {
    name: 'bytes of output that were emptied are as many as usual, not none',
    was: { outputLimit: '512' },
    change: { outputLimit: ' ' },
    wish: { outputLimit: 10_485_760 },
  },
  {
    name: 'none are none when somebody says so',
    was: { outputLimit: '512' },
    change: { outputLimit: '0' },
    wish: { outputLimit: 0 },
  },
  {
    name: 'answers that were emptied are the usual ones',
    was: call,
    change: { expect: '' },
    wish: { expect: '2xx' },
  },
  {
    name: 'an agent that was emptied is the usual one, and takes its model along',
    was: agent,
    change: { agent: '', model: '' },
    wish: { agent: 'built-in' },
  },
  {
    name: 'the usual agent, typed or not, is the same',
    was: { ...agent, agent: 'built-in' },
    change: { agent: '' },
    wish: {},
  },
  {
    name: 'a model that was emptied is none, and the door says whether the agent can do without',
    was: agent,
    change: { model: '' },
    wish: { model: 'none' },
  },
  {
    name: 'a new agent may have its own model',
    was: agent,
    change: { agent: 'codex', model: 'o3 ' },
    wish: { agent: 'codex', model: 'o3' },
  },
  {
    name: 'of another kind is said what is to be done, and nothing of the kind before',
    was: { ...call, prompt: 'Go on.' },
    change: { kind: 'agent' },
    wish: { prompt: 'Go on.' },
  },
];

for (const { name, was, change, wish } of cases) {
  test(name, () => {
    const before = { ...emptyDraft, ...was };
    assert.deepEqual(wishOf({ ...before, ...change }, before), wish);
  });
}

test('what is usual here is what the program takes for a new job', () => {
  assert.equal(usual.outputLimit, definitionDefaults.outputLimit);
  assert.equal(usual.expect, usualHttp.expect);
});
