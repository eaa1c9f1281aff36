import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { openWorld, type World } from '../../test/operations/world.ts';
import { baseRow } from '../core/firing.ts';
import type { Maker } from '../core/maker.ts';
import type { Setting } from '../ports/settings.ts';
import { apply } from './apply.ts';
import { configSet } from './config.ts';
import { importCrontab } from './import-crontab.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsApprove } from './jobs-approve.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsRun } from './jobs-run.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';
import { operations } from './list.ts';
import type { Operation, OperationContext } from './operation.ts';

const person: Maker = { kind: 'person', name: 'cli:anna', run: null };
const agent: Maker = { kind: 'agent', name: 'http:bot', run: null };
const chat: Maker = { kind: 'chat', name: 'chat:anna', run: null };
const inside = (run: string): Maker => ({ kind: 'agent', name: 'cli:anna', run });

type Policy = { readonly agentsMay?: string; readonly agentJobs?: number; agentDepth?: number };

/** A profile with these settings, and everybody who asks in it. */
async function opened({ agentsMay = 'none', agentJobs = 20, agentDepth = 0 }: Policy = {}) {
  const world = await openWorld();
  const values = { agentsMay, agentJobs, agentDepth };
  const list: readonly Setting[] = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    isDefault: false,
    unit: '',
    summary: '',
  }));
  const settings = { ...world.context.settings, list: async () => list };
  const as =
    (maker: Maker) =>
    <In extends z.ZodType, Out extends z.ZodType>(
      operation: Operation<In, Out>,
      input: z.input<In>,
    ): Promise<z.output<Out>> => {
      const context: OperationContext = { ...world.context, settings, maker, actor: maker.name };
      return operation.handle(context, operation.input.parse(input));
    };
  return { world, as, byPerson: as(person), byAgent: as(agent), byChat: as(chat) };
}

const report = { when: 'every 1h', command: ['report'], name: 'report' };
const exceeded = { code: 'authority_exceeded' };

const many = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `  - {name: job ${index}, when: every 1h, command: [x]}`,
  )
    .join('\n')
    .replace(/^/, 'version: 1\njobs:\n');

/** A run of this job that goes on. */
async function runOf(world: World, jobId: string): Promise<string> {
  const job = await world.store.jobs.get('default', jobId);
  assert.ok(job !== null);
  const { ids } = world.context;
  const run = baseRow(job, { now: world.now(), epoch: null, newId: () => ids.next() }, 'schedule');
  const entry = { profile: 'default', at: world.now(), actor: 'test', kind: 'x', subject: 'x' };
  await world.store.jobs.change({
    profile: 'default',
    jobId,
    seen: { revision: job.revision, nextFireAt: job.nextFireAt },
    after: job,
    decisions: [{ ...run, state: 'missed' }],
    entry: { ...entry, detail: {} },
  });
  return run.id;
}

test("a person's job fires; an agent's and the chat's wait, and say what for", async () => {
  const { byPerson, byAgent, byChat } = await opened();
  const own = (await byPerson(jobsAdd, report)).job;
  assert.deepEqual([own.state, own.madeBy.kind, own.unapproved], ['enabled', 'person', []]);
  for (const ask of [byAgent, byChat]) {
    const { job, readiness } = await ask(jobsAdd, report);
    assert.deepEqual([job.state, job.nextFireAt, job.unapproved], ['pending', null, ['command']]);
    assert.deepEqual([readiness.willRun, readiness.code], [false, 'approval_pending']);
    assert.deepEqual(readiness.remedy, {
      kind: 'command',
      text: `cronkeeper approve ${job.id}`,
    });
  }
});

test('what the profile allows agents fires at once, and what it allows another profile does not', async () => {
  const allowed = await (await opened({ agentsMay: 'command' })).byAgent(jobsAdd, report);
  assert.equal(allowed.job.state, 'enabled');
  const elsewhere = await (await opened({ agentsMay: 'la/command' })).byAgent(jobsAdd, report);
  assert.equal(elsewhere.job.state, 'pending');
});

test('approved it fires from now on; changed by anybody it waits again', async () => {
  const { byPerson, byAgent } = await opened();
  const { job } = await byAgent(jobsAdd, report);
  const { job: approved } = await byPerson(jobsApprove, { job: job.id, revision: 1 });
  assert.deepEqual([approved.state, approved.approval?.by], ['enabled', 'cli:anna']);
  assert.notEqual(approved.nextFireAt, null);
  for (const ask of [byAgent, byPerson]) {
    const { job: edited, readiness } = await ask(jobsEdit, {
      job: job.id,
      command: ['report', ask === byAgent ? '--all' : '--some'],
    });
    assert.deepEqual([edited.state, edited.nextFireAt], ['pending', null]);
    assert.equal(readiness.code, 'approval_stale');
    await byPerson(jobsApprove, { job: job.id, revision: edited.revision });
  }
});

test('an approval is of what was looked at: of an older revision it is refused', async () => {
  const { byPerson, byAgent } = await opened();
  const { job } = await byAgent(jobsAdd, report);
  await byAgent(jobsEdit, { job: job.id, command: ['rm', '-rf', '/'] });
  await assert.rejects(byPerson(jobsApprove, { job: job.id, revision: 1 }), {
    code: 'revision_conflict',
  });
  assert.equal((await byPerson(jobsShow, { job: job.id })).job.state, 'pending');
});

test("an agent that changes a person's job makes it wait; the occurrences until then are decided", async () => {
  const { world, byPerson, byAgent } = await opened();
  const { job } = await byPerson(jobsAdd, report);
  world.advance(2 * 3_600_000);
  const { job: edited } = await byAgent(jobsEdit, { job: job.id, command: ['evil'] });
  assert.equal(edited.state, 'pending');
  const runs = await world.store.runs.list('default', { limit: 10 });
  assert.deepEqual(
    runs.map(({ state, reason, count }) => [state, reason, count]),
    [['missed', 'owner_absent', 2]],
  );
});

test('what waits is neither run now nor let loose by a pause and a resume', async () => {
  const { byPerson, byAgent } = await opened();
  const { job } = await byAgent(jobsAdd, report);
  for (const ask of [byAgent, byPerson]) {
    await assert.rejects(ask(jobsRun, { job: job.id, queue: true }), { code: 'approval_pending' });
    await ask(jobsPause, { job: job.id });
    assert.equal((await byPerson(jobsResume, { job: job.id })).job.state, 'pending');
  }
});

test('what a person paused no agent resumes, by whichever operation', async () => {
  const { byPerson, byAgent } = await opened({ agentsMay: 'command' });
  const { job } = await byAgent(jobsAdd, report);
  await byAgent(jobsPause, { job: job.id });
  await byPerson(jobsPause, { job: job.id });
  await assert.rejects(byAgent(jobsResume, { job: job.id }), exceeded);
  const file = `version: 1\njobs:\n  - name: report\n    when: every 1h\n    command: [report]\n    paused: false\n`;
  await assert.rejects(byAgent(apply, { file }), /may not resume it/);
  assert.equal((await byPerson(jobsShow, { job: job.id })).job.state, 'paused');
  assert.equal((await byPerson(jobsResume, { job: job.id })).job.state, 'enabled');
});

test('a line stays with cron whose job would wait for approval, before it is made and after', async () => {
  const { byAgent, byPerson } = await opened();
  const asked = { text: '* * * * * tidy\n', hold: 'its line is being taken out' };
  const { taken, counts, skipped } = await byAgent(importCrontab, asked);
  assert.deepEqual([taken, counts.create], [[], 0]);
  assert.match(skipped[0]?.reason ?? '', /would wait for the approval/);
  await byAgent(importCrontab, { text: asked.text });
  const pending = await byPerson(importCrontab, asked);
  assert.deepEqual(pending.taken, []);
  assert.match(pending.skipped[0]?.reason ?? '', /waits for .* person: cronkeeper approve \w+$/);
  await byPerson(jobsApprove, { job: 'tidy', revision: 1 });
  assert.equal((await byPerson(importCrontab, asked)).taken.length, 1);
});

test('a file or a crontab is as its bringer: of an agent it waits, of a person it was brought', async () => {
  const { byPerson, byAgent } = await opened();
  const file = `version: 1\njobs:\n  - name: filed\n    when: every 1h\n    command: [report]\n`;
  await byAgent(apply, { file });
  await byAgent(importCrontab, { text: '0 9 * * * evil\n' });
  assert.equal((await byPerson(jobsShow, { job: 'filed' })).job.state, 'pending');
  assert.equal((await byPerson(jobsShow, { job: 'evil' })).job.madeBy.kind, 'agent');
  await byPerson(importCrontab, { text: '0 9 * * * backup\n' });
  const { job } = await byPerson(jobsShow, { job: 'backup' });
  assert.deepEqual([job.state, job.madeBy.kind], ['enabled', 'import']);
});

for (const { agentJobs, count } of [
  { agentJobs: 20, count: 30 },
  // More than are written at once.
  { agentJobs: 60, count: 100 },
]) {
  test(`of a file of ${count} jobs nothing is stored for an agent that may have ${agentJobs}`, async () => {
    const { byPerson, byAgent } = await opened({ agentJobs });
    await byAgent(jobsAdd, report);
    const refused = {
      code: 'quota_reached',
      message: `Of jobs that are not done agents and the chat may have ${agentJobs} here; they have 1, and this would add ${count}. Nothing was applied.`,
    };
    const file = many(count);
    await assert.rejects(byAgent(apply, { file, plan: true }), refused);
    await assert.rejects(byAgent(apply, { file }), refused);
    assert.equal((await byPerson(jobsList, {})).jobs.length, 1);
    const { counts } = await byAgent(apply, { file: many(agentJobs - 1) });
    assert.equal(counts.create, agentJobs - 1);
  });
}

test('a file that meets others who make jobs meanwhile says that a part of it may be stored', async () => {
  const { world, as, byAgent } = await opened({ agentJobs: 20 });
  const { jobs } = world.store;
  const create: typeof jobs.apply = async (...writes) => {
    await as(agent)(jobsAdd, report);
    return jobs.apply(...writes);
  };
  Object.assign(world.store, { jobs: { ...jobs, apply: create } });
  await assert.rejects(byAgent(apply, { file: many(20) }), {
    code: 'quota_reached',
    message: /they have 1, and this would add 20\. A part may be applied\.$/,
  });
});

test('agents have as many jobs as they may, by whichever operation, and people any number', async () => {
  const { byPerson, byAgent } = await opened({ agentJobs: 2 });
  await byAgent(jobsAdd, { ...report, name: 'a' });
  await byAgent(jobsAdd, { ...report, name: 'b' });
  await assert.rejects(byAgent(jobsAdd, { ...report, name: 'c' }), { code: 'quota_reached' });
  const file = `version: 1\njobs:\n  - name: d\n    when: every 1h\n    command: [report]\n`;
  await assert.rejects(byAgent(apply, { file }), { code: 'quota_reached' });
  await byPerson(jobsAdd, { ...report, name: 'e' });
  await byPerson(jobsRemove, { job: 'a' });
  await byAgent(jobsAdd, { ...report, name: 'f' });
});

test('inside a run no job is made or changed; its own may be stopped', async () => {
  const { world, as, byPerson } = await opened();
  const { job } = await byPerson(jobsAdd, report);
  const { job: other } = await byPerson(jobsAdd, { ...report, name: 'other' });
  const byRun = as(inside(await runOf(world, job.id)));
  await assert.rejects(byRun(jobsAdd, report), exceeded);
  await assert.rejects(byRun(jobsEdit, { job: job.id, command: ['x'] }), exceeded);
  await assert.rejects(byRun(jobsRemove, { job: other.id }), exceeded);
  await assert.rejects(byRun(jobsPause, { job: other.id }), exceeded);
  await assert.rejects(byRun(apply, { file: 'version: 1\njobs: []\n', prune: true }), exceeded);
  assert.equal((await byRun(jobsPause, { job: job.id })).job.state, 'paused');
  await assert.rejects(byRun(jobsResume, { job: job.id }), exceeded);
  await byRun(jobsRemove, { job: job.id });
});

test('a run that nobody knows may do nothing, however deep jobs may be made', async () => {
  const { as } = await opened({ agentDepth: 5 });
  await assert.rejects(as(inside('01JZ0000000000000000000000'))(jobsAdd, report), exceeded);
});

test('a job that makes jobs ends at the depth that is allowed', async () => {
  const { world, as, byPerson } = await opened({ agentDepth: 2, agentsMay: 'command' });
  let { job } = await byPerson(jobsAdd, report);
  for (const depth of [1, 2]) {
    const made = await as(inside(await runOf(world, job.id)))(jobsAdd, report);
    assert.equal(made.job.state, 'enabled');
    const stored = await world.store.jobs.get('default', made.job.id);
    assert.equal(stored?.authority.depth, depth);
    job = made.job;
  }
  await assert.rejects(as(inside(await runOf(world, job.id)))(jobsAdd, report), exceeded);
});

test('whatever changes who may what is refused to all but people, and written down', async () => {
  const { world, byAgent, byChat } = await opened();
  const admin = operations.filter(({ scope }) => scope === 'admin').map(({ name }) => name);
  for (const name of ['owner.appoint', 'access.add', 'access.link', 'config.set', 'jobs.approve'])
    assert.ok(
      admin.some((one) => one === name),
      name,
    );
  for (const ask of [byAgent, byChat])
    await assert.rejects(ask(configSet, { name: 'agentsMay', value: 'shell' }), exceeded);
  const context = { ...world.context, maker: agent, actor: agent.name };
  const all: readonly Operation<z.ZodType, z.ZodType>[] = operations;
  for (const { scope, handle } of all)
    if (scope === 'admin') await assert.rejects(handle(context, {}), exceeded);
  const entries = await world.store.audit.list('default', { kinds: ['authority.'], limit: 100 });
  assert.equal(entries.length, admin.length + 2);
});
