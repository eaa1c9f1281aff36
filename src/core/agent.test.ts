import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isModel, readAgentName, usualLimits, whyNotAble } from './agent.ts';
import type { AgentLimits } from './work.ts';

const names: readonly (readonly [text: string, program: string | null, detail?: string])[] = [
  ['built-in', 'built-in'],
  ['claude', 'claude'],
  ['codex', 'codex'],
  ['hermes', 'hermes'],
  ['openclaw', 'openclaw'],
  ['openclaw:my-agent.2', 'openclaw', 'my-agent.2'],
  ['command:think | tee log', 'command', 'think | tee log'],
  ['command:two\nlines', 'command', 'two\nlines'],
  ['', null],
  ['Claude', null],
  ['claude:opus', null],
  ['openclaw:', null],
  ['openclaw:a b', null],
  ['command:', null],
  ['command: ', null],
];
for (const [text, program, detail = null] of names) {
  test(`an agent ${JSON.stringify(text)} is ${program ?? 'none'}`, () =>
    assert.deepEqual(readAgentName(text), program === null ? null : { program, detail }));
}

const none: AgentLimits = { tokens: null, costMicroUsd: null, toolCalls: null };
const able: readonly (readonly [
  agent: string,
  tools: readonly string[],
  limits: Partial<AgentLimits>,
  field: string | null,
  why?: RegExp,
])[] = [
  ['nobody', [], {}, 'agent', /^There is no agent "nobody"\.$/],
  ['built-in', ['shell', 'read-file', 'fetch', 'fetch:https://example.org/'], {}, null],
  ['built-in', ['shell', 'Bash'], {}, 'tools', /"Bash" cannot be given to built-in/],
  ['built-in', [], { tokens: 1, costMicroUsd: 1, toolCalls: 1 }, null],
  ['claude', ['Bash', 'mcp__mail'], { tokens: 1, costMicroUsd: 1, toolCalls: 1 }, null],
  ['claude', ['--dangerous'], {}, 'tools', /"--dangerous" cannot be given to claude/],
  ['codex', ['shell'], { toolCalls: 1 }, null],
  ['codex', ['fetch'], {}, 'tools', /given to codex/],
  ['codex', [], { tokens: 1 }, 'maxTokens', /codex tells too little to keep a limit of tokens/],
  ['codex', [], { costMicroUsd: 1 }, 'maxCost', /a limit of cost/],
  ['hermes', ['mail'], {}, null],
  ['hermes', [], { toolCalls: 0 }, 'maxToolCalls', /a limit of tool calls/],
  ['openclaw:one', [], {}, null],
  ['openclaw:one', ['shell'], {}, 'tools', /given to openclaw/],
  ['command:think', ['shell'], {}, 'tools', /given to command/],
];
for (const [agent, tools, limits, field, why] of able) {
  const asked = `${agent} with [${tools.join(', ')}] and ${JSON.stringify(limits)}`;
  test(`${asked} ${field === null ? 'can work' : `is refused for its ${field}`}`, () => {
    const found = whyNotAble({ agent, tools, limits: { ...none, ...limits } });
    assert.equal(found?.field ?? null, field);
    assert.match(found?.why ?? '', why ?? /^$/);
  });
}

test('an agent gets the limits that it can keep, and none of cost', () => {
  assert.deepEqual(usualLimits('built-in'), { ...none, tokens: 500_000, toolCalls: 50 });
  assert.deepEqual(usualLimits('claude'), { ...none, tokens: 500_000, toolCalls: 50 });
  assert.deepEqual(usualLimits('codex'), { ...none, toolCalls: 50 });
  assert.deepEqual(usualLimits('command:think'), none);
  assert.deepEqual(usualLimits('nobody'), none);
});

test('the limits that an agent gets are ones that it can keep', () => {
  for (const agent of ['built-in', 'claude', 'codex', 'hermes', 'openclaw', 'command:think'])
    assert.equal(whyNotAble({ agent, tools: [], limits: usualLimits(agent) }), null, agent);
});

test('a model is named behind its provider', () => {
  for (const text of ['openai/gpt-5', 'a/b', 'openrouter/meta/llama:free', 'My.Own_1/x'])
    assert.ok(isModel(text), text);
  for (const text of ['', 'gpt-5', '/gpt-5', 'openai/', 'open ai/gpt', 'openai/gpt 5', '-x/y'])
    assert.ok(!isModel(text), text);
  assert.ok(isModel(`${'p'.repeat(63)}/${'m'.repeat(200)}`));
  assert.ok(!isModel(`${'p'.repeat(64)}/m`));
  assert.ok(!isModel(`p/${'m'.repeat(201)}`));
});
