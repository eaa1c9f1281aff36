import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleDefinition, sampleJob } from '../../test/samples.ts';
import { fireTimes } from './fire-times.ts';
import type { FiringContext } from './firing.ts';
import { decideBeforeChange, nextFireOf, planFiring } from './firing.ts';
import type { Job, JobDefinition } from './job.ts';
import type { Run } from './run.ts';

const start = Date.UTC(2026, 0, 5, 9);
const minute = 60_000;

const definition = (extra: Partial<JobDefinition> = {}): JobDefinition =>
  sampleDefinition({ schedule: { kind: 'every', everyMs: minute, anchor: start }, ...extra });
const job = (extra: Partial<JobDefinition> = {}, rest: Partial<Job> = {}): Job =>
  sampleJob(definition(extra), { nextFireAt: start, ...rest });
const context = (now: number, extra: Partial<FiringContext> = {}): FiringContext => {
  let ids = 0;
  return {
    now,
    epoch: 1,
    newId: () => `R${++ids}`,
    termSince: 0,
    gaps: [],
    isBusy: false,
    catchUpsBefore: 0,
    ...extra,
  };
};
const told = (rows: readonly Run[]): readonly string[] =>
  rows.map(
    ({ fireTime, state, cause, reason, count }) =>
      `${((fireTime ?? 0) - start) / minute} ${state} ${cause} ${reason ?? '-'} ${count}`,
  );

const cases: readonly [string, Job, FiringContext, readonly string[]][] = [
  ['in time: it runs', job(), context(start + 40), ['0 queued schedule - 1']],
  [
    'busy and overlap skip: skipped, with a row',
    job(),
    context(start + 40, { isBusy: true }),
    ['0 skipped schedule overlap_skip 1'],
  ],
  [
    'busy and overlap queue: it waits',
    job({ overlap: 'queue' }),
    context(start + 40, { isBusy: true }),
    ['0 queued schedule - 1'],
  ],
  [
    'after ten minutes of downtime: the latest runs, the others share a row',
    job(),
    context(start + 10 * minute + 40),
    ['0 missed schedule deadline_passed 10', '10 queued schedule - 1'],
  ],
  [
    'the missed ones name the absence of an owner',
    job(),
    context(start + 10 * minute + 40, { termSince: start + 10 * minute }),
    ['0 missed schedule owner_absent 10', '10 queued schedule - 1'],
  ],
  [
    'the missed ones name the sleep',
    job(),
    context(start + 10 * minute + 40, {
      gaps: [{ from: start - 1, until: start + 10 * minute, kind: 'paused' }],
    }),
    ['0 missed schedule asleep 10', '10 queued schedule - 1'],
  ],
  [
    'late but within grace: it catches up',
    job({ graceMs: 5 * minute }),
    context(start + 0.9 * minute),
    ['0 queued catch-up - 1'],
  ],
  [
    'late and catch-up none: missed',
    job({ graceMs: 5 * minute, catchUp: { kind: 'none' } }),
    context(start + 0.9 * minute),
    ['0 missed schedule outside_catchup_window 1'],
  ],
  [
    'later than its grace: missed',
    job({ schedule: { kind: 'at', at: start }, graceMs: minute }),
    context(start + 2 * minute),
    ['0 missed schedule deadline_passed 1'],
  ],
  [
    'a one-shot is still wanted after 23 hours',
    job({ schedule: { kind: 'at', at: start } }),
    context(start + 23 * 60 * minute),
    ['0 queued catch-up - 1'],
  ],
  [
    'catch-up all: up to its number within grace',
    job({ graceMs: 60 * minute, catchUp: { kind: 'all', max: 3 } }),
    context(start + 5 * minute + 40),
    [
      '0 missed schedule coalesced 3',
      '3 queued catch-up - 1',
      '4 queued catch-up - 1',
      '5 queued schedule - 1',
    ],
  ],
  [
    'no more runs than max-runs',
    job({ maxRuns: 1 }),
    context(start + 40),
    ['0 queued schedule - 1'],
  ],
];
for (const [name, of, when, rows] of cases) {
  test(name, () => assert.deepEqual(told(planFiring(of, when).rows), rows));
}

test('a job whose max-runs is reached is done', () => {
  const plan = planFiring(job({ maxRuns: 1 }), context(start + 40));
  assert.deepEqual([plan.state, plan.nextFireAt, plan.scheduledRuns], ['done', null, 1]);
});

test('a one-shot is done after it was decided', () => {
  const plan = planFiring(job({ schedule: { kind: 'at', at: start } }), context(start + 40));
  assert.deepEqual([plan.state, plan.nextFireAt], ['done', null]);
});

test('a job that is not due is not decided', () => {
  assert.throws(() => planFiring(job(), context(start - 1)), RangeError);
});

test('catch-ups are spaced out', () => {
  const plan = planFiring(
    job({ graceMs: 60 * minute }),
    context(start + 0.9 * minute, { catchUpsBefore: 4 }),
  );
  assert.equal(plan.rows[0]?.notBefore, start + 0.9 * minute + 2_000);
});

test('jitter delays the start, not the decision, and not beyond its bound', () => {
  const [row] = planFiring(job({ jitterMs: 30_000 }), context(start + 40)).rows;
  const delay = (row?.notBefore ?? 0) - start;
  assert.ok(delay >= 0 && delay < 30_000);
  const again = planFiring(job({ jitterMs: 30_000 }), context(start + 90)).rows[0];
  assert.equal(again?.notBefore, row?.notBefore);
});

test('nothing fires before the start or at the end', () => {
  const bounded = definition({ startAt: start + 5 * minute, endAt: start + 6 * minute });
  assert.equal(nextFireOf(bounded, start - 1), start + 5 * minute);
  assert.equal(nextFireOf(bounded, start + 5 * minute), null);
});

const anyJob = fc.record({
  everyS: fc.integer({ min: 1, max: 7_200 }),
  graceS: fc.option(fc.integer({ min: 0, max: 9_000 })),
  jitterMs: fc.constantFrom(0, 0, 20_000),
  overlap: fc.constantFrom('skip' as const, 'queue' as const, 'allow' as const),
  catchUp: fc.constantFrom(
    { kind: 'none' } as const,
    { kind: 'latest' } as const,
    { kind: 'all', max: 5 } as const,
  ),
  isBusy: fc.boolean(),
  laterMs: fc.integer({ min: 0, max: 40_000_000 }),
});

test('every due occurrence is decided exactly once, whatever the policy, and none that is not due', () => {
  fc.assert(
    fc.property(anyJob, ({ everyS, graceS, laterMs, isBusy, ...rest }) => {
      const of = job({
        schedule: { kind: 'every', everyMs: everyS * 1_000, anchor: start },
        graceMs: graceS === null ? null : graceS * 1_000,
        ...rest,
      });
      const now = start + laterMs;
      const plan = planFiring(of, context(now, { isBusy }));
      const due = fireTimes(of.definition.schedule, start - 1, now, 100_000).times;
      const covered = new Map<number, number>();
      for (const { fireTime, fireTimeEnd, count } of plan.rows) {
        const from = fireTime ?? 0;
        const times = fireTimes(
          of.definition.schedule,
          from - 1,
          fireTimeEnd ?? from,
          100_000,
        ).times;
        assert.equal(times.length, count);
        for (const at of times) covered.set(at, (covered.get(at) ?? 0) + 1);
      }
      assert.deepEqual(
        [...covered.keys()].sort((a, b) => a - b),
        due,
      );
      assert.ok([...covered.values()].every((times) => times === 1));
      assert.equal(plan.nextFireAt, nextFireOf(of.definition, now));
      for (const row of plan.rows) {
        if (row.state === 'queued') assert.ok(row.notBefore >= (row.fireTime ?? 0), 'never early');
      }
    }),
  );
});

test('a change decides what was due under the old schedule, in one row', () => {
  const [row, ...more] = decideBeforeChange(job(), { now: start + 3.5 * minute, newId: () => 'R' });
  assert.equal(more.length, 0);
  assert.deepEqual(
    [row?.state, row?.reason, row?.count, row?.epoch],
    ['missed', 'owner_absent', 4, null],
  );
  assert.equal(row?.fireTimeEnd, start + 3 * minute);
});

test('a change of a job that is not due, or paused, decides nothing', () => {
  const now = start + minute;
  assert.deepEqual(
    decideBeforeChange(job({}, { nextFireAt: now + 1 }), { now, newId: () => 'R' }),
    [],
  );
  assert.deepEqual(decideBeforeChange(job({}, { state: 'paused' }), { now, newId: () => 'R' }), []);
});
