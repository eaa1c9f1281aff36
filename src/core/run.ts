import type { Instant } from './instant.ts';
import type { ProcessIdentity, Provenance } from './provenance.ts';
import type { ReasonCode } from './refusal.ts';

/** Why a run exists. `catch-up` is an occurrence served later than 5 s after its time because nobody served it then. */
export type Cause = 'schedule' | 'catch-up' | 'request' | 'retry';

export type RunState = 'queued' | 'running' | 'ended' | 'skipped' | 'missed' | 'refused';

export type Outcome = 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'unknown';

/**
 * The one row of an occurrence or of a request: decision and run in one.
 *
 *     queued ──► running ──► ended(outcome)
 *        └─────► skipped | missed | refused (reason)      while no attempt began
 *
 * `queued` again after an attempt that did not begin, or before a retry. The last four states are final.
 */
export type Run = {
  readonly id: string;
  readonly profile: string;
  readonly jobId: string;
  /** As it was when the run was decided, so that history survives renames and removal. */
  readonly jobName: string;
  readonly jobRevision: number;
  readonly cause: Cause;
  /** Null for requests and for runs made by `retry`. */
  readonly fireTime: Instant | null;
  /** With `count` > 1 the row stands for that many missed occurrences from `fireTime` to `fireTimeEnd`. */
  readonly fireTimeEnd: Instant | null;
  readonly count: number;
  readonly state: RunState;
  readonly outcome: Outcome | null;
  readonly reason: ReasonCode | null;
  /** The reason in words, at most 500 characters. */
  readonly message: string | null;
  readonly retryOf: string | null;
  readonly requestId: string | null;
  /** The epoch under which it was decided; null when a person's change decided it. */
  readonly epoch: number | null;
  readonly decidedAt: Instant;
  /** Not to be started earlier: fire time plus jitter, stagger of a catch-up, or the wait before a retry. */
  readonly notBefore: Instant;
  /** Not to be started later: after it the run becomes `missed`. Null for requests. */
  readonly deadline: Instant | null;
  /** Somebody asked for its end; the holder ends it. */
  readonly cancelRequested: boolean;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly exitCode: number | null;
  readonly outputBytes: number | null;
  readonly outputTruncated: boolean;
};

/**
 * One try at a run.
 *
 *     authorised ──► began ──► ended(outcome)
 *          └───────► not_started       the gate never opened: does not count, may be tried again
 */
export type AttemptState = 'authorised' | 'began' | 'ended' | 'not_started';

export type Attempt = {
  readonly runId: string;
  /** 1, 2, … within the run, without gaps; attempts that did not start are numbered too. */
  readonly number: number;
  readonly state: AttemptState;
  readonly epoch: number;
  readonly instanceId: string;
  /** The wrapper process, whose end is the end of the attempt. */
  readonly process: ProcessIdentity;
  /** Of the instance that started it, frozen at the start. */
  readonly provenance: Provenance;
  /** The instance that took the running attempt over, with its epoch. */
  readonly adoptedBy: string | null;
  readonly authorisedAt: Instant;
  /** When it must have ended by itself; the wrapper enforces it. */
  readonly timeoutMs: number;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: Outcome | null;
  readonly exitCode: number | null;
  readonly reason: ReasonCode | null;
};

export const isFinal = (state: RunState): boolean => state !== 'queued' && state !== 'running';

/** As much of a run as a list of jobs shows. */
export type RunGlimpse = Pick<
  Run,
  'id' | 'fireTime' | 'state' | 'outcome' | 'reason' | 'decidedAt'
>;
