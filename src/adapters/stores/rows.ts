import type { Appointment } from '../../core/appointment.ts';
import type { Instance } from '../../core/instance.ts';
import { type Job, type JobState, jobStates } from '../../core/job.ts';
import type { Lease } from '../../core/lease.ts';
import { reasonCodes } from '../../core/refusal.ts';
import type { Request, RequestKind, RequestState } from '../../core/request.ts';
import type {
  Attempt,
  AttemptState,
  Cause,
  Outcome,
  Run,
  RunGlimpse,
  RunState,
} from '../../core/run.ts';
import type { AuditEntry, RecordedAuditEntry } from '../../ports/audit.ts';
import type { Profile } from '../../ports/profiles.ts';
import type { RunTally } from '../../ports/store.ts';
import {
  document,
  integer,
  integerOrNull,
  oneOf,
  oneOfOrNull,
  sealed,
  text,
  textOrNull,
  truth,
} from './columns.ts';
import {
  isFields,
  isFindings,
  isHolder,
  isInstance,
  isProcess,
  isProvenance,
  isRule,
} from './documents.ts';
import type { SqlRow, SqlValue } from './driver.ts';
import { contentOf } from './job-content.ts';

const causes = ['schedule', 'catch-up', 'request', 'retry'] as const satisfies readonly Cause[];
const runStates = [
  'queued',
  'running',
  'ended',
  'skipped',
  'missed',
  'refused',
] as const satisfies readonly RunState[];
const outcomes = [
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'unknown',
] as const satisfies readonly Outcome[];
const attemptStates = [
  'authorised',
  'began',
  'ended',
  'not_started',
] as const satisfies readonly AttemptState[];
const requestKinds = [
  'run',
  'cancel',
  'handover',
  'probe',
] as const satisfies readonly RequestKind[];
const requestStates = [
  'waiting',
  'accepted',
  'refused',
  'expired',
] as const satisfies readonly RequestState[];

export const profileOf = (row: SqlRow): Profile => ({
  name: text(row, 'name'),
  createdAt: integer(row, 'created_at'),
});

export const jobStateOf = (row: SqlRow): JobState => oneOf(row, 'state', jobStates);

/** What names are compared and sorted by: without regard to case. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();

export const jobOf = (row: SqlRow): Job => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  revision: integer(row, 'revision'),
  state: jobStateOf(row),
  pausedReason: textOrNull(row, 'paused_reason'),
  ...contentOf(row),
  nextFireAt: integerOrNull(row, 'next_fire_at'),
  scheduledRuns: integer(row, 'scheduled_runs'),
  createdAt: integer(row, 'created_at'),
  updatedAt: integer(row, 'updated_at'),
});

/** In the order of the columns of `jobs`. */
export const jobValues = (job: Job): readonly SqlValue[] => [
  job.profile,
  job.id,
  job.revision,
  job.state,
  job.pausedReason,
  nameKey(job.definition.name),
  sealed(JSON.stringify({ ...job.definition, authority: job.authority })),
  job.nextFireAt,
  job.scheduledRuns,
  job.createdAt,
  job.updatedAt,
];

export const runOf = (row: SqlRow): Run => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  jobId: text(row, 'job_id'),
  jobName: text(row, 'job_name'),
  jobRevision: integer(row, 'job_revision'),
  cause: oneOf(row, 'cause', causes),
  fireTime: integerOrNull(row, 'fire_time'),
  fireTimeEnd: integerOrNull(row, 'fire_time_end'),
  count: integer(row, 'occurrences'),
  state: oneOf(row, 'state', runStates),
  outcome: oneOfOrNull(row, 'outcome', outcomes),
  reason: oneOfOrNull(row, 'reason', reasonCodes),
  message: textOrNull(row, 'message'),
  retryOf: textOrNull(row, 'retry_of'),
  requestId: textOrNull(row, 'request_id'),
  epoch: integerOrNull(row, 'epoch'),
  decidedAt: integer(row, 'decided_at'),
  notBefore: integer(row, 'not_before'),
  deadline: integerOrNull(row, 'deadline'),
  cancelRequested: truth(row, 'cancel_requested'),
  startedAt: integerOrNull(row, 'started_at'),
  endedAt: integerOrNull(row, 'ended_at'),
  exitCode: integerOrNull(row, 'exit_code'),
  outputBytes: integerOrNull(row, 'output_bytes'),
  outputTruncated: truth(row, 'output_truncated'),
});

export const glimpseOf = (row: SqlRow): RunGlimpse => ({
  id: text(row, 'id'),
  fireTime: integerOrNull(row, 'fire_time'),
  state: oneOf(row, 'state', runStates),
  outcome: oneOfOrNull(row, 'outcome', outcomes),
  reason: oneOfOrNull(row, 'reason', reasonCodes),
  decidedAt: integer(row, 'decided_at'),
});

export const tallyOf = (row: SqlRow): RunTally => ({
  jobId: text(row, 'job_id'),
  jobName: text(row, 'job_name'),
  state: oneOf(row, 'state', runStates),
  outcome: oneOfOrNull(row, 'outcome', outcomes),
  reason: oneOfOrNull(row, 'reason', reasonCodes),
  rows: integer(row, 'row_count'),
  occurrences: integer(row, 'occurrences'),
  firstAt: integer(row, 'first_at'),
  lastAt: integer(row, 'last_at'),
  lastId: text(row, 'last_id'),
});

/** In the order of the columns of `runs`. */
export const runValues = (run: Run): readonly SqlValue[] => [
  run.id,
  run.profile,
  run.jobId,
  run.jobName,
  run.jobRevision,
  run.cause,
  run.fireTime,
  run.fireTimeEnd,
  run.count,
  run.state,
  run.outcome,
  run.reason,
  run.message,
  run.retryOf,
  run.requestId,
  run.epoch,
  run.decidedAt,
  run.notBefore,
  run.deadline,
  run.cancelRequested ? 1 : 0,
  run.startedAt,
  run.endedAt,
  run.exitCode,
  run.outputBytes,
  run.outputTruncated ? 1 : 0,
];

export const attemptOf = (row: SqlRow): Attempt => ({
  runId: text(row, 'run_id'),
  number: integer(row, 'number'),
  state: oneOf(row, 'state', attemptStates),
  epoch: integer(row, 'epoch'),
  instanceId: text(row, 'instance_id'),
  process: document(row, 'process', isProcess),
  provenance: document(row, 'provenance', isProvenance),
  adoptedBy: textOrNull(row, 'adopted_by'),
  authorisedAt: integer(row, 'authorised_at'),
  timeoutMs: integer(row, 'timeout_ms'),
  startedAt: integerOrNull(row, 'started_at'),
  endedAt: integerOrNull(row, 'ended_at'),
  outcome: oneOfOrNull(row, 'outcome', outcomes),
  exitCode: integerOrNull(row, 'exit_code'),
  reason: oneOfOrNull(row, 'reason', reasonCodes),
});

export const leaseOf = (row: SqlRow): Lease => ({
  profile: text(row, 'profile'),
  epoch: integer(row, 'epoch'),
  holder: row['holder'] === null ? null : document(row, 'holder', isHolder),
  appointmentVersion: integer(row, 'appointment_version'),
  renewals: integer(row, 'renewals'),
  renewedAt: integer(row, 'renewed_at'),
  ttlMs: integer(row, 'ttl_ms'),
  endRunsUpTo: integer(row, 'end_runs_up_to'),
  preferredId: textOrNull(row, 'preferred_id'),
});

export const appointmentOf = (row: SqlRow): Appointment => ({
  profile: text(row, 'profile'),
  version: integer(row, 'version'),
  rule: document(row, 'rule', isRule),
  actor: text(row, 'actor'),
  reason: textOrNull(row, 'reason'),
  at: integer(row, 'at'),
});

export const instanceOf = (row: SqlRow): Instance => document(row, 'body', isInstance);

/**
 * What was found out is kept where other kinds keep their words: a column of its own would be a new schema, which keeps a running
 * owner of the version before from working.
 */
const answerOf = (row: SqlRow): Pick<Request, 'message' | 'findings'> => {
  const isFound = row['kind'] === 'probe' && row['state'] === 'accepted' && row['message'] !== null;
  return isFound
    ? { message: null, findings: document(row, 'message', isFindings) }
    : { message: textOrNull(row, 'message') };
};

export const requestOf = (row: SqlRow): Request => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  kind: oneOf(row, 'kind', requestKinds),
  jobId: textOrNull(row, 'job_id'),
  runId: textOrNull(row, 'run_id'),
  retryOf: textOrNull(row, 'retry_of'),
  actor: text(row, 'actor'),
  state: oneOf(row, 'state', requestStates),
  reason: oneOfOrNull(row, 'reason', reasonCodes),
  ...answerOf(row),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
  answeredAt: integerOrNull(row, 'answered_at'),
});

export const auditOf = (row: SqlRow): RecordedAuditEntry => ({
  sequence: integer(row, 'sequence'),
  profile: text(row, 'profile'),
  at: integer(row, 'at'),
  actor: text(row, 'actor'),
  kind: text(row, 'kind'),
  subject: text(row, 'subject'),
  detail: document(row, 'detail', isFields),
});

/** In the order of the columns of `audit`, without its sequence. */
export const auditValues = (entry: AuditEntry): readonly SqlValue[] => [
  entry.profile,
  entry.at,
  entry.actor,
  entry.kind,
  entry.subject,
  JSON.stringify(entry.detail),
];
