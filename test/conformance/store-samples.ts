import type { FiringPlan } from '../../src/core/firing.ts';
import type { Instance } from '../../src/core/instance.ts';
import { definitionDefaults, type Job } from '../../src/core/job.ts';
import type { Fence, Holder } from '../../src/core/lease.ts';
import { personal } from '../../src/core/maker.ts';
import type { ProcessIdentity, Provenance } from '../../src/core/provenance.ts';
import type { Request } from '../../src/core/request.ts';
import type { Attempt, Run } from '../../src/core/run.ts';
import type { Settlement } from '../../src/core/settlement.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { JobChange } from '../../src/ports/jobs.ts';
import type { Store } from '../../src/ports/store.ts';

/** What a store under test is opened with: the store, and its clock in the hands of the test. */
export type Opened = {
  readonly store: Store;
  now(): number;
  advance(ms: number): void;
  close(): Promise<void>;
};

/** A claim about every store: its name, and what shows it. `open` answers further empty stores. */
export type StoreClaim = {
  readonly name: string;
  readonly show: (opened: Opened, open: () => Promise<Opened>) => Promise<void>;
};

export const profile = 'la';
export const start = Date.UTC(2026, 10, 22, 9);

export const processOf = (pid: number): ProcessIdentity => ({
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: '4026531836',
  pid,
  startMark: String(pid * 10),
});

export const provenanceOf = (level: Provenance['level']): Provenance => ({
  level,
  service: null,
  chain: [{ pid: 1, startMark: '1', command: 'init' }],
  uid: 1000,
  user: 'agent',
  host: 'attic',
  machineId: 'machine',
  facts: ['Started in a test.'],
  probedAt: start,
});

export const holderOf = (instanceId: string): Holder => ({
  instanceId,
  role: 'runner',
  host: 'attic',
  process: processOf(812),
  provenance: provenanceOf('unknown'),
  socket: `/run/${instanceId}.sock`,
  starter: null,
  since: start,
});

export const entryOf = (kind: string, fields: Partial<AuditEntry> = {}): AuditEntry => ({
  profile,
  at: start,
  actor: 'uid:1000',
  kind,
  subject: 'subject',
  detail: { why: 'test' },
  ...fields,
});

export const jobOf = (id: string, fields: Partial<Job> = {}): Job => ({
  id,
  profile,
  revision: 1,
  state: 'enabled',
  pausedReason: null,
  authority: personal,
  definition: {
    ...definitionDefaults,
    name: `Job ${id}`,
    schedule: { kind: 'every', everyMs: 60_000, anchor: start },
    action: { kind: 'command', argv: ['true'], shell: false },
    cwd: '/tmp',
    env: { LANG: 'C' },
  },
  nextFireAt: start,
  scheduledRuns: 0,
  createdAt: start,
  updatedAt: start,
  ...fields,
});

export const named = (job: Job, name: string): Job => ({
  ...job,
  definition: { ...job.definition, name },
});

export const runOf = (id: string, fields: Partial<Run> = {}): Run => ({
  id,
  profile,
  jobId: 'a',
  jobName: 'Job a',
  jobRevision: 1,
  cause: 'schedule',
  fireTime: start,
  fireTimeEnd: null,
  count: 1,
  state: 'queued',
  outcome: null,
  reason: null,
  message: null,
  retryOf: null,
  requestId: null,
  epoch: 1,
  decidedAt: start,
  notBefore: start,
  deadline: start + 60_000,
  cancelRequested: false,
  startedAt: null,
  endedAt: null,
  exitCode: null,
  outputBytes: null,
  outputTruncated: false,
  ...fields,
});

export const attemptOf = (runId: string, fence: Fence, fields: Partial<Attempt> = {}): Attempt => ({
  runId,
  number: 1,
  state: 'authorised',
  epoch: fence.epoch,
  instanceId: fence.instanceId,
  process: processOf(900),
  provenance: provenanceOf('unknown'),
  adoptedBy: null,
  authorisedAt: start,
  timeoutMs: 60_000,
  startedAt: null,
  endedAt: null,
  outcome: null,
  exitCode: null,
  reason: null,
  ...fields,
});

export const requestOf = (id: string, fields: Partial<Request> = {}): Request => ({
  id,
  profile,
  kind: 'run',
  jobId: 'a',
  runId: null,
  retryOf: null,
  actor: 'uid:1000',
  state: 'waiting',
  reason: null,
  message: null,
  createdAt: start,
  expiresAt: start + 3_600_000,
  answeredAt: null,
  ...fields,
});

export const instanceOf = (id: string, fields: Partial<Instance> = {}): Instance => ({
  id,
  profile,
  role: 'runner',
  schedules: true,
  process: processOf(812),
  host: 'attic',
  startedAt: start,
  version: '0.1.0',
  url: null,
  command: 'cronkeeper runner',
  socket: `/run/${id}.sock`,
  standing: 'standby',
  reasonCode: null,
  reason: null,
  provenance: provenanceOf('unknown'),
  channels: [],
  seenAt: start,
  ...fields,
});

/** The plan that fires `job` once at its next fire time. */
export const planOf = (job: Job, rows: readonly Run[], next = start + 60_000): FiringPlan => ({
  jobId: job.id,
  seen: { revision: job.revision, nextFireAt: job.nextFireAt ?? start },
  nextFireAt: next,
  scheduledRuns: job.scheduledRuns + 1,
  state: 'enabled',
  rows,
});

export const changeOf = (
  job: Job,
  after: Job | null,
  decisions: readonly Run[] = [],
): JobChange => ({
  profile: job.profile,
  jobId: job.id,
  seen: { revision: job.revision, nextFireAt: job.nextFireAt },
  after,
  decisions,
  entry: entryOf(after === null ? 'job.removed' : 'job.changed', { subject: job.id }),
});

/** The end of attempt `number`; the run ends with it unless `run` says otherwise. */
export const settlementOf = (
  runId: string,
  number: number,
  run: Partial<Settlement['run']> = {},
): Settlement => ({
  runId,
  attempt: {
    number,
    state: 'ended',
    outcome: 'succeeded',
    exitCode: 0,
    reason: null,
    startedAt: start + 10,
    endedAt: start + 20,
  },
  run: {
    state: 'ended',
    outcome: 'succeeded',
    reason: null,
    message: null,
    notBefore: null,
    endedAt: start + 20,
    outputBytes: 7,
    outputTruncated: false,
    ...run,
  },
});

export const dismissalOf = (runId: string): Settlement => ({
  runId,
  attempt: null,
  run: {
    state: 'missed',
    outcome: null,
    reason: 'deadline_passed',
    message: 'Too late.',
    notBefore: null,
    endedAt: start + 30,
    outputBytes: null,
    outputTruncated: false,
  },
});
