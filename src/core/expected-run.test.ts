import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleCall, sampleDefinition, sampleJob } from '../../test/samples.ts';
import { expectedRun, isAsExpected } from './expected-run.ts';
import { planFiring } from './firing.ts';
import type { Job, JobDefinition } from './job.ts';

const start = Date.UTC(2026, 0, 5, 9);
const minute = 60_000;

const job = (extra: Partial<JobDefinition> = {}, rest: Partial<Job> = {}): Job => {
  const definition = sampleDefinition({
    schedule: { kind: 'every', everyMs: minute, anchor: start },
    ...extra,
  });
  return sampleJob(definition, { nextFireAt: start, ...rest });
};
const context = { epoch: 1, newId: () => 'R', termSince: 0 };
const expected = (of: Job, until = start) => expectedRun(of, context, until);

test('what comes alone and on time is expected, up to when it starts', () => {
  const run = expected(job());
  assert.deepEqual(
    [run?.id, run?.state, run?.fireTime, run?.notBefore],
    ['R', 'queued', start, start],
  );
  assert.equal(expected(job(), start - 1), null);
  const jittered = job({ jitterMs: 30_000 });
  const starts = expected(jittered, start + 30_000);
  assert.ok(starts !== null && starts.notBefore > start);
  assert.equal(expected(jittered, starts.notBefore - 1), null);
});

const others: readonly (readonly [string, Job])[] = [
  ['a job without a next fire time', job({}, { nextFireAt: null })],
  ['a job that probes something', job({ requirements: [{ kind: 'readable', path: '/x' }] })],
  ['a job that is told a secret', job({ env: { KEY: '$' + '{secret:key}' } })],
  [
    'a job that is no command',
    job({
      action: sampleCall,
    }),
  ],
  ['a job whose occurrences are used up', job({ maxRuns: 1 }, { scheduledRuns: 1 })],
];

for (const [name, of] of others)
  test(`of ${name} nothing is expected`, () => {
    assert.equal(expected(of, start + minute), null);
  });

test('what is planned within the time that counts as punctual is the run that was expected', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000 }), fc.boolean(), (lateMs, isBusy) => {
      const of = job({ overlap: 'queue', jitterMs: 0 });
      const run = expected(of);
      const now = start + lateMs;
      const circumstances = { now, isBusy, gaps: [], catchUpsBefore: 0 };
      const [row, ...more] = planFiring(of, { ...context, ...circumstances }).rows;
      assert.ok(run !== null && row !== undefined && more.length === 0);
      assert.ok(isAsExpected(row, run));
      const { decidedAt: _, ...decided } = row;
      const { decidedAt: __, ...known } = run;
      assert.deepEqual(decided, known);
    }),
  );
});

test('another revision, another time, or what does not run is not as expected', () => {
  const run = expected(job());
  assert.ok(run !== null);
  assert.ok(isAsExpected({ ...run, id: 'S' }, run));
  assert.ok(!isAsExpected({ ...run, jobRevision: run.jobRevision + 1 }, run));
  assert.ok(!isAsExpected({ ...run, fireTime: start + minute }, run));
  assert.ok(!isAsExpected({ ...run, state: 'skipped' }, run));
});
