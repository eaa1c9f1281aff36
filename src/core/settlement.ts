import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { ReasonCode } from './refusal.ts';
import type { Outcome, Run, RunState } from './run.ts';

/** What becomes of a run when one of its attempts is over, or before any began. One write. */
export type Settlement = {
  readonly runId: string;
  /** The attempt this is about; null for a run that is dismissed before any attempt. */
  readonly attempt: SettledAttempt | null;
  readonly run: {
    readonly state: RunState;
    readonly outcome: Outcome | null;
    readonly reason: ReasonCode | null;
    readonly message: string | null;
    readonly notBefore: Instant | null;
    readonly endedAt: Instant | null;
    readonly outputBytes: number | null;
    readonly outputTruncated: boolean;
  };
  /** The output says that there is nothing to deliver. */
  readonly isSilent?: boolean;
};

export type SettledAttempt = {
  readonly number: number;
  readonly state: 'ended' | 'not_started';
  readonly outcome: Outcome | null;
  readonly exitCode: number | null;
  readonly reason: ReasonCode | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
};

/** How an attempt ended, whoever saw it. */
export type SeenEnd = {
  readonly startedAt: Instant | null;
  readonly endedAt: Instant;
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly reason: ReasonCode | null;
  readonly message: string | null;
  readonly outputBytes: number | null;
  readonly outputTruncated: boolean;
  readonly isSilent?: boolean;
};

/** When the run may be started again; null when it will not be. */
export const againAt = ({ run }: Settlement): Instant | null =>
  run.state === 'queued' ? run.notBefore : null;

const longestRetryDelayMs = 3_600_000;

/** The wait before the attempt after `begun` attempts: doubles each time, at most an hour. */
export const retryDelayMs = (firstMs: number, begun: number): number =>
  Math.min(longestRetryDelayMs, firstMs * 2 ** Math.max(0, begun - 1));

/**
 * An attempt that began is over. Another attempt follows only when the job asks for it and the end is known
 * (`retries`), or the job runs again after a loss (`on-loss rerun`).
 *
 * @param job null when it was removed meanwhile; then nothing follows
 * @param begun how many attempts of this run began, this one included
 */
export function settleEnded(
  run: Run,
  job: Job | null,
  attempt: { readonly number: number; readonly begun: number; readonly end: SeenEnd },
): Settlement {
  const { end } = attempt;
  const again = job !== null && !run.cancelRequested && wantsAnother(job, end, attempt.begun);
  const settled: SettledAttempt = {
    number: attempt.number,
    state: 'ended',
    outcome: end.outcome,
    exitCode: end.exitCode,
    reason: end.reason,
    startedAt: end.startedAt,
    endedAt: end.endedAt,
  };
  const output = { outputBytes: end.outputBytes, outputTruncated: end.outputTruncated };
  if (again) {
    const waitMs = retryDelayMs(job.definition.retryDelayMs, attempt.begun);
    return {
      runId: run.id,
      attempt: settled,
      run: {
        state: 'queued',
        outcome: null,
        reason: end.reason,
        message: `Attempt ${attempt.number} ended ${end.outcome}; it is tried again.`,
        notBefore: end.endedAt + waitMs,
        endedAt: null,
        ...output,
      },
    };
  }
  return {
    runId: run.id,
    attempt: settled,
    run: {
      state: 'ended',
      outcome: end.outcome,
      reason: end.reason,
      message: end.message,
      notBefore: null,
      endedAt: end.endedAt,
      ...output,
    },
    ...(end.isSilent === true ? { isSilent: true } : {}),
  };
}

function wantsAnother(job: Job, end: SeenEnd, begun: number): boolean {
  if (end.outcome === 'unknown') return job.definition.onLoss === 'rerun' && begun < 3;
  return (
    (end.outcome === 'failed' || end.outcome === 'timed_out') && begun <= job.definition.retries
  );
}

/** Attempts of one run whose gates never opened before it is given up. */
const startTries = 10;
const startPauseMs = 1_000;

/** An attempt whose gate never opened: it does not count, and the run waits for a second before it is tried again. */
export function settleNotStarted(run: Run, number: number, now: Instant): Settlement {
  return {
    runId: run.id,
    attempt: {
      number,
      state: 'not_started',
      outcome: null,
      exitCode: null,
      reason: null,
      startedAt: null,
      endedAt: now,
    },
    run: afterNotStarted(run, number, now),
  };
}

function afterNotStarted(run: Run, number: number, now: Instant): Settlement['run'] {
  if (run.cancelRequested)
    return finalRun(
      'ended',
      'cancelled_by_request',
      'Cancelled before it began.',
      now,
      'cancelled',
    );
  if (number >= startTries)
    return finalRun(
      'ended',
      'start_failed',
      `Its gate did not open in ${number} tries.`,
      now,
      'failed',
    );
  return {
    state: 'queued',
    outcome: null,
    reason: null,
    message: null,
    notBefore: now + startPauseMs,
    endedAt: null,
    outputBytes: null,
    outputTruncated: false,
  };
}

/**
 * A queued run that will not be started any more. One of which an attempt began before is ended, whatever `state` says,
 * because the other three say that nothing of it ever ran.
 */
export function dismiss(
  run: Run,
  why: {
    readonly state: 'skipped' | 'missed' | 'refused' | 'ended';
    readonly reason: ReasonCode;
    readonly message: string;
    readonly outcome?: Outcome;
    readonly hasBegun: boolean;
  },
  now: Instant,
): Settlement {
  const isRetry = why.hasBegun && why.state !== 'ended';
  const lastOutcome = why.reason === 'replaced' ? 'cancelled' : 'failed';
  const outcome = isRetry ? lastOutcome : (why.outcome ?? null);
  return {
    runId: run.id,
    attempt: null,
    run: finalRun(isRetry ? 'ended' : why.state, why.reason, why.message, now, outcome),
  };
}

// biome-ignore lint/complexity/useMaxParams: a plain constructor of one row, read from left to right
const finalRun = (
  state: RunState,
  reason: ReasonCode,
  message: string,
  endedAt: Instant,
  outcome: Outcome | null,
): Settlement['run'] => ({
  state,
  outcome,
  reason,
  message,
  notBefore: null,
  endedAt,
  outputBytes: null,
  outputTruncated: false,
});
