import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, openWorld, start, type World, withHolder } from '../../test/operations/world.ts';
import { baseRow } from '../core/firing.ts';
import { hourMs, minuteMs } from '../core/instant.ts';
import type { Fence } from '../core/lease.ts';
import type { Run } from '../core/run.ts';
import type { AuditEntry } from '../ports/audit.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsRemove } from './jobs-state.ts';
import { morning } from './morning.ts';

const add = async (world: World, name: string): Promise<string> =>
  (await world.ask(jobsAdd, { when: 'every 1d', command: ['true'], name })).job.id;

/** Writes the row of a request of the job, as it came out. */
async function record(
  world: World,
  fence: Fence,
  jobId: string,
  fields: Partial<Run>,
): Promise<string> {
  const job = await world.store.jobs.get('default', jobId);
  assert.ok(job !== null);
  const now = world.now();
  const facts = { now, epoch: fence.epoch, newId: () => world.context.ids.next() };
  const run: Run = { ...baseRow(job, facts, 'schedule'), fireTime: now, endedAt: now, ...fields };
  world.advance(1_000);
  const seen = { revision: job.revision, nextFireAt: job.nextFireAt ?? 0 };
  const { nextFireAt } = job;
  const rest = { scheduledRuns: 0, state: 'enabled', nextFireAt } as const;
  const fired = await world.store.runs.fire(fence, [{ jobId, seen, ...rest, rows: [run] }]);
  assert.ok(fired.kind === 'done' && fired.value.length === 1);
  return run.id;
}

const ended = (outcome: Run['outcome'], reason: Run['reason'] = null): Partial<Run> => ({
  state: 'ended',
  outcome,
  reason,
});

test('a profile in which nothing was due has nothing to tell, except that nobody runs it', async () => {
  const world = await openWorld();
  const answer = await world.ask(morning, {});
  assert.deepEqual(Object.values(answer.counts), [0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(answer.needs[0]?.code, 'owner_absent');
  assert.equal(answer.needs[0]?.remedy?.kind, 'command');
  await withHolder(world);
  assert.deepEqual((await world.ask(morning, {})).needs, []);
});

test('runs are counted by how they came out, a line for each job and result', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  const job = await add(world, 'report');
  const range = { fireTime: start - 2 * hourMs, fireTimeEnd: start - hourMs, count: 7 };
  await record(world, fence, job, { state: 'missed', reason: 'asleep', ...range });
  await record(world, fence, job, { state: 'skipped', reason: 'overlap_skip' });
  await record(world, fence, job, {
    state: 'refused',
    reason: 'capability_missing',
    message: 'No mail.',
  });
  await record(world, fence, job, ended('succeeded'));
  world.advance(2 * hourMs);
  await record(world, fence, job, ended('succeeded'));
  await record(world, fence, job, { state: 'running', endedAt: null, startedAt: world.now() });
  await record(world, fence, job, { state: 'queued', endedAt: null });
  const answer = await world.ask(morning, {});
  assert.deepEqual(answer.counts, {
    succeeded: 2,
    failed: 0,
    missed: 7,
    refused: 1,
    skipped: 1,
    running: 1,
    queued: 1,
    undecided: 0,
  });
  assert.equal(answer.missed[0]?.occurrences, 7);
  assert.equal(answer.refused[0]?.message, 'No mail.');
  assert.equal(answer.running[0]?.job.name, 'report');
  assert.deepEqual(answer.needs, [], 'its newest result is a good one');
});

const bad: readonly (readonly [string, Partial<Run>, RegExp, RegExp])[] = [
  ['failed', ended('failed', 'exit_nonzero'), /report failed\.$/, /^cronkeeper logs /],
  ['took too long', ended('timed_out', 'timeout'), /took too long/, /^cronkeeper logs /],
  ['was lost', ended('unknown', 'lost'), /its end is not known/, /^cronkeeper logs /],
  [
    'was refused',
    { state: 'refused', reason: 'capability_missing' },
    /was refused/,
    /^cronkeeper why /,
  ],
  ['was refused without a reason', { state: 'refused' }, /was refused/, /^cronkeeper why /],
  [
    'was set aside',
    { state: 'missed', reason: 'schedule_invalid' },
    /set aside/,
    /^cronkeeper show /,
  ],
];
for (const [name, fields, words, remedy] of bad) {
  test(`a job that ${name} needs somebody, until it has run well again`, async () => {
    const world = await openWorld();
    const fence = await withHolder(world);
    const job = await add(world, 'report');
    await record(world, fence, job, ended('succeeded'));
    await record(world, fence, job, fields);
    const [need, ...more] = (await world.ask(morning, {})).needs;
    assert.deepEqual(more, []);
    assert.match(need?.message ?? '', words);
    assert.match(need?.remedy?.text ?? '', remedy);
    await record(world, fence, job, ended('succeeded'));
    assert.deepEqual((await world.ask(morning, {})).needs, []);
  });
}

test('what a person ended, what was missed because of sleep, and a job that is gone need nobody', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  await record(world, fence, await add(world, 'a'), ended('cancelled', 'cancelled_by_request'));
  await record(world, fence, await add(world, 'b'), { state: 'missed', reason: 'asleep' });
  const gone = await add(world, 'c');
  await record(world, fence, gone, ended('failed', 'exit_nonzero'));
  await record(world, fence, gone, ended('failed', 'exit_nonzero'));
  assert.match((await world.ask(morning, {})).needs[0]?.message ?? '', /c failed, 2 times/);
  await world.ask(jobsRemove, { job: gone });
  const answer = await world.ask(morning, {});
  assert.deepEqual(answer.needs, []);
  assert.equal(answer.counts.failed, 3);
});

test('what nobody decided is counted and said of the missing owner', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 1h', command: ['true'], name: 'poll' });
  world.advance(3 * hourMs + minuteMs);
  const answer = await world.ask(morning, {});
  assert.equal(answer.counts.undecided, 3);
  assert.match(answer.needs[0]?.message ?? '', /1 job is overdue/);
});

test('what came due just now and is decided in a moment is not overdue', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 1h', command: ['true'], name: 'poll' });
  world.advance(hourMs + 3_000);
  await withHolder(world);
  assert.equal((await world.ask(morning, {})).counts.undecided, 0);
  world.advance(3_000);
  assert.equal((await world.ask(morning, {})).counts.undecided, 1);
});

const ownerEntry = (kind: string, at: number, detail: AuditEntry['detail']): AuditEntry => ({
  ...entryOf(kind),
  at,
  detail,
});

test('what happened to the owner is told from what was written down', async () => {
  const world = await openWorld();
  const at = (minutes: number): number => start + minutes * minuteMs;
  const claim = (minutes: number, detail: AuditEntry['detail']) =>
    ownerEntry('owner.claim', at(minutes), {
      role: 'runner',
      pid: 7,
      machineId: 'm',
      bootId: 'one',
      predecessorSeenAt: null,
      ...detail,
    });
  const gap = (kind: string, from: number, until: number, ms: number) =>
    ownerEntry(`gap.${kind}`, at(until), { from: at(from), until: at(until), ms, count: 1 });
  for (const entry of [
    claim(-20, {}),
    claim(-10, {}),
    gap('asleep', 5, 10, 5 * minuteMs),
    gap('paused', 12, 13, minuteMs),
    gap('stepped', 14, 14, -minuteMs),
    // Of another program, or of one that is yet to come.
    gap('unheard', 14, 14, 1),
    ownerEntry('gap.asleep', at(15), { from: 'x' }),
    ownerEntry('owner.release', at(20), { why: 'it was stopped' }),
    claim(30, { bootId: 'two', bootedAt: at(29) }),
    ownerEntry('owner.appointed', at(40), { force: false }),
    ownerEntry('owner.appointed', at(41), { force: true }),
    claim(50, { bootId: 'two' }),
    claim(60, { bootId: 'two', predecessorSeenAt: at(55) }),
    ownerEntry('owner.release', at(70), {}),
    ownerEntry('owner.preempt', at(70) + 10, { role: 'somebody', bootId: 'two', machineId: 'm' }),
  ])
    await world.store.audit.append(entry);
  world.advance(90 * minuteMs);
  const answer = await world.ask(morning, { since: '90m' });
  assert.deepEqual(
    answer.night.map(({ kind, words }) => [kind, words]),
    [
      ['asleep', null],
      ['paused', null],
      ['stepped', null],
      ['restarted', null],
      ['unowned', 'its term was ended'],
      ['unowned', 'it ended without notice'],
      ['changed', null],
    ],
  );
  assert.equal(answer.night[3]?.bootedAt, new Date(at(29)).toISOString());
  const later = await world.ask(morning, { since: '45m' });
  assert.deepEqual(
    later.night.map(({ kind }) => kind),
    ['unowned', 'unowned', 'changed'],
  );
});

test('many entries are read in pages, back to the claim of whoever owned before', async () => {
  const world = await openWorld();
  const detail = { role: 'runner', pid: 1, machineId: 'm', bootId: 'one', predecessorSeenAt: null };
  await world.store.audit.append(ownerEntry('owner.claim', start - 1, detail));
  for (let index = 0; index < 1_100; index += 1) {
    const at = start + index;
    const nap = { from: at, until: at + 1, ms: 1, count: 1 };
    await world.store.audit.append(ownerEntry('gap.asleep', at, nap));
  }
  world.advance(hourMs);
  const answer = await world.ask(morning, { since: '1h' });
  assert.equal(answer.night.length, 500);
});

test('a timer that ticks every five minutes is missed by nobody', async () => {
  const world = await openWorld();
  const tick = async (at: number): Promise<void> => {
    const detail = { role: 'timer', pid: 1, machineId: 'm', bootId: 'one' };
    await world.store.audit.append(ownerEntry('owner.claim', at, detail));
    await world.store.audit.append(ownerEntry('owner.release', at + 100, { why: 'idle' }));
  };
  for (let minute = 0; minute <= 60; minute += 5) await tick(start + minute * minuteMs);
  world.advance(hourMs);
  for (const since of ['12m', '2h'])
    assert.deepEqual((await world.ask(morning, { since })).night, [], since);
  await tick(start + 2 * hourMs);
  world.advance(hourMs);
  const { night } = await world.ask(morning, { since: '30m' });
  assert.deepEqual(
    night.map(({ kind, from }) => [kind, from]),
    [['unowned', new Date(start + hourMs + 100).toISOString()]],
  );
});

test('an owner that is gone and did not say so was last seen when it renewed', async () => {
  const world = await openWorld();
  await withHolder(world);
  world.advance(hourMs);
  world.dead.add(812);
  const answer = await world.ask(morning, {});
  const [event] = answer.night;
  assert.equal(event?.kind, 'unowned');
  assert.equal(event.until, null);
  assert.equal(event.from, new Date(start).toISOString());
});

for (const [since, hours] of [
  ['2h', 2],
  ['2026-11-22T08:30', 1.5],
  ['2026-11-22T12:30', 21.5],
] as const) {
  test(`--since "${since}" looks ${hours} hours back`, async () => {
    const world = await openWorld();
    const answer = await world.ask(morning, { since });
    assert.equal(start - Date.parse(answer.since), hours * hourMs);
  });
}

for (const since of ['2026-11-24T08:00', 'whenever', '0s']) {
  test(`--since "${since}" is refused`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(morning, { since }), { name: 'Refusal', kind: 'usage' });
  });
}
