import { dayMs, type Instant } from './instant.ts';
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
  /** Its work can be done then and not now. */
  readonly deferredUntil?: Instant;
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
 * (`retries`), the job runs again after a loss (`on-loss rerun`), or its work can only be done later.
 *
 * @param job null when it was removed meanwhile; then nothing follows. Not looked at where nothing may follow
 * @param attempt `begun`: how many attempts of this run began, this one included; `deferred`: how many before it were deferred
 */
export function settleEnded(run: Run, job: Job | null, attempt: EndedAttempt): Settlement {
  const { end } = attempt;
  const mayGoOn = mayFollow(end) && !run.cancelRequested;
  const again = job === null || !mayGoOn ? null : nextTry(run, job, attempt);
  const settled: SettledAttempt = {
    number: attempt.number,
    state: 'ended',
    outcome: again?.isDeferral === true ? 'cancelled' : end.outcome,
    exitCode: end.exitCode,
    reason: end.reason,
    startedAt: end.startedAt,
    endedAt: end.endedAt,
  };
  const output = { outputBytes: end.outputBytes, outputTruncated: end.outputTruncated };
  if (again !== null)
    return {
      runId: run.id,
      attempt: settled,
      run: {
        state: 'queued',
        outcome: null,
        reason: end.reason,
        message: again.message,
        notBefore: again.at,
        endedAt: null,
        ...output,
      },
    };
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

/** How often a run began, and how many of these attempts were put off: those count as no try. */
export type Tries = { readonly begun: number; readonly deferred: number };

/** The tries of a run once an attempt that began is settled. */
export const countEnd = ({ begun, deferred }: Tries, { attempt }: Settlement): Tries => ({
  begun: begun + (attempt?.state === 'ended' ? 1 : 0),
  deferred: deferred + (attempt !== null && wasDeferred(attempt) ? 1 : 0),
});

/** Whether another attempt may follow such an end, if the job asks for it. */
export const mayFollow = ({ outcome, deferredUntil }: SeenEnd): boolean =>
  outcome !== 'succeeded' || deferredUntil !== undefined;

type EndedAttempt = Tries & { readonly number: number; readonly end: SeenEnd };

type NextTry = { readonly at: Instant; readonly message: string; readonly isDeferral: boolean };

function nextTry(
  run: Run,
  job: Job,
  { number, begun, deferred, end }: EndedAttempt,
): NextTry | null {
  const { deferredUntil } = end;
  if (
    deferredUntil !== undefined &&
    isReasonToDefer(end.reason) &&
    deferred < mostDeferrals &&
    deferredUntil <= run.decidedAt + longestDeferralMs
  )
    return {
      at: Math.max(deferredUntil, end.endedAt + leastDeferralMs),
      message: end.message ?? 'It can only be done later.',
      isDeferral: true,
    };
  const tries = begun - deferred;
  if (!wantsAnother(job, end, tries)) return null;
  return {
    at: end.endedAt + retryDelayMs(job.definition.retryDelayMs, tries),
    message: `Attempt ${number} ended ${end.outcome}; it is tried again.`,
    isDeferral: false,
  };
}

/** A run that is deferred again and again, or for longer than this since it was decided, has failed. */
const mostDeferrals = 20;
const longestDeferralMs = 7 * dayMs;
const leastDeferralMs = 1_000;

/**
 * Whether an attempt ended by being put off. It began, and it counts as no try: nothing of the job's work was done. No attempt is
 * cancelled for these reasons otherwise.
 */
export const wasDeferred = ({
  outcome,
  reason,
}: Pick<SettledAttempt, 'outcome' | 'reason'>): boolean =>
  outcome === 'cancelled' && isReasonToDefer(reason);

/** The reasons for which a run may be put off. */
export const isReasonToDefer = (reason: ReasonCode | null): boolean =>
  reason !== null && reasonsToDefer.has(reason);

const reasonsToDefer: ReadonlySet<ReasonCode> = new Set([
  'rate_limited',
  'quota_exhausted',
  'overloaded',
]);

function wantsAnother(job: Job, end: SeenEnd, begun: number): boolean {
  if (end.outcome === 'unknown') return job.definition.onLoss === 'rerun' && begun < 3;
  return (
    (end.outcome === 'failed' || end.outcome === 'timed_out') && begun <= job.definition.retries
  );
}

/** Attempts of one run whose gates never opened before it is given up. */
const startTries = 10;
const startPauseMs = 1_000;

/**
 * An attempt whose gate never opened: it does not count, and the run waits for a second before it is tried again.
 *
 * @param attempt `begun`: how many attempts before it began
 */
export function settleNotStarted(run: Run, attempt: UnopenedAttempt, now: Instant): Settlement {
  return {
    runId: run.id,
    attempt: {
      number: attempt.number,
      state: 'not_started',
      outcome: null,
      exitCode: null,
      reason: null,
      startedAt: null,
      endedAt: now,
    },
    run: afterNotStarted(run, attempt, now),
  };
}

type UnopenedAttempt = { readonly number: number; readonly begun: number };

function afterNotStarted(
  run: Run,
  { number, begun }: UnopenedAttempt,
  now: Instant,
): Settlement['run'] {
  if (run.cancelRequested)
    return finalRun(
      'ended',
      'cancelled_by_request',
      'Cancelled before it began.',
      now,
      'cancelled',
    );
  const unopened = number - begun;
  if (unopened >= startTries)
    return finalRun(
      'ended',
      'start_failed',
      `Its gate did not open in ${unopened} tries.`,
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
