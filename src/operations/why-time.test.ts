import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fire } from '../../test/operations/fire.ts';
import { openWorld, type World, withHolder } from '../../test/operations/world.ts';
import { baseRow } from '../core/firing.ts';
import type { Fence } from '../core/lease.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsRun } from './jobs-run.ts';
import { jobsRemove } from './jobs-state.ts';
import { jobsWhy } from './jobs-why.ts';

const minute = 60_000;

/** It is 09:00 UTC, so 10:00 here. */
async function withJob(when: string, tz?: string): Promise<World> {
  const world = await openWorld();
  const zone = tz === undefined ? {} : { tz };
  await world.ask(jobsAdd, { when, command: ['x'], name: 'a job', ...zone });
  return world;
}

/** A run that somebody asked for, which failed. */
async function runByRequest(world: World, fence: Fence): Promise<string> {
  const { request } = await world.ask(jobsRun, { job: 'a job', queue: true });
  const [job] = await world.store.jobs.list('default', { after: null, limit: 1 });
  assert.ok(job !== undefined);
  const source = { now: world.now(), epoch: fence.epoch, newId: () => world.context.ids.next() };
  const run = {
    ...baseRow(job, source, 'request'),
    state: 'ended' as const,
    outcome: 'failed' as const,
    exitCode: 3,
    requestId: request.receipt,
  };
  await world.store.runs.acceptRequests(fence, [
    { kind: 'accept', requestId: request.receipt, run },
  ]);
  return run.id;
}

test('a clock time is the latest one that passed, before the one to come', async () => {
  const world = await withJob('every day at 10:05');
  world.advance(5 * minute);
  await fire(world, await withHolder(world));
  world.advance(10_000);
  const answer = await world.ask(jobsWhy, { job: 'a job', time: '10:05' });
  assert.equal(answer.fireTime, '2026-11-22T09:05:00.000Z');
  assert.equal(answer.decided.code, 'queued');
});

test('a clock time at which nothing was decided yet is the one to come', async () => {
  const world = await withJob('every day at 10:05');
  const answer = await world.ask(jobsWhy, { job: 'a job', time: '10:05' });
  assert.equal(answer.decided.code, 'not_due');
  assert.match(answer.decided.message, /due at 2026-11-22 10:05:00 Europe\/Berlin\.$/);
});

for (const time of [
  '2026-11-22 10:10:00',
  'Sun 2026-11-22 10:10:00 Berlin',
  '2026-11-22 10:10:00 Europe/Berlin',
  'Sun 2026-11-22 09:10:00 UTC',
  '10:10',
  'today 10:10',
]) {
  test(`an occurrence with milliseconds is found by "${time}", as it is shown`, async () => {
    const world = await openWorld();
    world.advance(84);
    await world.ask(jobsAdd, { when: 'in 10m', command: ['x'], name: 'a job' });
    const answer = await world.ask(jobsWhy, { job: 'a job', time });
    assert.equal(answer.fireTime, '2026-11-22T09:10:00.084Z');
  });
}

test('a time in the zone of the job is understood where none is in ours', async () => {
  const world = await withJob('every day at 05:30', 'America/New_York');
  const answer = await world.ask(jobsWhy, { job: 'a job', time: '05:30' });
  assert.equal(answer.fireTime, '2026-11-22T10:30:00.000Z');
});

test('several occurrences within what was typed are listed, with a line that names one', async () => {
  const world = await withJob('every 20s');
  world.advance(5 * minute);
  await assert.rejects(world.ask(jobsWhy, { job: 'a job', time: '10:02' }), {
    code: 'ambiguous',
    message: /10:02:00 Europe\/Berlin, 2026-11-22 10:02:20 Europe\/Berlin, .*10:02:40/,
    remedy: { kind: 'command', text: "cronkeeper why 'a job' '2026-11-22 10:02:00 Europe/Berlin'" },
  });
  const answer = await world.ask(jobsWhy, {
    job: 'a job',
    time: '2026-11-22 10:02:00 Europe/Berlin',
  });
  assert.equal(answer.decided.code, 'undecided');
  await assert.rejects(world.ask(jobsWhy, { job: 'a job', time: '2026-11-22' }), / and more\.$/);
});

test('no occurrence is refused in our time, with a line that names a near one', async () => {
  const world = await withJob('every 10m');
  await assert.rejects(world.ask(jobsWhy, { job: 'a job', time: '10:15' }), {
    code: 'not_found',
    message: /not fire at .* 10:15:00 .*10:10:00 Europe\/Berlin and 2026-11-22 10:20:00/,
    remedy: { kind: 'command', text: "cronkeeper why 'a job' '2026-11-22 10:10:00 Europe/Berlin'" },
  });
  const ask = (time: string) => world.ask(jobsWhy, { job: 'a job', time });
  await assert.rejects(ask('whenever'), { kind: 'usage' });
  await assert.rejects(ask('10:15 EST'), { code: 'zone_unknown' });
});

test('a run is asked about by its id, also when its job was removed', async () => {
  const world = await withJob('every 10m');
  world.advance(11 * minute);
  await fire(world, await withHolder(world));
  const { run } = await world.ask(jobsWhy, { job: 'a job' });
  assert.ok(run !== null);
  const answer = await world.ask(jobsWhy, { job: run.id.toLowerCase() });
  assert.deepEqual([answer.run?.id, answer.job.name], [run.id, 'a job']);
  const at = await world.ask(jobsWhy, { job: run.id, time: '10:10' });
  assert.equal(at.run?.id, run.id);
  await world.ask(jobsRemove, { job: 'a job' });
  const removed = await world.ask(jobsWhy, { job: run.id });
  assert.deepEqual([removed.run?.id, removed.job.name], [run.id, 'a job']);
});

test('a run that was asked for is told of while no occurrence is newer, and found by its time', async () => {
  const world = await withJob('every 10m');
  world.advance(400);
  const fence = await withHolder(world);
  const id = await runByRequest(world, fence);
  const { attempted, decided } = await world.ask(jobsWhy, { job: 'a job' });
  assert.equal(decided.code, 'not_due');
  assert.match(attempted.message, /by request, at 2026-11-22 10:00:02 .*: failed, exit code 3\./);
  assert.match(attempted.message, new RegExp(`cronkeeper why ${id}$`));
  const byTime = await world.ask(jobsWhy, { job: 'a job', time: '10:00' });
  assert.equal(byTime.run?.id, id);
  world.advance(11 * minute);
  const undecided = await world.ask(jobsWhy, { job: 'a job' });
  assert.match(undecided.attempted.message, new RegExp(id));
  await fire(world, fence);
  const decidedSince = await world.ask(jobsWhy, { job: 'a job' });
  assert.equal(decidedSince.attempted.message, 'Nothing was started yet.');
});
