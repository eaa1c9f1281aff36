import type { Instant } from '../core/instant.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { Trouble } from '../core/readiness.ts';
import type { ReasonCode } from '../core/refusal.ts';
import type { Requirement } from '../core/requirement.ts';
import type { Outcome } from '../core/run.ts';
import type { Hidden } from '../core/secret.ts';

/** Names one attempt everywhere. */
export type AttemptKey = { readonly runId: string; readonly number: number };

export type StartOrder = {
  readonly key: AttemptKey;
  /** Program and arguments; a shell line is already `['/bin/sh', '-c', line]`. */
  readonly argv: readonly string[];
  /** The complete environment of the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly noOutputTimeoutMs: number | null;
  readonly outputLimit: number;
  /** Values that must not be seen in what is kept of its output. A run that was given none pays nothing. */
  readonly hidden: readonly Hidden[];
  /** What a worker of ours is told, one JSON document: a file beside the output, named to it by CRONKEEPER_WORK. Null: a command of the person. */
  readonly work: string | null;
};

/** A child waits at its gate, or could not be made; then no program ran. */
export type Prepared =
  | { readonly kind: 'waiting'; readonly process: ProcessIdentity }
  | { readonly kind: 'failed'; readonly reason: ReasonCode; readonly message: string };

/** Why a command could not begin: what the end of its attempt would say. */
export type Failure = { readonly reason: ReasonCode; readonly message: string };

/** How an attempt ended, as its wrapper recorded it. */
export type AttemptEnd = {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly reason: ReasonCode | null;
  readonly message: string | null;
  readonly outputBytes: number;
  readonly outputTruncated: boolean;
  /** Its output says that there is nothing to deliver; absent where nobody looked. */
  readonly isSilent?: boolean;
  /** Its work can be done then and not now: it asks to be started again. */
  readonly deferredUntil?: Instant;
};

/**
 * What can be known of an attempt from outside.
 * - `gated`: its process is alive and has not begun.
 * - `running`: it began and its process is alive.
 * - `ended`: its wrapper recorded the end.
 * - `not-started`: its process is gone and it never began, in this boot.
 * - `lost`: it began, or may have begun before the machine restarted, and no end was recorded. Nothing of it is left.
 * - `orphaned`: it began, its wrapper is gone without a record, and processes of it may be left. `adopt` ends them.
 */
export type Inspection =
  | { readonly kind: 'gated' }
  | { readonly kind: 'running'; readonly startedAt: Instant }
  | { readonly kind: 'orphaned'; readonly startedAt: Instant }
  | Over;

/** What can be known of an attempt that is over. */
export type Over =
  | { readonly kind: 'ended'; readonly end: AttemptEnd }
  | { readonly kind: 'not-started' }
  | {
      readonly kind: 'lost';
      readonly startedAt: Instant | null;
      /** How much it had written; absent where nothing is there to tell. */
      readonly outputBytes?: number;
    };

export type ExecutorEvent =
  | { readonly kind: 'began'; readonly key: AttemptKey; readonly startedAt: Instant }
  | { readonly kind: 'over'; readonly key: AttemptKey; readonly inspection: Over }
  /** The starter is gone. Running attempts go on; `open` makes a new one. */
  | { readonly kind: 'starter-lost' };

/** A running attempt whose owner goes; `process` is its wrapper. */
export type LeftAttempt = { readonly key: AttemptKey; readonly process: ProcessIdentity };

/** Runs processes through a starter: a small process begun before the scheduler grows. */
export type Executor = {
  /** Begins the starter if there is none; answers its identity. */
  open(): Promise<ProcessIdentity>;
  /** Makes a child that waits at its gate in its own session. Nothing of the job runs yet. One that was abandoned under its name is over before. */
  prepare(order: StartOrder): Promise<Prepared>;
  /**
   * Opens the gate. The gate itself refuses when the boot clock is past `deadlineBootMs`, the end of the holder's trust.
   * `began` or `over` follows as an event.
   */
  release(key: AttemptKey, deadlineBootMs: number): void;
  /** Closes the gate unopened; `over` with `not-started` follows. Twice, or too late, is fine. */
  abandon(key: AttemptKey): void;
  /** What is known of an attempt that some instance of this host authorised as `process`. Takes a second at most. */
  inspect(key: AttemptKey, process: ProcessIdentity): Promise<Inspection>;
  /**
   * Watches a running attempt that another instance started, and tells a starter left behind with it; `over` follows.
   * What is left of an orphaned one is ended before that.
   */
  adopt(key: AttemptKey, process: ProcessIdentity): void;
  /**
   * Ends the whole tree: TERM, 5 s, KILL, escaped processes included; the wrapper records `outcome` and `reason`.
   * Resolves when nothing of it is left, at most 10 s. A gated attempt is ended without having begun. Where its time is over, its wrapper
   * is left to record that.
   */
  end(
    key: AttemptKey,
    process: ProcessIdentity,
    verdict: { readonly outcome: Outcome; readonly reason: ReasonCode },
  ): Promise<void>;
  /** The runs of this home by which living processes are marked: those of other profiles are among them. */
  marked(): Promise<readonly string[]>;
  /** Ends processes that escaped from attempts which are over, at once when `isOverdue`. Answers how many. */
  sweep(over: readonly AttemptKey[], isOverdue: boolean): Promise<number>;
  /** Probes `readable`, `writable`, `command`, `full-disk-access` in the environment and folder of the run, 5 s at most. Null when met, else why not. */
  probe(
    requirement: Requirement,
    env: Readonly<Record<string, string>>,
    cwd: string,
  ): Promise<string | null>;
  /**
   * Looks whether the command of an order could begin, without starting it: its folder, the command and whether it may be executed,
   * in the order's own environment. By the same rule as a start. 5 s at most. Null when it could.
   */
  examine(order: Pick<StartOrder, 'argv' | 'env' | 'cwd'>): Promise<Failure | null>;
  /** Does what every start needs, without a job: writes where runs keep their files, makes a process. Null when both succeed. */
  trial(): Promise<Trouble | null>;
  /** So many attempts will soon be prepared at once: what they need may be made now. Nothing comes of it that has to be undone. */
  expect(count: number): void;
  /** Called for every event, in order; one listener. */
  listen(listener: (event: ExecutorEvent) => void): void;
  /** The runs that began from `since` on and before `then` and whose folders are there, whoever knows of them. */
  outputBetween(since: Instant, then: Instant): Promise<readonly string[]>;
  /** Removes the folders of these runs. Answers which stay, at least in part, and why; one that stays keeps no other. */
  removeOutput(runIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Lets the starter end; gates still closed are closed for good, running attempts go on. With `left` the starter stays behind
   * with these attempts, outlives this process, and ends those that no owner has adopted within 60 s of its awake time.
   */
  close(left?: readonly LeftAttempt[]): Promise<void>;
};
