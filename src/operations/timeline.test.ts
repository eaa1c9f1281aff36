import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, start, withHolder } from '../../test/operations/world.ts';
import { baseRow } from '../core/firing.ts';
import { hourMs, minuteMs, toIso } from '../core/instant.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsPause, jobsRemove } from './jobs-state.ts';
import { timeline } from './timeline.ts';

test('a line of time shows what is to come of each job, and how often when it is too much to show', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 6h', command: ['true'], name: 'rare' });
  await world.ask(jobsAdd, { when: 'every 1m', command: ['true'], name: 'often' });
  await world.ask(jobsAdd, { when: 'every 30d', command: ['true'], name: 'later' });
  const held = await world.ask(jobsAdd, { when: 'every 1h', command: ['true'], name: 'held' });
  await world.ask(jobsPause, { job: held.job.id });
  const { jobs, since, until, completeSince } = await world.ask(timeline, {});
  assert.equal(since, toIso(start - 24 * hourMs));
  assert.equal(until, toIso(start + 24 * hourMs));
  assert.equal(completeSince, since);
  assert.deepEqual(
    jobs.map((line) => [line.job.name, line.count, line.next.length]),
    [
      ['often', 1_440, 0],
      ['rare', 4, 4],
    ],
  );
  assert.deepEqual(jobs[1]?.next[0], toIso(start + 6 * hourMs));
});

test('what came due while nobody was there stands on the line, and a removed job keeps its place', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { when: 'every 1h', command: ['true'], name: 'report' });
  world.advance(150 * minuteMs);
  const undecided = await world.ask(timeline, { hours: 3 });
  assert.deepEqual(
    undecided.jobs[0]?.past.map(({ state, count }) => [state, count]),
    [['undecided', 2]],
  );
  await world.ask(jobsRemove, { job: job.id });
  const [line] = (await world.ask(timeline, { hours: 3 })).jobs;
  assert.equal(line?.state, 'removed');
  assert.equal(line?.past[0]?.state, 'missed');
});

test('what went wrong is shown although there were more decisions than fit', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  const { job } = await world.ask(jobsAdd, { when: 'every 1h', command: ['true'], name: 'report' });
  const stored = await world.store.jobs.get('default', job.id);
  assert.ok(stored !== null);
  const facts = { now: world.now(), epoch: fence.epoch, newId: () => world.context.ids.next() };
  const rows = Array.from({ length: 4_501 }, (_, at) => ({
    ...baseRow(stored, facts, 'schedule'),
    fireTime: start - hourMs + at,
    state: at === 0 ? ('refused' as const) : ('ended' as const),
    outcome: at === 0 ? null : ('succeeded' as const),
  }));
  const seen = { revision: stored.revision, nextFireAt: stored.nextFireAt ?? 0 };
  const { nextFireAt } = stored;
  const plan = { jobId: job.id, seen, scheduledRuns: 0, state: 'enabled' as const, nextFireAt };
  const fired = await world.store.runs.fire(fence, [{ ...plan, rows }]);
  assert.ok(fired.kind === 'done' && fired.value.length === rows.length);
  const { jobs } = await world.ask(timeline, {});
  const states = jobs[0]?.past.map(({ state }) => state) ?? [];
  assert.equal(states.filter((state) => state === 'refused').length, 1);
  assert.ok(states.length < rows.length);
});
