import type { Instant } from '../core/instant.ts';
import type { Job, JobState } from '../core/job.ts';
import type { Run } from '../core/run.ts';
import type { AuditEntry } from './audit.ts';

/** What a person's change of one job writes, in one transaction. */
export type JobChange = {
  readonly profile: string;
  readonly jobId: string;
  /** The change was computed from this state; if the row moved on, nothing is written. */
  readonly seen: { readonly revision: number; readonly nextFireAt: Instant | null };
  /** Null removes the job; its runs stay, its queued ones must be among `decisions`' business of the caller. */
  readonly after: Job | null;
  /** Rows for the occurrences that were due and undecided under the schedule that changes. */
  readonly decisions: readonly Run[];
  readonly entry: AuditEntry;
};

export type JobCreation = {
  readonly job: Job;
  /** With equal `content` a second creation under the same key answers the first job. `content` is compared as text. */
  readonly key: { readonly key: string; readonly content: string } | null;
  /** For a job that no person makes: how many of those there may be that are not done, this one among them. */
  readonly quota?: number;
  /** Ids of the jobs of its name that the planner knew; left out where namesakes are no matter. Only `apply` looks at it. */
  readonly namesakes?: ReadonlySet<string>;
  readonly entry: AuditEntry;
};

export type JobCreated =
  | { readonly kind: 'created' }
  /** With what was to be made there would be more than there may be. `jobs` are there; nothing was written. */
  | { readonly kind: 'quota-reached'; readonly jobs: number }
  | { readonly kind: 'same-key'; readonly jobId: string; readonly sameContent: boolean };

export type SameKey = Extract<JobCreated, { readonly kind: 'same-key' }>;

export type JobStore = {
  create(creation: JobCreation): Promise<JobCreated>;
  /**
   * All or nothing, at most 5,000. `stale` names the first job that had moved on, or that was to be made although one has its id, or
   * its name without being among its `namesakes`; then nothing was written.
   */
  apply(
    creations: readonly JobCreation[],
    changes: readonly JobChange[],
  ): Promise<
    | { readonly kind: 'applied' }
    | { readonly kind: 'stale'; readonly jobId: string }
    | { readonly kind: 'quota-reached'; readonly jobs: number }
  >;
  change(change: JobChange): Promise<'changed' | 'stale'>;
  /** What `create` would answer to a key that was used; null while it is free. A moment later it may not be. */
  underKey(profile: string, key: NonNullable<JobCreation['key']>): Promise<SameKey | null>;
  /** How many jobs that count against a quota are not done. */
  ofAgents(profile: string): Promise<number>;
  get(profile: string, id: string): Promise<Job | null>;
  /** Those of these that are there, in no order. */
  some(profile: string, ids: readonly string[]): Promise<readonly Job[]>;
  /** Compares names without regard to case. At most 20, oldest first. */
  byName(profile: string, name: string): Promise<readonly Job[]>;
  /** By name, then id; `after`: the last id of the page before. `like`: all with this text, in any case, and perhaps more: look at them. */
  list(
    profile: string,
    page: {
      readonly after: string | null;
      readonly limit: number;
      readonly state?: JobState;
      readonly like?: string;
    },
  ): Promise<readonly Job[]>;
  /** Enabled jobs with `nextFireAt` at or before `until`, earliest first. */
  due(profile: string, until: Instant, limit: number): Promise<readonly Job[]>;
  /** `nextFireAt` of the `limit` enabled jobs that have the earliest ones, in their order. */
  nextFireTimes(profile: string, limit: number): Promise<readonly Instant[]>;
  counts(profile: string): Promise<Readonly<Record<JobState, number>>>;
};
