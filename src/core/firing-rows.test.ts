import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleDefinition, sampleJob, sampleRun } from '../../test/samples.ts';
import type { FiringContext } from './firing.ts';
import { decideBeforeChange, nextFireOf, planFiring } from './firing.ts';
import type { Job, JobDefinition } from './job.ts';
import type { GapWindow } from './lease-trust.ts';
import type { Run } from './run.ts';

const start = Date.UTC(2026, 0, 5, 9);
const minute = 60_000;

const job = (extra: Partial<JobDefinition> = {}, rest: Partial<Job> = {}): Job =>
  sampleJob(
    sampleDefinition({ schedule: { kind: 'every', everyMs: minute, anchor: start }, ...extra }),
    { revision: 4, nextFireAt: start, scheduledRuns: 2, ...rest },
  );
const context = (now: number, extra: Partial<FiringContext> = {}): FiringContext => ({
  now,
  epoch: 7,
  newId: () => 'R',
  termSince: 0,
  gaps: [],
  isBusy: false,
  catchUpsBefore: 0,
  ...extra,
});
const row: Run = sampleRun({ jobRevision: 4, fireTime: start, epoch: 7 });

test('a plan names what it was made from, its one row, and what comes next', () => {
  const now = start + 40;
  assert.deepEqual(planFiring(job(), context(now)), {
    jobId: 'J',
    seen: { revision: 4, nextFireAt: start },
    nextFireAt: start + minute,
    scheduledRuns: 3,
    state: 'enabled',
    rows: [{ ...row, decidedAt: now, notBefore: start, deadline: start + 2 * minute }],
  });
});

test('missed occurrences share a row with both ends; a single one has no other end', () => {
  const now = start + 3 * minute + 40;
  const { rows } = planFiring(job(), context(now));
  assert.deepEqual(rows[0], {
    ...row,
    decidedAt: now,
    notBefore: now,
    fireTimeEnd: start + 2 * minute,
    count: 3,
    state: 'missed',
    reason: 'deadline_passed',
    message: 'It could not start within its grace.',
    endedAt: now,
  });
  assert.equal(rows.length, 2);
  const [single] = planFiring(job(), context(start + minute + 40)).rows;
  assert.deepEqual([single?.fireTimeEnd, single?.count], [null, 1]);
});

const window = (from: number, until: number, kind: GapWindow['kind']): GapWindow => ({
  from: start + from,
  until: start + until,
  kind,
});
const late = start + 10 * minute;
const reasons: readonly (readonly [string, Job, FiringContext, string, string])[] = [
  [
    'a step of the clock',
    job(),
    context(late, { gaps: [window(0, 0, 'stepped')] }),
    'clock_step',
    'The clock was set past its time.',
  ],
  [
    'the oldest window that holds it',
    job(),
    context(late, { gaps: [window(-9, 9, 'paused'), window(-9, 9, 'stepped')] }),
    'asleep',
    'The machine or the scheduler was not awake at its time.',
  ],
  [
    'no window that only comes near',
    job(),
    context(late, { gaps: [window(-9, -1, 'paused'), window(1, 9, 'paused')] }),
    'deadline_passed',
    'It could not start within its grace.',
  ],
  [
    'an absence',
    job(),
    context(late, { termSince: start + 1 }),
    'owner_absent',
    'No authorised scheduler was running at its time.',
  ],
  [
    'no absence when the term began at its very instant',
    job(),
    context(late, { termSince: start }),
    'deadline_passed',
    'It could not start within its grace.',
  ],
  [
    'a later one in its place',
    job({ graceMs: 10 * minute }),
    context(late),
    'coalesced',
    'A later occurrence of the same job ran in its place.',
  ],
  [
    'no catch-up',
    job({ catchUp: { kind: 'none' }, graceMs: 10 * minute }),
    context(late),
    'outside_catchup_window',
    'It could not start in time, and the job does not catch up.',
  ],
];
for (const [name, of, at, reason, message] of reasons) {
  test(`a missed occurrence names ${name}`, () => {
    const [missed] = planFiring(of, at).rows;
    assert.deepEqual([missed?.state, missed?.reason, missed?.message], ['missed', reason, message]);
  });
}

const served = (of: Job, at: FiringContext): readonly string[] =>
  planFiring(of, at).rows.map(
    ({ state, cause, fireTime }) => `${state} ${cause} ${((fireTime ?? 0) - start) / minute}`,
  );
const once = { kind: 'at', at: start } as const;

test('on time is up to five seconds late, within grace up to its very end', () => {
  const at = (lateMs: number) =>
    served(job({ schedule: once, graceMs: minute }), context(start + lateMs));
  assert.deepEqual(at(5_000), ['queued schedule 0']);
  assert.deepEqual(at(5_001), ['queued catch-up 0']);
  assert.deepEqual(at(minute), ['queued catch-up 0']);
  assert.deepEqual(at(minute + 1), ['missed schedule 0']);
  const none = job({ schedule: once, graceMs: 0, catchUp: { kind: 'none' } });
  assert.deepEqual(served(none, context(start + 5_000)), ['queued schedule 0']);
});

test('catch-up of all serves up to its number, and up to what is left of the runs', () => {
  const all = (max: number, maxRuns: number | null) =>
    job({ graceMs: 60 * minute, catchUp: { kind: 'all', max }, maxRuns });
  assert.deepEqual(served(all(2, null), context(start + 3 * minute)), [
    'missed schedule 0',
    'queued catch-up 2',
    'queued schedule 3',
  ]);
  assert.deepEqual(served(all(9, 3), context(start + 3 * minute)), [
    'missed schedule 0',
    'queued schedule 3',
  ]);
  const last = planFiring(all(9, 4), context(start + 3 * minute));
  assert.deepEqual([last.state, last.nextFireAt, last.scheduledRuns], ['done', null, 4]);
  const more = planFiring(all(9, 7), context(start + 3 * minute));
  assert.deepEqual([more.state, more.nextFireAt], ['enabled', start + 4 * minute]);
});

test('catch-ups are half a second apart, and in the first half of what is left of their grace', () => {
  const of = job({ graceMs: 4 * minute, catchUp: { kind: 'all', max: 9 } });
  const now = start + 3 * minute;
  const waits = planFiring(of, context(now, { catchUpsBefore: 2 })).rows.map(
    ({ notBefore }) => notBefore - now,
  );
  assert.deepEqual(waits, [1_000, 1_500, 2_000, 0]);
  const crowded = planFiring(of, context(now + 1, { catchUpsBefore: 1_000 })).rows;
  assert.equal(crowded[0]?.notBefore, now + 1 + Math.floor((minute - 1) / 2));
});

test('jitter puts off the start and the deadline, and what it puts off is not late', () => {
  const of = job({ schedule: once, jitterMs: 10 * minute, graceMs: minute });
  const [run] = planFiring(of, context(start)).rows;
  const jitterMs = (run?.notBefore ?? 0) - start;
  assert.ok(jitterMs > 5_000);
  assert.equal(run?.deadline, start + jitterMs + minute);
  assert.deepEqual(served(of, context(start + jitterMs + 5_000)), ['queued schedule 0']);
  assert.deepEqual(served(of, context(start + jitterMs + 5_001)), ['queued catch-up 0']);
  assert.deepEqual(served(of, context(start + jitterMs + minute + 1)), ['missed schedule 0']);
});

test('an overlap is a row that is final at once, and counts as a run of the schedule', () => {
  const now = start + 40;
  const plan = planFiring(job(), context(now, { isBusy: true }));
  assert.deepEqual(plan.rows, [
    {
      ...row,
      decidedAt: now,
      notBefore: now,
      state: 'skipped',
      reason: 'overlap_skip',
      message: 'The previous run of this job was still going.',
      endedAt: now,
    },
  ]);
  assert.equal(plan.scheduledRuns, 3);
});

test('a job that is not due has no plan', () => {
  for (const idle of [job({}, { nextFireAt: null }), job({}, { nextFireAt: start + 41 })])
    assert.throws(() => planFiring(idle, context(start + 40)), {
      name: 'RangeError',
      message: 'the job is not due',
    });
  assert.equal(planFiring(job({}, { nextFireAt: start }), context(start)).rows.length, 1);
});

test('the end of a job is exclusive, its start inclusive', () => {
  const ending = job({ endAt: start + 2 * minute, graceMs: 60 * minute });
  const plan = planFiring(ending, context(start + 9 * minute));
  assert.deepEqual([plan.nextFireAt, plan.state], [null, 'done']);
  assert.deepEqual(served(ending, context(start + 9 * minute)), [
    'missed schedule 0',
    'queued catch-up 1',
  ]);
  const { definition } = job({ startAt: start, endAt: start + minute });
  assert.equal(nextFireOf(definition, start - 99 * minute), start);
  assert.equal(nextFireOf(definition, start), null);
  assert.equal(nextFireOf({ ...definition, startAt: start + 1, endAt: null }, 0), start + minute);
});

test('what is due when a job is changed is one row, which says that nobody had decided it', () => {
  const now = start + 2 * minute + 40;
  const missed: Run = {
    ...row,
    epoch: null,
    decidedAt: now,
    notBefore: now,
    fireTimeEnd: start + 2 * minute,
    count: 3,
    state: 'missed',
    reason: 'owner_absent',
    message: 'No scheduler had decided it when the job was changed.',
    endedAt: now,
  };
  const rows = (of: Job, at: number) => decideBeforeChange(of, { now: at, newId: () => 'R' });
  assert.deepEqual(rows(job(), now), [missed]);
  const [single] = rows(job(), start);
  assert.deepEqual([single?.fireTimeEnd, single?.count], [null, 1]);
  assert.deepEqual(rows(job(), start - 1), []);
  assert.deepEqual(rows(job({}, { state: 'paused' }), now), []);
  assert.deepEqual(rows(job({}, { nextFireAt: null }), now), []);
  assert.deepEqual(rows(job({ endAt: start }), now), []);
});
