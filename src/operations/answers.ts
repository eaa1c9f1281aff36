import { z } from 'zod';
import { jobStates } from '../core/job.ts';
import { roles } from '../core/provenance.ts';
import { reasonCodes } from '../core/refusal.ts';
import { serviceRoles } from '../core/service-record.ts';
import {
  agentWorkSchema,
  deferredSchema,
  httpWorkSchema,
  jobNumbersSchema,
} from './answers-work.ts';
import { authorityFields } from './authority-answer.ts';
import { foreignTimerSchema } from './foreign-answers.ts';

/**
 * The shapes in which answers leave the program, the same for every door.
 * Times are UTC ISO 8601; durations end in `Ms`. Adding a field is free; changing one needs a decision record.
 */

export const time = z.iso.datetime();
export const reasonSchema = z.enum(reasonCodes);

export const remedySchema = z.object({ kind: z.enum(['command', 'advice']), text: z.string() });

export const readinessSchema = z.object({
  willRun: z.boolean(),
  code: reasonSchema,
  message: z.string(),
  remedy: remedySchema.nullable(),
  by: z
    .object({
      instanceId: z.string(),
      role: z.enum(roles),
      pid: z.number(),
      host: z.string(),
      service: z.string().nullable(),
      level: z.string(),
      since: time,
    })
    .nullable(),
});

export const nextFireSchema = z.object({
  at: time,
  local: z.string(),
  dst: z.string().nullable(),
});

export const understoodSchema = z.object({
  kind: z.enum(['at', 'every', 'cron']),
  canonical: z.string(),
  words: z.string(),
  zone: z.string(),
  next: z.array(nextFireSchema),
  /** What was assumed while reading the text. */
  notes: z.array(z.string()),
});

export const jobSchema = z.object({
  id: z.string(),
  profile: z.string(),
  name: z.string(),
  revision: z.number(),
  state: z.enum(jobStates),
  pausedReason: z.string().nullable(),
  ...authorityFields,
  schedule: z.object({
    kind: z.enum(['at', 'every', 'cron']),
    canonical: z.string(),
    words: z.string(),
    zone: z.string().nullable(),
  }),
  kind: z.enum(['command', 'agent', 'http']),
  /** What it does in one line. */
  does: z.string(),
  /** Empty for other kinds. */
  command: z.array(z.string()),
  shell: z.boolean(),
  agent: agentWorkSchema.nullable(),
  http: httpWorkSchema.nullable(),
  cwd: z.string(),
  /** Names only: values may be secret. */
  env: z.array(z.string()),
  deliver: z.array(z.string()),
  onFailure: z.array(z.string()),
  /** The monitor that is told of starts and ends. */
  ping: z.string().nullable(),
  catchUp: z.string(),
  graceMs: z.number(),
  overlap: z.enum(['skip', 'queue', 'replace', 'allow']),
  timeoutMs: z.number(),
  noOutputTimeoutMs: z.number().nullable(),
  retries: z.number(),
  retryDelayMs: z.number(),
  onLoss: z.enum(['report', 'rerun']),
  require: z.array(z.string()),
  jitterMs: z.number(),
  startAt: time.nullable(),
  endAt: time.nullable(),
  maxRuns: z.number().nullable(),
  outputLimit: z.number(),
  scheduledRuns: z.number(),
  nextFireAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
});

export const chainSchema = z.array(
  z.object({ pid: z.number(), startMark: z.string(), command: z.string() }),
);

export const provenanceSchema = z.object({
  level: z.enum(['proven', 'corroborated', 'claimed', 'unknown', 'mismatch']),
  service: z.string().nullable(),
  chain: chainSchema,
  /** The chain in words, from the first process down to what this one started. */
  words: z.string(),
  facts: z.array(z.string()),
  ageMs: z.number(),
});

export const attemptSchema = z.object({
  number: z.number(),
  state: z.enum(['authorised', 'began', 'ended', 'not_started']),
  epoch: z.number(),
  instanceId: z.string(),
  host: z.string(),
  pid: z.number(),
  provenance: provenanceSchema,
  adoptedBy: z.string().nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  outcome: z.enum(['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown']).nullable(),
  exitCode: z.number().nullable(),
  reason: reasonSchema.nullable(),
});

export const runSchema = z.object({
  id: z.string(),
  profile: z.string(),
  job: z.object({ id: z.string(), name: z.string() }),
  fireTime: time.nullable(),
  fireTimeEnd: time.nullable(),
  count: z.number(),
  cause: z.enum(['schedule', 'catch-up', 'request', 'retry']),
  state: z.enum(['queued', 'running', 'ended', 'skipped', 'missed', 'refused', 'undecided']),
  outcome: z.enum(['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown']).nullable(),
  reason: reasonSchema.nullable(),
  message: z.string().nullable(),
  retryOf: z.string().nullable(),
  decidedAt: time.nullable(),
  notBefore: time.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  durationMs: z.number().nullable(),
  /** Start minus fire time plus jitter; null for requests and for what did not start. */
  latenessMs: z.number().nullable(),
  exitCode: z.number().nullable(),
  outputBytes: z.number().nullable(),
  outputTruncated: z.boolean(),
  attempts: z.array(attemptSchema),
});

export const appointmentSchema = z.object({
  version: z.number(),
  kind: z.enum(['auto', 'exclusive']),
  /** As typed after `owner appoint`: `auto`, or the choices in order. */
  rule: z.array(z.string()),
  words: z.string(),
  actor: z.string(),
  reason: z.string().nullable(),
  at: time,
});

export const instanceSchema = z.object({
  instanceId: z.string(),
  role: z.enum(roles),
  pid: z.number(),
  host: z.string(),
  startedAt: time,
  version: z.string(),
  url: z.string().nullable(),
  command: z.string(),
  standing: z.enum(['holder', 'standby', 'delegator', 'ineligible', 'foreign']),
  reasonCode: reasonSchema.nullable(),
  reason: z.string().nullable(),
  provenance: provenanceSchema,
  seenAt: time,
  /** Whose process it is: `cronkeeper`, or that of a foreign one, such as `hermes`. */
  program: z.string(),
  /** Where a foreign one listens on its machine, as far as that can be seen. */
  port: z.number().nullable(),
});

export const holderSchema = z.object({
  instanceId: z.string(),
  role: z.enum(roles),
  pid: z.number(),
  host: z.string(),
  provenance: provenanceSchema,
  epoch: z.number(),
  since: time,
  heartbeatAgeMs: z.number(),
});

const backendSchema = z.object({
  state: z.enum(['active', 'standby', 'stopped', 'absent']),
  instances: z.array(z.string()),
  detail: z.string(),
});

export const warningSchema = z.object({
  code: reasonSchema,
  message: z.string(),
  remedy: remedySchema.nullable(),
});

/** A service that was installed for the profile, as its manager says now. */
export const serviceSchema = z.object({
  /** `MANAGER/NAME`, as `owner appoint service` takes it. */
  service: z.string(),
  role: z.enum(serviceRoles),
  isTimer: z.boolean(),
  /** `missing`: the manager knows no such service. `unknown`: the manager did not answer. */
  state: z.enum(['active', 'stopped', 'missing', 'unknown']),
  detail: z.string(),
  /** Null when the manager did not tell. */
  startsAtBoot: z.boolean().nullable(),
  pid: z.number().nullable(),
  file: z.string(),
  nextTickAt: time.nullable(),
  /** The newest tick that was seen; null for a service that is no timer. */
  lastTick: z.object({ at: time, level: z.string() }).nullable(),
});

export const statusSchema = z.object({
  profile: z.string(),
  readiness: readinessSchema,
  appointment: appointmentSchema,
  holder: holderSchema.nullable(),
  instances: z.array(instanceSchema),
  /** What starts schedulers of other programs from time to time; between two ticks there is no instance of it. */
  foreignTimers: z.array(foreignTimerSchema),
  backends: z.object({
    gateway: backendSchema,
    runner: backendSchema,
    timer: backendSchema,
    dashboard: backendSchema,
    desktop: backendSchema,
    foreign: backendSchema,
  }),
  jobs: jobNumbersSchema,
  services: z.array(serviceSchema),
  requestsWaiting: z.number(),
  running: z.number(),
  deferred: z.array(deferredSchema),
  /** Results and alerts that nobody has read. */
  unread: z.number(),
  warnings: z.array(warningSchema),
});

export const requestSchema = z.object({
  receipt: z.string(),
  kind: z.enum(['run', 'cancel', 'handover', 'probe']),
  state: z.enum(['waiting', 'accepted', 'refused', 'expired']),
  job: z.object({ id: z.string(), name: z.string() }).nullable(),
  runId: z.string().nullable(),
  reason: reasonSchema.nullable(),
  message: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
});

export const auditSchema = z.object({
  sequence: z.number(),
  at: time,
  actor: z.string(),
  kind: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export type ReadinessAnswer = z.infer<typeof readinessSchema>;
export type UnderstoodAnswer = z.infer<typeof understoodSchema>;
export type JobAnswer = z.infer<typeof jobSchema>;
export type RunAnswer = z.infer<typeof runSchema>;
export type AttemptAnswer = z.infer<typeof attemptSchema>;
export type ProvenanceAnswer = z.infer<typeof provenanceSchema>;
export type AppointmentAnswer = z.infer<typeof appointmentSchema>;
export type InstanceAnswer = z.infer<typeof instanceSchema>;
export type HolderAnswer = z.infer<typeof holderSchema>;
export type StatusAnswer = z.infer<typeof statusSchema>;
export type ServiceAnswer = z.infer<typeof serviceSchema>;
export type WarningAnswer = z.infer<typeof warningSchema>;
export type RequestAnswer = z.infer<typeof requestSchema>;
export type AuditAnswer = z.infer<typeof auditSchema>;
