import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World } from '../../test/operations/world.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsPreview } from './jobs-preview.ts';
import { jobsPause } from './jobs-state.ts';

const hour = 3_600_000;
const hourly = { when: 'every 1h', command: ['report'], name: 'report' };

async function nextOf(world: World, subject = 'report') {
  const { next, keptBy } = await world.ask(jobsNext, { subject, count: 3 });
  return { times: next.map(({ at }) => at.slice(11, 16)), keptBy };
}

test('a job has no more times than its number of runs leaves', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { ...hourly, maxRuns: 2 });
  assert.deepEqual(await nextOf(world), { times: ['10:00', '11:00'], keptBy: null });
  // The one that is due and undecided takes a run.
  world.advance(hour);
  assert.deepEqual(await nextOf(world), { times: ['11:00'], keptBy: null });
});

test('every answer about a job tells no more times than its number of runs leaves', async () => {
  const world = await openWorld();
  const added = await world.ask(jobsAdd, { ...hourly, maxRuns: 2 });
  const edited = await world.ask(jobsEdit, { job: 'report', when: 'every 2h' });
  const shown = await world.ask(jobsShow, { job: 'report' });
  const preview = await world.ask(jobsPreview, { ...hourly, maxRuns: 1 });
  const ofJob = await world.ask(jobsPreview, { job: 'report', when: 'every 3h' });
  const counts = [added, edited, shown, preview, ofJob].map(({ understood }) => understood.next);
  assert.deepEqual(
    counts.map(({ length }) => length),
    [2, 2, 2, 1, 2],
  );
});

test('a job whose last occurrence is due has no time after it, and is said why', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { ...hourly, maxRuns: 1 });
  world.advance(hour);
  const { times, keptBy } = await nextOf(world);
  assert.deepEqual([times, keptBy?.code], [[], 'job_done']);
  assert.match(keptBy?.message ?? '', /due now/);
});

test('a job that has ended has no times, whatever its schedule says', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, hourly);
  const stored = await world.store.jobs.get('default', job.id);
  assert.ok(stored !== null);
  await world.store.jobs.change({
    profile: 'default',
    jobId: job.id,
    seen: stored,
    after: { ...stored, state: 'done', nextFireAt: null },
    decisions: [],
    entry: {
      profile: 'default',
      at: 0,
      actor: 'test',
      kind: 'job.edit',
      subject: job.id,
      detail: {},
    },
  });
  const { times, keptBy } = await nextOf(world);
  assert.deepEqual([times, keptBy?.code, keptBy?.remedy], [[], 'job_done', null]);
  const { understood } = await world.ask(jobsShow, { job: 'report' });
  assert.deepEqual(understood.next, []);
});

test('a job that is paused or waits for approval has no times, and what ends that is named', async () => {
  const world = await openWorld();
  const paused = await world.ask(jobsAdd, hourly);
  await world.ask(jobsPause, { job: 'report', reason: 'holidays' });
  assert.deepEqual(await nextOf(world), {
    times: [],
    keptBy: {
      code: 'job_paused',
      message: 'The job is paused: holidays',
      remedy: { kind: 'command', text: `cronkeeper resume ${paused.job.id}` },
    },
  });
  const maker = { kind: 'agent', name: 'http:bot', run: null } as const;
  const byAgent = { ...world.context, maker, actor: maker.name };
  const input = jobsAdd.input.parse({ ...hourly, name: 'waits' });
  const { job } = await jobsAdd.handle(byAgent, input);
  const waiting = await nextOf(world, 'waits');
  assert.deepEqual(
    [waiting.times, waiting.keptBy?.code, waiting.keptBy?.remedy?.text],
    [[], 'approval_pending', `cronkeeper approve ${job.id}`],
  );
});

test('a schedule that nobody stored has all its times', async () => {
  const world = await openWorld();
  const { times, keptBy } = await nextOf(world, 'every 1h');
  assert.deepEqual([times.length, keptBy], [3, null]);
});
