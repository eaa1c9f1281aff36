import type { Instant } from './instant.ts';
import type { JobAuthority } from './maker.ts';
import type { Requirement } from './requirement.ts';
import type { Schedule } from './schedule.ts';
import type { AgentWork, HttpWork } from './work.ts';

export type CatchUp =
  | { readonly kind: 'none' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'all'; readonly max: number };

export type Overlap = 'skip' | 'queue' | 'replace' | 'allow';

/** What to do after an attempt that began and whose end cannot be proven. */
export type OnLoss = 'report' | 'rerun';

/** A program with its arguments, no shell; with `shell` the single argument is a line for `/bin/sh -c`. */
export type CommandAction = {
  readonly kind: 'command';
  readonly argv: readonly string[];
  readonly shell: boolean;
};

/** A prompt for an agent. What it is told besides is looked up when a run starts. */
export type AgentAction = Omit<AgentWork, 'context'> & {
  /** Ids of jobs whose last success it is told; `last` is the job itself. */
  readonly contextFrom: readonly string[];
};

/** Stands for the job's own id, which a new one does not have yet. */
export const ownLast = 'last';

/** A question to a server. */
export type HttpAction = HttpWork;

export type Action = CommandAction | AgentAction | HttpAction;

/** Everything a person may set of a job. A change of any of it makes a new revision. */
export type JobDefinition = {
  /** A label, never a path or an option. */
  readonly name: string;
  readonly schedule: Schedule;
  readonly action: Action;
  /** Absolute folder in which the command starts. */
  readonly cwd: string;
  /** Added to the allow-list environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where results go. */
  readonly deliver: readonly string[];
  /** Where it is told that something went wrong; empty: where alerts go. */
  readonly onFailure: readonly string[];
  /** Address of a monitor that is told of each start and each end. */
  readonly ping: string | null;
  readonly catchUp: CatchUp;
  /** How late a start is still fine; null: half the period between 2 minutes and 2 hours, one-shots 24 hours. */
  readonly graceMs: number | null;
  readonly overlap: Overlap;
  readonly timeoutMs: number;
  readonly noOutputTimeoutMs: number | null;
  /** Further attempts after one that failed or timed out; the wait doubles from `retryDelayMs` up to an hour. */
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly onLoss: OnLoss;
  readonly requirements: readonly Requirement[];
  /** Each occurrence starts a stable pseudo-random part of this later. */
  readonly jitterMs: number;
  /** No occurrence before this instant, none at or after `endAt`. */
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  /** Scheduled runs after which the job is done; requests do not count. */
  readonly maxRuns: number | null;
  /** Bytes of output kept for each attempt. */
  readonly outputLimit: number;
};

/** `pending`: it would be enabled, and waits for a person's approval; as of a paused one, nothing of it is due meanwhile. */
export const jobStates = ['enabled', 'paused', 'pending', 'done'] as const;

export type JobState = (typeof jobStates)[number];

export type Job = {
  readonly id: string;
  readonly profile: string;
  /** Grows by one with each change by a person; a stale one is refused. */
  readonly revision: number;
  readonly state: JobState;
  readonly pausedReason: string | null;
  readonly definition: JobDefinition;
  readonly authority: JobAuthority;
  /** The earliest undecided fire time; null when the job is not enabled. The only thing that makes a job due. */
  readonly nextFireAt: Instant | null;
  /** Scheduled runs decided so far, for `maxRuns`. */
  readonly scheduledRuns: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

export const definitionDefaults = {
  deliver: ['inbox'],
  onFailure: [],
  ping: null,
  catchUp: { kind: 'latest' },
  graceMs: null,
  overlap: 'skip',
  timeoutMs: 3_600_000,
  noOutputTimeoutMs: null,
  retries: 0,
  retryDelayMs: 30_000,
  onLoss: 'report',
  requirements: [],
  jitterMs: 0,
  startAt: null,
  endAt: null,
  maxRuns: null,
  outputLimit: 10 * 1024 * 1024,
} as const satisfies Partial<JobDefinition>;
