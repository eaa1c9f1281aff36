import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fire } from '../../test/operations/fire.ts';
import { instanceOf, openWorld, type World, withHolder } from '../../test/operations/world.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsPause, jobsResume } from './jobs-state.ts';
import { jobsWhy } from './jobs-why.ts';
import { ownerAppoint } from './owner.ts';

async function withJob(): Promise<World> {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 10m', command: ['x'], name: 'job' });
  return world;
}

test('an occurrence to come is not due, and says when', async () => {
  const world = await withJob();
  const answer = await world.ask(jobsWhy, { job: 'job' });
  assert.equal(answer.decided.code, 'not_due');
  assert.equal(answer.fireTime, '2026-11-22T09:10:00.000Z');
});

test('what nobody decided is undecided, with the reason that stands in the way now', async () => {
  const world = await withJob();
  world.advance(25 * 60_000);
  const answer = await world.ask(jobsWhy, { job: 'job' });
  assert.equal(answer.decided.code, 'undecided');
  assert.equal(answer.eligible.code, 'owner_absent');
  assert.equal(answer.elected.code, 'owner_absent');
  assert.equal(answer.run?.count, 2);
  assert.equal(answer.run?.state, 'undecided');
});

test('somebody who is alive but may not own is named as the reason', async () => {
  const world = await withJob();
  await world.ask(ownerAppoint, { rule: 'role gateway' });
  await world.store.instances.report(instanceOf(8));
  world.advance(25 * 60_000);
  const { eligible } = await world.ask(jobsWhy, { job: 'job' });
  assert.equal(eligible.code, 'not_authorised_owner');
  assert.match(eligible.message, /runner \(pid 8/);
});

test('a decided occurrence tells who decided; a missed one why', async () => {
  const world = await withJob();
  world.advance(25 * 60_000);
  await fire(world, await withHolder(world));
  const missed = await world.ask(jobsWhy, { job: 'job', time: '2026-11-22T09:10:00Z' });
  assert.equal(missed.decided.code, missed.run?.reason);
  assert.equal(missed.run?.state, 'missed');
  const latest = await world.ask(jobsWhy, { job: 'job' });
  assert.equal(latest.decided.code, 'queued');
  assert.equal(latest.elected.code, 'elected');
  assert.equal(latest.attempted.code, 'not_attempted');
});

test('a time at which the job does not fire is refused with its neighbours', async () => {
  const world = await withJob();
  await assert.rejects(world.ask(jobsWhy, { job: 'job', time: '2026-11-22T09:15:00Z' }), {
    code: 'not_found',
    message: /10:10:00.*10:20:00/,
  });
});

test('a time before the job was known says so', async () => {
  const world = await withJob();
  const answer = await world.ask(jobsWhy, { job: 'job', time: '2026-11-22T08:50:00Z' });
  assert.equal(answer.decided.code, 'job_changed');
});

test('a paused job says that it is paused', async () => {
  const world = await withJob();
  await world.ask(jobsPause, { job: 'job', reason: 'holiday' });
  const answer = await world.ask(jobsWhy, { job: 'job' });
  assert.equal(answer.decided.code, 'job_paused');
  assert.match(answer.decided.message, /holiday/);
});

const later = '2026-11-23T09:00:00Z';
const ahead: readonly {
  readonly name: string;
  readonly wish: Partial<Parameters<typeof jobsAdd.handle>[1]>;
  readonly isPaused?: boolean;
  readonly time?: string;
  readonly code: string;
  readonly message: RegExp;
}[] = [
  { name: 'is paused', wish: {}, isPaused: true, code: 'job_paused', message: /is paused/ },
  {
    name: 'ends before',
    wish: { end: '2026-11-22T10:00:00Z' },
    code: 'job_done',
    message: /The job ends at/,
  },
  { name: 'has no run left', wish: { maxRuns: 3 }, code: 'job_done', message: /no run left/ },
  {
    name: 'has runs left',
    wish: { maxRuns: 3 },
    time: '2026-11-22T09:30:00Z',
    code: 'not_due',
    message: /It is due at/,
  },
  {
    name: 'begins later',
    wish: { start: '2026-11-24T09:00:00Z', maxRuns: 3 },
    code: 'not_due',
    message: /The job begins at/,
  },
];
for (const { name, wish, isPaused = false, time = later, code, message } of ahead) {
  test(`of a job that ${name} it is not said that it is due when it is not`, async () => {
    const world = await openWorld();
    await world.ask(jobsAdd, { when: 'every 10m', command: ['x'], name: 'job', ...wish });
    if (isPaused) await world.ask(jobsPause, { job: 'job' });
    const { decided } = await world.ask(jobsWhy, { job: 'job', time });
    assert.equal(decided.code, code);
    assert.match(decided.message, message);
  });
}

test('what is not recorded may be not kept any more', async () => {
  const world = await withJob();
  await world.ask(jobsPause, { job: 'job' });
  world.advance(25 * 60_000);
  await world.ask(jobsResume, { job: 'job' });
  const { decided } = await world.ask(jobsWhy, { job: 'job', time: '2026-11-22T09:10:00Z' });
  assert.match(decided.message, /its record is not kept any more/);
});

test('next understands a schedule that nobody stored, as often as was asked', async () => {
  const world = await withJob();
  const answer = await world.ask(jobsNext, { subject: '0 9 * * *', count: 12, tz: 'UTC' });
  assert.equal(answer.job, null);
  assert.equal(answer.next.length, 12);
  assert.equal(answer.next[11]?.at, '2026-12-04T09:00:00.000Z');
  const ofJob = await world.ask(jobsNext, { subject: 'JOB', count: 2 });
  assert.equal(ofJob.job?.name, 'job');
  assert.deepEqual(
    ofJob.next.map(({ at }) => at),
    ['2026-11-22T09:10:00.000Z', '2026-11-22T09:20:00.000Z'],
  );
});

test('next keeps within the start and end of a job', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, {
    when: 'every 10m',
    command: ['x'],
    name: 'short',
    start: '2026-11-22T10:00:00Z',
    end: '2026-11-22T10:20:00Z',
  });
  const { next, understood } = await world.ask(jobsNext, { subject: 'short', count: 9 });
  const times = ['2026-11-22T10:00:00.000Z', '2026-11-22T10:10:00.000Z'];
  assert.deepEqual(
    next.map(({ at }) => at),
    times,
  );
  assert.deepEqual(
    understood.next.map(({ at }) => at),
    times,
  );
});
