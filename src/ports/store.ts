import type { FiringPlan } from '../core/firing.ts';
import type { Instance } from '../core/instance.ts';
import type { Instant } from '../core/instant.ts';
import type { Fence, Holder, Lease } from '../core/lease.ts';
import type { Findings } from '../core/probe.ts';
import type { ProcessIdentity, Provenance } from '../core/provenance.ts';
import type { ReasonCode } from '../core/refusal.ts';
import type { Request } from '../core/request.ts';
import type { Attempt, Outcome, Run, RunGlimpse, RunState } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import type { AccessStore } from './access.ts';
import type { AnsweredStore } from './answered.ts';
import type { AppointmentStore } from './appointments.ts';
import type { AuditEntry, AuditStore } from './audit.ts';
import type { ChatStore } from './chat.ts';
import type { EventStore } from './events.ts';
import type { AttemptKey } from './executor.ts';
import type { JobStore } from './jobs.ts';
import type { OutboxStore } from './outbox.ts';
import type { ProfileStore } from './profiles.ts';

/** The store could not answer: locked for too long, full, read-only, corrupt or gone. Whether a write happened is unknown; ask again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code: ReasonCode;
  constructor(code: ReasonCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The answer to a write that carries a fence: done, or rejected because `epoch` is the current one. Nothing was written then. */
export type Fenced<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'fenced'; readonly epoch: number };

/** Every method is atomic, durable when it answers, and throws `StoreUnavailable` when it cannot answer. */
export type Store = {
  readonly profiles: ProfileStore;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly appointments: AppointmentStore;
  readonly instances: InstanceStore;
  readonly requests: RequestStore;
  readonly audit: AuditStore;
  readonly outbox: OutboxStore;
  readonly upkeep: UpkeepStore;
  readonly access: AccessStore;
  readonly events: EventStore;
  readonly answered: AnsweredStore;
  readonly chat: ChatStore;
  /** Twice is fine. */
  close(): Promise<void>;
};

/** A place among the open runs. */
export type OpenPlace = Pick<Run, 'id' | 'notBefore'>;

export type RunFilter = {
  readonly jobId?: string;
  readonly states?: readonly RunState[];
  readonly outcomes?: readonly Outcome[];
  /** Decided before this run id (exclusive), for paging newest first. */
  readonly before?: string | null;
  readonly limit: number;
};

export type RunStore = {
  /** Decides occurrences; answers the rows that were inserted. A job that moved on and a (job, fire time) that exists write nothing. */
  fire(fence: Fence, plans: readonly FiringPlan[]): Promise<Fenced<readonly Run[]>>;
  /** Turns waiting requests into queued runs (or refuses them), each once. Answers the rows that were inserted. */
  acceptRequests(fence: Fence, answers: readonly RequestAnswer[]): Promise<Fenced<readonly Run[]>>;
  /**
   * Settles the ends that make room; then records that attempts may begin, and sets their runs to `running`. An entry whose run is not
   * `queued`, or whose end was asked for, writes nothing. Answers the run ids that moved.
   */
  authorise(
    fence: Fence,
    authorisations: readonly { readonly attempt: Attempt }[],
    ends?: readonly Settlement[],
  ): Promise<Fenced<readonly string[]>>;
  /** Records when attempts began. Twice is fine; an attempt that ended keeps its end. */
  markBegan(
    fence: Fence,
    begun: readonly (AttemptKey & { readonly startedAt: Instant })[],
  ): Promise<Fenced<null>>;
  /** Ends attempts and moves their runs on. A run already final keeps its state. Answers the run ids that moved. */
  settle(fence: Fence, settlements: readonly Settlement[]): Promise<Fenced<readonly string[]>>;
  adopt(fence: Fence, runId: string, number: number): Promise<Fenced<null>>;
  get(profile: string, id: string): Promise<Run | null>;
  attempts(runId: string): Promise<readonly Attempt[]>;
  /** The same of each of these runs that has any, by its id. */
  attemptsOf(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly Attempt[]>>;
  /** Queued and running, by `notBefore` and `id`, at most `limit`; behind that place, if one is given. */
  open(profile: string, limit: number, after?: OpenPlace): Promise<readonly Run[]>;
  /** Newest decision first. */
  list(profile: string, filter: RunFilter): Promise<readonly Run[]>;
  /** The newest decisions of one job, newest first, as far as a list of jobs shows them. */
  latest(profile: string, jobId: string, limit: number): Promise<readonly RunGlimpse[]>;
  /** The same of each of these jobs that has any, by its id. Cheap: it is asked about a hundred jobs at a time. */
  latestOf(
    profile: string,
    jobIds: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, readonly RunGlimpse[]>>;
  /**
   * What was decided since then, and what ended since then and was decided a day before at most, counted by job and result; at most
   * `limit` lines, the newest first.
   */
  tally(profile: string, since: Instant, limit: number): Promise<readonly RunTally[]>;
  /** Up to which fire time occurrences of the job were decided, by rows of their own or by ranges; null when none was. */
  decidedUntil(profile: string, jobId: string): Promise<Instant | null>;
  /** The run that decided this occurrence: its own row, or the range row that covers it. */
  decisionOf(profile: string, jobId: string, fireTime: Instant): Promise<Run | null>;
  /** Marks a queued or running run so that the holder ends it; answers false when it is final. */
  requestCancel(profile: string, runId: string, entry: AuditEntry): Promise<boolean>;
};

/** Rows of one job with the same result, counted. */
export type RunTally = Pick<Run, 'jobId' | 'jobName' | 'state' | 'outcome' | 'reason'> & {
  readonly rows: number;
  /** Occurrences that the rows stand for. */
  readonly occurrences: number;
  /** The first and the last fire time; of requests when they were decided. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** The newest of the rows. */
  readonly lastId: string;
};

export type RequestAnswer =
  | { readonly kind: 'accept'; readonly requestId: string; readonly run: Run }
  /** Of a probe: it is being looked into. */
  | { readonly kind: 'take'; readonly requestId: string }
  | {
      readonly kind: 'refuse' | 'expire';
      readonly requestId: string;
      readonly reason: ReasonCode;
      readonly message: string;
    };

export type Claim = {
  readonly profile: string;
  readonly holder: Holder;
  readonly ttlMs: number;
  /** The lease as it was judged; a renewal or a change of hands since then makes the claim `changed`. */
  readonly seen: { readonly epoch: number; readonly renewals: number };
  readonly appointmentVersion: number;
  /**
   * Why the lease may be taken. `free`: nobody holds it. `ended`: its holder was seen dead on this host.
   * `expired`: judged by the store's own clock, TTL plus margin after the last renewal; for holders that cannot be seen.
   */
  readonly grounds: 'free' | 'ended' | 'expired';
  readonly entry: AuditEntry;
};

export type Claimed =
  | { readonly kind: 'claimed'; readonly lease: Lease }
  | { readonly kind: 'changed' }
  | { readonly kind: 'appointment-changed' };

export type LeaseStore = {
  /** The lease as it is; for a profile that was never held, epoch 0 without holder. */
  read(profile: string): Promise<Lease>;
  /** Takes the lease; the epoch grows by one. Compares `seen` and the version of the appointment in the same transaction. */
  claim(claim: Claim): Promise<Claimed>;
  /**
   * A sign of life: every process sees it at once, but a power cut, which ends its holder, may take it back. With the holder's row, which
   * is written along, it lasts.
   */
  renew(fence: Fence, provenance: Provenance, row?: Instance): Promise<Fenced<Lease>>;
  recordStarter(fence: Fence, starter: ProcessIdentity): Promise<Fenced<null>>;
  /** Gives the lease up; the preference stays, so that others leave it to the preferred one. A release of an old term frees nothing. */
  release(fence: Fence, entry: AuditEntry): Promise<Fenced<null>>;
  /** Asks the holder of this epoch to drain in favour of `instanceId`; null withdraws. */
  prefer(profile: string, epoch: number, instanceId: string | null): Promise<void>;
};

export type InstanceStore = {
  /** Inserts or replaces the row of this instance. */
  report(instance: Instance): Promise<void>;
  remove(profile: string, id: string): Promise<void>;
  list(profile: string): Promise<readonly Instance[]>;
};

export type RequestStore = {
  /** @param entry null for a probe, which changes nothing that anybody would want to know of */
  create(request: Request, entry: AuditEntry | null): Promise<void>;
  /**
   * The same for a request to run a job, unless an earlier one is still open: one that `waiting` for the owner, or with `open` also one
   * whose run is queued or running. Then nothing is written.
   *
   * @returns the earlier one, or null when this one was made
   */
  createOnce(
    request: Request,
    entry: AuditEntry,
    alike: 'waiting' | 'open',
  ): Promise<Request | null>;
  /** The newest probe that was answered. */
  lastAnswered(profile: string): Promise<Request | null>;
  /** The answer to a probe. */
  recordFindings(fence: Fence, id: string, findings: Findings): Promise<Fenced<null>>;
  get(profile: string, id: string): Promise<Request | null>;
  /** Oldest first. */
  waiting(profile: string, limit: number): Promise<readonly Request[]>;
};

export type Prunable = { readonly runId: string; readonly outputBytes: number };

export type UpkeepStore = {
  /** Changes whenever another connection committed; equal answers mean that nothing was written in between. */
  changeToken(): Promise<string>;
  /** Final runs that retention no longer keeps, oldest first. The latest decision of each job is always kept. */
  prunable(
    profile: string,
    keep: { readonly since: Instant; readonly runs: number; readonly outputBytes: number },
    limit: number,
  ): Promise<readonly Prunable[]>;
  /** Removes these final runs with their attempts, under the fence. */
  prune(fence: Fence, runIds: readonly string[], auditBefore: Instant): Promise<Fenced<number>>;
  /** Puts away what was written lately, so that what is written next needs no new place. Changes nothing that anybody reads. */
  writeBack(): Promise<void>;
  /** Which of these runs exist; for finding folders that nobody knows. */
  existing(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** A complete copy into a new file, made while others write. Throws if the file exists. */
  backup(path: string): Promise<void>;
  /** Problems found, none when whole. */
  check(): Promise<readonly string[]>;
  settings(): Promise<Readonly<Record<string, string>>>;
};
