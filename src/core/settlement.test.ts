import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleJob } from '../../test/samples.ts';
import { baseRow } from './firing.ts';
import type { Job, JobDefinition } from './job.ts';
import { definitionDefaults } from './job.ts';
import type { ReasonCode } from './refusal.ts';
import type { Outcome } from './run.ts';
import {
  againAt,
  countEnd,
  dismiss,
  retryDelayMs,
  type SeenEnd,
  settleEnded,
  settleNotStarted,
} from './settlement.ts';

const job = (extra: Partial<JobDefinition> = {}): Job =>
  sampleJob({
    ...definitionDefaults,
    name: 'report',
    schedule: { kind: 'at', at: 0 },
    action: { kind: 'command', argv: ['true'], shell: false },
    cwd: '/',
    env: {},
    ...extra,
  });
const run = baseRow(job(), { now: 0, epoch: 1, newId: () => 'R' }, 'schedule');
const end = (outcome: Outcome) => ({
  startedAt: 10,
  endedAt: 20,
  outcome,
  exitCode: null,
  reason: null,
  message: null,
  outputBytes: 0,
  outputTruncated: false,
});

const cases: readonly [string, Partial<JobDefinition> | null, Outcome, number, string][] = [
  ['a success is final', { retries: 3 }, 'succeeded', 1, 'ended'],
  ['a failure is final without retries', {}, 'failed', 1, 'ended'],
  ['a failure is tried again', { retries: 1 }, 'failed', 1, 'queued'],
  ['a timeout is tried again', { retries: 1 }, 'timed_out', 1, 'queued'],
  ['not more often than asked', { retries: 1 }, 'failed', 2, 'ended'],
  ['a cancelled run is not tried again', { retries: 3 }, 'cancelled', 1, 'ended'],
  ['an unknown end is not tried again by retries', { retries: 3 }, 'unknown', 1, 'ended'],
  [
    'an unknown end is run again when the job asks for it',
    { onLoss: 'rerun' },
    'unknown',
    1,
    'queued',
  ],
  ['but not for ever', { onLoss: 'rerun' }, 'unknown', 3, 'ended'],
  ['a removed job is not tried again', null, 'failed', 1, 'ended'],
];
for (const [name, extra, outcome, begun, state] of cases) {
  test(name, () => {
    const of = extra === null ? null : job(extra);
    assert.equal(
      settleEnded(run, of, { number: begun, begun, deferred: 0, end: end(outcome) }).run.state,
      state,
    );
  });
}

test('a run whose end was asked for is not tried again', () => {
  const asked = { ...run, cancelRequested: true };
  const settled = settleEnded(asked, job({ retries: 3 }), {
    number: 1,
    begun: 1,
    deferred: 0,
    end: end('failed'),
  });
  assert.equal(settled.run.state, 'ended');
});

test('the wait before a retry doubles and stops growing at an hour', () => {
  assert.deepEqual(
    [1, 2, 3, 20].map((begun) => retryDelayMs(30_000, begun)),
    [30_000, 60_000, 120_000, 3_600_000],
  );
});

test('a gate that never opened leaves the run queued; cancelled, it is final', () => {
  assert.equal(settleNotStarted(run, { number: 1, begun: 0 }, 5).run.state, 'queued');
  assert.equal(
    settleNotStarted({ ...run, cancelRequested: true }, { number: 1, begun: 0 }, 5).run.outcome,
    'cancelled',
  );
});

test('gates that never open are not tried for ever', () => {
  assert.equal(settleNotStarted(run, { number: 10, begun: 0 }, 5).run.outcome, 'failed');
});

test('attempts that began are none of the gates that did not open', () => {
  assert.equal(settleNotStarted(run, { number: 10, begun: 9 }, 5).run.state, 'queued');
  assert.equal(
    settleNotStarted(run, { number: 19, begun: 9 }, 5).run.message,
    'Its gate did not open in 10 tries.',
  );
});

const noOutput = { outputBytes: null, outputTruncated: false };

test('an attempt that ended is written whole, and the run with it', () => {
  const whole = {
    startedAt: 10,
    endedAt: 20,
    outcome: 'failed',
    exitCode: 3,
    reason: 'exit_nonzero',
    message: 'three',
    outputBytes: 7,
    outputTruncated: true,
  } as const;
  const attempt = {
    number: 2,
    state: 'ended',
    outcome: 'failed',
    exitCode: 3,
    reason: 'exit_nonzero',
    startedAt: 10,
    endedAt: 20,
  };
  const final = settleEnded(run, job(), { number: 2, begun: 1, deferred: 0, end: whole });
  assert.deepEqual(final, {
    runId: 'R',
    attempt,
    run: {
      state: 'ended',
      outcome: 'failed',
      reason: 'exit_nonzero',
      message: 'three',
      notBefore: null,
      endedAt: 20,
      outputBytes: 7,
      outputTruncated: true,
    },
  });
  assert.equal(againAt(final), null);
  const again = settleEnded(run, job({ retries: 1, retryDelayMs: 500 }), {
    number: 2,
    begun: 1,
    deferred: 0,
    end: whole,
  });
  assert.deepEqual(again, {
    runId: 'R',
    attempt,
    run: {
      state: 'queued',
      outcome: null,
      reason: 'exit_nonzero',
      message: 'Attempt 2 ended failed; it is tried again.',
      notBefore: 520,
      endedAt: null,
      outputBytes: 7,
      outputTruncated: true,
    },
  });
  assert.equal(againAt(again), 520);
});

test('a gate that did not open leaves its trace, and the run waits a second', () => {
  assert.deepEqual(settleNotStarted(run, { number: 9, begun: 0 }, 50), {
    runId: 'R',
    attempt: {
      number: 9,
      state: 'not_started',
      outcome: null,
      exitCode: null,
      reason: null,
      startedAt: null,
      endedAt: 50,
    },
    run: {
      state: 'queued',
      outcome: null,
      reason: null,
      message: null,
      notBefore: 1_050,
      endedAt: null,
      ...noOutput,
    },
  });
  assert.deepEqual(settleNotStarted(run, { number: 10, begun: 0 }, 50).run, {
    state: 'ended',
    outcome: 'failed',
    reason: 'start_failed',
    message: 'Its gate did not open in 10 tries.',
    notBefore: null,
    endedAt: 50,
    ...noOutput,
  });
  assert.deepEqual(
    settleNotStarted({ ...run, cancelRequested: true }, { number: 1, begun: 0 }, 50).run,
    {
      state: 'ended',
      outcome: 'cancelled',
      reason: 'cancelled_by_request',
      message: 'Cancelled before it began.',
      notBefore: null,
      endedAt: 50,
      ...noOutput,
    },
  );
});

const dismissals = [
  ['missed', 'deadline_passed', false, undefined, 'missed', null],
  ['missed', 'deadline_passed', true, undefined, 'ended', 'failed'],
  ['skipped', 'replaced', false, undefined, 'skipped', null],
  ['skipped', 'replaced', true, undefined, 'ended', 'cancelled'],
  ['ended', 'cancelled_by_request', false, 'cancelled', 'ended', 'cancelled'],
  ['ended', 'cancelled_by_request', true, 'cancelled', 'ended', 'cancelled'],
  ['ended', 'replaced', true, undefined, 'ended', null],
] as const;
for (const [state, reason, hasBegun, outcome, becomes, as] of dismissals) {
  test(`a run ${hasBegun ? 'that began before' : 'that never began'}, dismissed as ${state} (${reason}), is ${becomes} ${as}`, () => {
    const why = { state, reason, message: 'why', hasBegun, ...(outcome && { outcome }) };
    assert.deepEqual(dismiss(run, why, 50), {
      runId: 'R',
      attempt: null,
      run: {
        state: becomes,
        outcome: as,
        reason,
        message: 'why',
        notBefore: null,
        endedAt: 50,
        ...noOutput,
      },
    });
  });
}

test('that an output is silent goes with the end of the run, and not with an attempt that is followed by another', () => {
  const silent = { ...end('succeeded'), isSilent: true };
  assert.equal(
    settleEnded(run, job(), { number: 1, begun: 1, deferred: 0, end: silent }).isSilent,
    true,
  );
  const plain = settleEnded(run, job(), {
    number: 1,
    begun: 1,
    deferred: 0,
    end: end('succeeded'),
  });
  assert.equal('isSilent' in plain, false);
  const again = settleEnded(run, job({ retries: 1 }), {
    number: 1,
    begun: 1,
    deferred: 0,
    end: end('failed'),
  });
  assert.equal('isSilent' in again, false);
});

const put = (until: number, reason: ReasonCode = 'rate_limited'): SeenEnd => ({
  ...end('failed'),
  reason,
  message: 'Until then.',
  deferredUntil: until,
});

test('work that can only be done later is started again then, and it counts as no try', () => {
  const until = run.decidedAt + 7_200_000;
  const settled = settleEnded(run, job(), { number: 1, begun: 1, deferred: 0, end: put(until) });
  assert.deepEqual(
    [settled.run.state, settled.run.notBefore, settled.run.reason, settled.run.message],
    ['queued', until, 'rate_limited', 'Until then.'],
  );
  assert.deepEqual(countEnd({ begun: 0, deferred: 0 }, settled), { begun: 1, deferred: 1 });
  const wordless = { ...put(until), message: null };
  const unsaid = settleEnded(run, job(), { number: 1, begun: 1, deferred: 0, end: wordless });
  assert.equal(unsaid.run.message, 'It can only be done later.');
  const failed = { number: 2, begun: 2, deferred: 1, end: end('failed') };
  assert.equal(settleEnded(run, job({ retries: 1 }), failed).run.state, 'queued');
  assert.equal(settleEnded(run, job({ retries: 0 }), failed).run.state, 'ended');
  assert.equal(
    settleEnded(run, job({ retries: 1 }), { ...failed, begun: 3 }).run.state,
    'ended',
    'one of three was put off, two were tries',
  );
});

test('work is not put off for ever, at once, after its end was asked for, or for another reason', () => {
  const at = (end: SeenEnd, deferred = 0, of = run) =>
    settleEnded(of, job(), { number: 1, begun: deferred + 1, deferred, end }).run;
  const soon = put(run.decidedAt);
  assert.equal(at(soon).notBefore, soon.endedAt + 1_000);
  assert.equal(at(soon, 19).state, 'queued');
  const over = at(soon, 20);
  assert.deepEqual([over.state, over.outcome, over.reason], ['ended', 'failed', 'rate_limited']);
  assert.equal(at(put(run.decidedAt + 8 * 86_400_000)).state, 'ended');
  assert.equal(at(soon, 0, { ...run, cancelRequested: true }).state, 'ended');
  assert.equal(at(put(run.decidedAt, 'agent_failed')).state, 'ended');
});
