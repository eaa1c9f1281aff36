import type { Appointment } from '../src/core/appointment.ts';
import type { Instance } from '../src/core/instance.ts';
import type { HttpAction, Job, JobDefinition } from '../src/core/job.ts';
import { definitionDefaults } from '../src/core/job.ts';
import type { Holder, Lease } from '../src/core/lease.ts';
import { personal } from '../src/core/maker.ts';
import type { ProcessIdentity, Provenance } from '../src/core/provenance.ts';
import type { Run } from '../src/core/run.ts';
import type { ServiceRecord } from '../src/core/service-record.ts';

/** One of each thing, plain and whole; a test names only what it is about. */

export const sampleProcess: ProcessIdentity = {
  machineId: 'm1',
  bootId: 'b',
  pidNamespace: '1',
  pid: 7,
  startMark: '1',
};

/** A command that is called `report`. */
export const sampleDefinition = (
  changes: Pick<JobDefinition, 'schedule'> & Partial<JobDefinition>,
): JobDefinition => ({
  ...definitionDefaults,
  name: 'report',
  action: { kind: 'command', argv: ['true'], shell: false },
  cwd: '/',
  env: {},
  ...changes,
});

export const sampleCall: HttpAction = {
  kind: 'http',
  method: 'GET',
  url: 'https://example.com/',
  headers: {},
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1_000,
};

export const sampleProvenance = (changes: Partial<Provenance> = {}): Provenance => ({
  level: 'unknown',
  service: null,
  chain: [],
  uid: 0,
  user: 'root',
  host: 'here',
  machineId: 'm1',
  facts: [],
  probedAt: 0,
  ...changes,
});

export const sampleAppointment = (changes: Partial<Appointment> = {}): Appointment => ({
  profile: 'la',
  version: 1,
  rule: { kind: 'auto' },
  actor: 'a',
  reason: null,
  at: 0,
  ...changes,
});

export const sampleHolder = (changes: Partial<Holder> = {}): Holder => ({
  instanceId: 'h',
  role: 'runner',
  host: 'here',
  process: sampleProcess,
  provenance: sampleProvenance(),
  socket: 's',
  starter: null,
  since: 0,
  ...changes,
});

/** Held by nobody, as far as nothing else is said. */
export const sampleLease = (changes: Partial<Lease> = {}): Lease => ({
  profile: 'la',
  epoch: 3,
  holder: null,
  appointmentVersion: 1,
  renewals: 0,
  renewedAt: 0,
  ttlMs: 15_000,
  endRunsUpTo: 0,
  preferredId: null,
  ...changes,
});

export const sampleInstance = (changes: Partial<Instance> = {}): Instance => ({
  id: 'i',
  profile: 'la',
  role: 'runner',
  schedules: true,
  process: sampleProcess,
  host: 'here',
  startedAt: 0,
  version: '1',
  url: null,
  command: 'cronkeeper',
  socket: 's',
  standing: 'standby',
  reasonCode: null,
  reason: null,
  provenance: sampleProvenance(),
  channels: [],
  seenAt: 0,
  ...changes,
});

export const sampleRecord = (changes: Partial<ServiceRecord> = {}): ServiceRecord => ({
  manager: 'systemd-system',
  unit: 'cronkeeper-la.service',
  role: 'runner',
  profile: 'la',
  isTimer: false,
  file: '/etc/systemd/system/cronkeeper-la.service',
  sha256: 'aa',
  program: ['/usr/bin/node', '/opt/cronkeeper.js', 'runner'],
  version: '0.1.0',
  installedAt: '2026-11-22T09:00:00.000Z',
  replaced: null,
  user: 'ana',
  madeFolders: [],
  enabledLinger: false,
  ...changes,
});

export const sampleJob = (
  definition: Job['definition'],
  changes: Partial<Omit<Job, 'definition'>> = {},
): Job => ({
  id: 'J',
  profile: 'p',
  revision: 1,
  state: 'enabled',
  pausedReason: null,
  authority: personal,
  definition,
  nextFireAt: null,
  scheduledRuns: 0,
  createdAt: 0,
  updatedAt: 0,
  ...changes,
});

/** Decided and not begun. */
export const sampleRun = (changes: Partial<Run> = {}): Run => ({
  id: 'R',
  profile: 'p',
  jobId: 'J',
  jobName: 'report',
  jobRevision: 1,
  cause: 'schedule',
  fireTime: null,
  fireTimeEnd: null,
  count: 1,
  state: 'queued',
  outcome: null,
  reason: null,
  message: null,
  retryOf: null,
  requestId: null,
  epoch: 1,
  decidedAt: 0,
  notBefore: 0,
  deadline: null,
  cancelRequested: false,
  startedAt: null,
  endedAt: null,
  exitCode: null,
  outputBytes: null,
  outputTruncated: false,
  ...changes,
});
