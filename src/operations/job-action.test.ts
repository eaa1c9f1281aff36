import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { openWorld } from '../../test/operations/world.ts';
import { usualLimits } from '../core/agent.ts';
import { apply } from './apply.ts';
import { exportJobs } from './export.ts';
import type { jobsAddInput } from './inputs.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList } from './jobs-list.ts';

const asked = { when: 'every 1h', prompt: 'Summarise ./notes', model: 'openai/gpt-5' };
const call = { when: 'every 1h', http: 'post https://example.com/hook' };

async function stored(world: Awaited<ReturnType<typeof openWorld>>) {
  const jobs = await world.store.jobs.list('default', { after: null, limit: 10 });
  return jobs.map(({ definition }) => definition.action);
}

test('a model that is taken away from the built-in agent is that of the settings again', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, asked);
  const none = jobsEdit.input.parse({ job: job.id, model: 'none' });
  await assert.rejects(jobsEdit.handle(world.context, none), /needs a model, and none is set/);
  const value = 'anthropic/usual';
  const model = { name: 'model', value, isDefault: false, unit: '', summary: '' };
  const settings = { ...world.context.settings, find: async () => model };
  const edited = await jobsEdit.handle({ ...world.context, settings }, none);
  assert.equal(edited.job.agent?.model, 'anthropic/usual');
});

test('a prompt makes an agent job that may do nothing but think', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, asked);
  assert.equal(job.kind, 'agent');
  assert.equal(job.name, 'Summarise ./notes');
  assert.equal(job.does, 'ask built-in: Summarise ./notes');
  assert.deepEqual(job.command, []);
  assert.deepEqual(await stored(world), [
    {
      kind: 'agent',
      prompt: 'Summarise ./notes',
      agent: 'built-in',
      model: 'openai/gpt-5',
      tools: [],
      limits: usualLimits('built-in'),
      contextFrom: [],
      gate: null,
    },
  ]);
});

test('a program that reads the prompt is an agent, too', async () => {
  const world = await openWorld();
  const agent = 'command:my-agent --quiet';
  const { job } = await world.ask(jobsAdd, { ...asked, model: undefined, agent });
  assert.deepEqual(
    [job.agent?.name, job.agent?.model, job.agent?.maxTokens, job.agent?.maxToolCalls],
    [agent, null, null, null],
  );
});

test('an edit changes what it says of an agent, and a command ends that it is one', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { ...asked, tools: ['fetch'], maxCost: 0.5 });
  assert.equal(job.agent?.maxCost, 0.5);
  const edited = await world.ask(jobsEdit, { job: job.id, prompt: 'Else', maxCost: 'none' });
  assert.deepEqual(
    [edited.job.agent?.prompt, edited.job.agent?.tools, edited.job.agent?.maxCost],
    ['Else', ['fetch'], null],
  );
  const ended = await world.ask(jobsEdit, { job: job.id, command: ['true'] });
  assert.deepEqual([ended.job.kind, ended.job.agent], ['command', null]);
});

test('context is kept by id, and "last" stands for the job itself', async () => {
  const world = await openWorld();
  const first = await world.ask(jobsAdd, { when: 'every 1h', command: ['date'], name: 'clock' });
  const { job } = await world.ask(jobsAdd, { ...asked, contextFrom: ['clock', 'last', 'CLOCK'] });
  assert.deepEqual(job.agent?.contextFrom, [first.job.id, 'last']);
});

test('an address makes a job that calls it; headers and what is sent are in no answer', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, {
    ...call,
    headers: ['Authorization: Bearer hunter2'],
    body: 'hunter2 too',
  });
  assert.equal(job.kind, 'http');
  assert.equal(job.does, 'POST https://example.com/hook');
  assert.deepEqual(job.http?.headers, ['authorization', 'content-type']);
  assert.equal(job.http?.hasBody, true);
  const audit = await world.store.audit.list('default', { limit: 10 });
  assert.equal(audit[0]?.kind, 'job.added');
  assert.ok(!JSON.stringify([job, audit]).includes('hunter2'));
  const edited = await world.ask(jobsEdit, { job: job.id, expect: '2xx,304' });
  assert.equal(edited.job.http?.expect, '2xx,304');
  const [action] = await stored(world);
  assert.equal(action?.kind === 'http' && action.headers['authorization'], 'Bearer hunter2');
});

test('agent and HTTP jobs come back from a file as they were', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { ...asked, tools: ['shell'], maxToolCalls: 'none', gate: 'test -s x' });
  await world.ask(jobsAdd, { ...call, headers: ['X-Key: 1'], body: '{}', expect: '204' });
  const before = await stored(world);
  const { text } = await world.ask(exportJobs, {});
  const applied = await world.ask(apply, { file: text });
  assert.deepEqual(
    applied.items.map(({ action }) => action),
    ['unchanged', 'unchanged'],
  );
  assert.deepEqual(await stored(world), before);
});

test('what a file leaves out of an agent is as for a new one', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { ...asked, name: 'sum', tools: ['shell'] });
  const text = JSON.stringify({ version: 1, jobs: [{ name: 'sum', ...asked }] });
  await world.ask(apply, { file: text });
  const [action] = await stored(world);
  assert.deepEqual(action?.kind === 'agent' && action.tools, []);
});

const wrong: readonly (readonly [string, z.input<typeof jobsAddInput>, RegExp])[] = [
  ['a prompt and an address', { ...asked, http: 'https://example.com' }, /either a prompt/],
  [
    'an agent without a prompt',
    { when: 'every 1h', command: ['x'], agent: 'claude' },
    /prompt has it/,
  ],
  ['a model without a prompt', { ...call, model: 'openai/x' }, /prompt has it/],
  ['headers without an address', { ...asked, headers: ['a: b'] }, /calls an address has it/],
  ['an empty prompt', { ...asked, prompt: ' ' }, /something to do/],
  ['no model', { ...asked, model: undefined }, /needs a model/],
  ['a model without a provider', { ...asked, model: 'gpt-5' }, /PROVIDER\/MODEL/],
  ['a program beside a prompt', { ...asked, command: ['x'] }, /A command cannot come with/],
  ['an agent that is not known', { ...asked, agent: 'command:' }, /no agent "command:"/],
  ['a tool that is not known', { ...asked, tools: ['sudo'] }, /"sudo" cannot be given/],
  ['a limit that nobody can keep', { ...asked, agent: 'hermes', maxCost: 1 }, /too little to keep/],
  ['context of nobody', { ...asked, contextFrom: ['nobody'] }, /no job "nobody"/],
  ['a shell line beside a prompt', { ...asked, shell: 'date' }, /shell/],
  ['no server', { ...call, http: 'post' }, /https:\/\//],
  ['a private address', { ...call, http: 'http://127.0.0.1:1/' }, /private/],
  ['a header without a value', { ...call, headers: ['x-key'] }, /no value here/],
  ['a header twice', { ...call, headers: ['a: 1', 'A: 2'] }, /twice/],
];
for (const [name, input, text] of wrong) {
  test(`a job with ${name} is refused in words and not stored`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(jobsAdd, input), { name: 'Refusal', message: text });
    assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  });
}
