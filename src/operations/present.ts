import type { Appointment } from '../core/appointment.ts';
import { ruleText } from '../core/appointment-text.ts';
import { ruleWords, serviceText } from '../core/eligibility.ts';
import { type Instant, toIso } from '../core/instant.ts';
import { jitterOf } from '../core/jitter.ts';
import type { Holder, Lease } from '../core/lease.ts';
import type { Provenance } from '../core/provenance.ts';
import { chainText } from '../core/provenance-chain.ts';
import type { Request } from '../core/request.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { RecordedAuditEntry } from '../ports/audit.ts';
import type {
  AppointmentAnswer,
  AttemptAnswer,
  AuditAnswer,
  HolderAnswer,
  ProvenanceAnswer,
  RequestAnswer,
  RunAnswer,
} from './answers.ts';
import type { OperationContext } from './operation.ts';

/** Turns what the core knows into what leaves the program. */

export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));

/** @param below what the process itself started, further down the chain */
export function provenanceAnswer(
  provenance: Provenance,
  now: Instant,
  below: readonly string[] = [],
): ProvenanceAnswer {
  return {
    level: provenance.level,
    service: provenance.service === null ? null : serviceText(provenance.service),
    chain: provenance.chain.map(({ pid, startMark, command }) => ({ pid, startMark, command })),
    words: chainText(provenance, below),
    facts: [...provenance.facts],
    ageMs: Math.max(0, now - provenance.probedAt),
  };
}

export function attemptAnswer(attempt: Attempt, now: Instant): AttemptAnswer {
  return {
    number: attempt.number,
    state: attempt.state,
    epoch: attempt.epoch,
    instanceId: attempt.instanceId,
    host: attempt.provenance.host,
    pid: attempt.process.pid,
    provenance: provenanceAnswer(attempt.provenance, now, ['starter', `run ${attempt.runId}`]),
    adoptedBy: attempt.adoptedBy,
    startedAt: isoOrNull(attempt.startedAt),
    endedAt: isoOrNull(attempt.endedAt),
    outcome: attempt.outcome,
    exitCode: attempt.exitCode,
    reason: attempt.reason,
  };
}

/** @param jitterMs of the job as it is now; 0 when it was removed */
export function runAnswer(
  run: Run,
  attempts: readonly Attempt[],
  known: { readonly now: Instant; readonly jitterMs: number },
): RunAnswer {
  const { fireTime, startedAt, endedAt } = run;
  const jitterMs = fireTime === null ? 0 : jitterOf(run.jobId, fireTime, known.jitterMs);
  return {
    id: run.id,
    profile: run.profile,
    job: { id: run.jobId, name: run.jobName },
    fireTime: isoOrNull(fireTime),
    fireTimeEnd: isoOrNull(run.fireTimeEnd),
    count: run.count,
    cause: run.cause,
    state: run.state,
    outcome: run.outcome,
    reason: run.reason,
    message: run.message,
    retryOf: run.retryOf,
    decidedAt: toIso(run.decidedAt),
    notBefore: toIso(run.notBefore),
    startedAt: isoOrNull(startedAt),
    endedAt: isoOrNull(endedAt),
    durationMs: startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt),
    latenessMs: fireTime === null || startedAt === null ? null : startedAt - fireTime - jitterMs,
    exitCode: run.exitCode,
    outputBytes: run.outputBytes,
    outputTruncated: run.outputTruncated,
    attempts: attempts.map((attempt) => attemptAnswer(attempt, known.now)),
  };
}

/** The same with what else has to be read from the store, which is asked twice for all of them. */
export async function runAnswers(
  context: OperationContext,
  runs: readonly Run[],
): Promise<RunAnswer[]> {
  const { store, clock } = context;
  const jobIds = [...new Set(runs.map(({ jobId }) => jobId))];
  const jobs = await store.jobs.some(context.profile, jobIds);
  const jitters = new Map(jobs.map(({ id, definition }) => [id, definition.jitterMs]));
  const now = clock.now().wall;
  const attempts = await store.runs.attemptsOf(runs.map(({ id }) => id));
  return runs.map((run) =>
    runAnswer(run, attempts.get(run.id) ?? [], { now, jitterMs: jitters.get(run.jobId) ?? 0 }),
  );
}

export function appointmentAnswer(appointment: Appointment): AppointmentAnswer {
  const { version, rule, actor, reason, at } = appointment;
  return {
    version,
    kind: rule.kind,
    rule: [...ruleText(rule)],
    words: ruleWords(appointment),
    actor,
    reason,
    at: toIso(at),
  };
}

export function holderAnswer(lease: Lease, now: Instant): HolderAnswer | null {
  const { holder } = lease;
  if (holder === null) return null;
  return {
    instanceId: holder.instanceId,
    role: holder.role,
    pid: holder.process.pid,
    host: holder.host,
    provenance: provenanceAnswer(holder.provenance, now, starterOf(holder)),
    epoch: lease.epoch,
    since: toIso(holder.since),
    heartbeatAgeMs: Math.max(0, now - lease.renewedAt),
  };
}

const starterOf = ({ starter }: Holder): readonly string[] =>
  starter === null ? [] : [`starter (pid ${starter.pid})`];

export function requestAnswer(
  request: Request,
  job: { readonly id: string; readonly name: string } | null,
): RequestAnswer {
  const { id, kind, state, runId, reason, message, createdAt, expiresAt } = request;
  return {
    receipt: id,
    kind,
    state,
    job,
    runId,
    reason,
    message,
    createdAt: toIso(createdAt),
    expiresAt: toIso(expiresAt),
  };
}

export function auditAnswer(entry: RecordedAuditEntry): AuditAnswer {
  const { sequence, at, actor, kind, subject, detail } = entry;
  return { sequence, at: toIso(at), actor, kind, subject, detail: { ...detail } };
}
