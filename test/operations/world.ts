import type { z } from 'zod';
import { makeDocuments } from '../../src/adapters/documents/documents.ts';
import { secrets } from '../../src/adapters/host/secrets.ts';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import { toUlid } from '../../src/core/id.ts';
import type { Instance } from '../../src/core/instance.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { Fence, Holder } from '../../src/core/lease.ts';
import type { MachineFacts } from '../../src/core/machine-facts.ts';
import { loadCronWords, loadInstantReader } from '../../src/core/natural-language.ts';
import type { Outlook } from '../../src/core/outlook.ts';
import type { Hindrance } from '../../src/core/probe.ts';
import type { ProcessIdentity, Provenance, Role } from '../../src/core/provenance.ts';
import type { EnvironmentFile } from '../../src/core/run-environment.ts';
import type { SecretSource } from '../../src/core/secret.ts';
import type { SeenService } from '../../src/core/service-drift.ts';
import type { ServiceRecord } from '../../src/core/service-record.ts';
import type { ServiceReport } from '../../src/core/service-report.ts';
import type { Operation, OperationContext } from '../../src/operations/operation.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { KeptEnvironment } from '../../src/ports/environment.ts';
import type { ForeignView } from '../../src/ports/foreign.ts';
import type { LoopAnswer } from '../../src/ports/neighbours.ts';
import type { SecretKeeper } from '../../src/ports/secrets.ts';
import { noServices } from '../../src/ports/services.ts';
import type { Store } from '../../src/ports/store.ts';

const nowhere = (name: string): SecretSource => ({ kind: 'file', path: `/nowhere/${name}` });
const fewSecrets: SecretKeeper = {
  list: async () => [{ name: 'github', source: nowhere('github') }],
  sourceOf: async (name) => nowhere(name),
  resolve: async (names) => ({
    kind: 'resolved',
    values: names.map((name) => ({ name, value: 'value of a test' })),
  }),
  set: async () => {},
};

/** Sunday, 22 November 2026, 09:00:00 UTC. */
export const start: Instant = Date.UTC(2026, 10, 22, 9);

export const processOf = (pid: number): ProcessIdentity => ({
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: '1',
  pid,
  startMark: String(pid),
});

export const provenanceOf = (fields: Partial<Provenance> = {}): Provenance => ({
  level: 'unknown',
  service: null,
  chain: [],
  uid: 1000,
  user: 'agent',
  host: 'attic',
  machineId: 'machine',
  facts: [],
  probedAt: start,
  ...fields,
});

/** A world in the hands of a test: a real store in memory, everything else made up. */
export type World = {
  readonly context: OperationContext;
  readonly store: Store;
  readonly pokes: string[];
  /** Pids that are gone. */
  readonly dead: Set<number>;
  /** What loops answer, by socket; a socket without answer is silent. */
  readonly answers: Map<string, LoopAnswer>;
  readonly output: Map<string, Uint8Array>;
  /** What runs inherit from instances, by socket. */
  readonly environments: Map<string, Readonly<Record<string, string>>>;
  /** What owners find of a program, by socket and program; nobody answers for others. */
  readonly looks: Map<string, Hindrance | null>;
  /** Paths at which nothing is. */
  readonly missing: Set<string>;
  /** The environment files of the home, and what the last owner left. */
  files: readonly EnvironmentFile[];
  kept: KeptEnvironment | null;
  /** What kernel and manager say of processes, by pid; of others they say nothing. */
  readonly examined: Map<number, Provenance>;
  /** In what installed services differ from their records. */
  seen: Partial<SeenService>;
  /** What was installed, with what its manager says of it. */
  readonly installed: ServiceReport[];
  machine: MachineFacts;
  /** What is seen of schedulers of other programs. */
  foreign: ForeignView;
  /** What the machine says that it will do. */
  outlook: Outlook;
  /** Called at each sleep of an operation, for what others do meanwhile. */
  meanwhile: () => Promise<void>;
  now(): Instant;
  advance(ms: number): void;
  /** Asks as a door does: input and answer are held to their schemas. */
  ask<Input extends z.ZodType, Output extends z.ZodType>(
    operation: Operation<Input, Output>,
    input: z.input<Input>,
    profile?: string,
  ): Promise<z.output<Output>>;
};

/** A machine with nothing to complain about. */
export const soundMachine: MachineFacts = {
  platform: 'linux',
  node: { version: '24.21.0', path: '/opt/node' },
  zoneData: '2026b',
  isWsl: false,
  container: null,
  disk: { freeBytes: 9e10, totalBytes: 1e11, freeFiles: null, totalFiles: null, kind: 'kept' },
  user: 'agent',
  lingers: null,
};

export async function openWorld(): Promise<World> {
  let now = start;
  let count = 0;
  const store = await openSqliteStore({
    path: ':memory:',
    now: () => now,
    sleep: async () => {},
    random: () => 0.5,
  });
  await store.profiles.ensure('default', now, 'test');
  const world: Omit<World, 'context' | 'ask'> = {
    store,
    pokes: [],
    dead: new Set(),
    answers: new Map(),
    output: new Map(),
    environments: new Map(),
    looks: new Map(),
    missing: new Set(),
    files: [],
    kept: null,
    examined: new Map(),
    seen: {},
    installed: [],
    foreign: { schedulers: [], timers: [], isComplete: true },
    machine: soundMachine,
    outlook: quietOutlook,
    meanwhile: async () => {},
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
  const context: OperationContext = {
    profile: 'default',
    actor: 'test:anna',
    maker: { kind: 'person', name: 'test:anna', run: null },
    zone: 'Europe/Berlin',
    cwd: () => '/home/anna/work',
    userFolder: '/home/anna',
    cronZone: 'Europe/Berlin',
    home: '/home/anna/.cronkeeper',
    version: '0.0.0',
    store,
    clock: {
      now: () => ({ wall: now, boot: now - start }),
      sleep: async (ms) => {
        now += ms;
        await opened.meanwhile();
      },
    },
    ids: {
      next: () => {
        count += 1;
        return toUlid(
          now,
          Array.from({ length: 16 }, (_, place) => Math.floor(count / 32 ** (15 - place)) % 32),
        );
      },
    },
    processes: {
      self: () => processOf(1),
      life: ({ pid, machineId }) => {
        if (machineId !== 'machine') return 'unknowable';
        return world.dead.has(pid) ? 'dead' : 'alive';
      },
      kill: async () => true,
    },
    provenances: {
      examine: async (process) => world.examined.get(process.pid) ?? null,
      see: async (record) => ({ ...asInstalled(record), ...opened.seen }),
    },
    neighbours: {
      ask: async (socket) => world.answers.get(socket) ?? null,
      environment: async (socket) => world.environments.get(socket) ?? null,
      examine: async (socket, look) => {
        const found = world.looks.get(`${socket} ${look.program}`);
        return found === undefined ? null : { hindrance: found };
      },
      poke: async (socket) => {
        world.pokes.push(socket);
      },
      watch: () => ({ close: () => {} }),
    },
    output: {
      read: async (runId, _attempt, fromByte, maxBytes) => {
        const bytes = world.output.get(runId) ?? new Uint8Array();
        const piece = bytes.slice(fromByte, fromByte + maxBytes);
        const isAbsent = !world.output.has(runId);
        return { bytes: piece, nextByte: fromByte + piece.length, isAbsent };
      },
      transcript: async (runId) => {
        const bytes = world.output.get(`${runId} transcript`);
        return bytes === undefined ? null : Buffer.from(bytes).toString();
      },
      usedBytes: async () => 0,
    },
    documents: makeDocuments(),
    language: { instantReader: loadInstantReader, cronWords: loadCronWords },
    settings: settingsOf(),
    foreign: { find: async () => opened.foreign },
    machine: {
      facts: async () => opened.machine,
      isMissing: (path) => world.missing.has(path),
      lockHolder: () => null,
    },
    environments: {
      own: { PATH: '/asker/bin', TOKEN: 'secret of the asker' },
      base: () => ({ own: { PATH: '/asker/bin' }, files: opened.files }),
      keep: () => {},
      kept: () => opened.kept,
    },
    services: { ...noServices, read: async () => opened.installed },
    outlook: { look: async () => opened.outlook },
    targets: { whyNot: () => null },
    secrets,
    secretKeeper: fewSecrets,
    assistants: { open: async () => null },
  };
  const opened: World = {
    ...world,
    context,
    ask: async (operation, input, profile = 'default') =>
      operation.output.parse(
        await operation.handle({ ...context, profile }, operation.input.parse(input)),
      ),
  };
  return opened;
}

const asInstalled = ({ file, program, sha256 }: ServiceRecord): SeenService => ({
  file,
  program: program.join(' '),
  sha256,
  changedFiles: [],
  needsReload: false,
});

/** A machine on which nothing happens. */
export const quietOutlook: Outlook = {
  shutdown: null,
  restartWanted: null,
  lid: null,
  idleSleepMs: null,
  battery: null,
  isClockSynchronised: true,
  keepAwake: 'stay awake',
  unknown: [],
};

function settingsOf(): OperationContext['settings'] {
  const setting = {
    name: 'concurrency',
    value: 20,
    isDefault: true,
    unit: 'runs',
    summary: 'Runs at once.',
  };
  const ofAgents = {
    name: 'agentJobs',
    value: 20,
    isDefault: true,
    unit: 'jobs',
    summary: 'Jobs.',
  };
  return {
    path: '/home/anna/.cronkeeper/config.yaml',
    list: async () => [setting, ofAgents],
    find: async (name) => [setting, ofAgents].find((one) => one.name === name) ?? null,
    set: async (_name, text) => ({ ...setting, value: Number(text), isDefault: false }),
  };
}

export const entryOf = (kind: string): AuditEntry => ({
  profile: 'default',
  at: start,
  actor: 'test',
  kind,
  subject: 'subject',
  detail: {},
});

export const instanceOf = (pid: number, fields: Partial<Instance> = {}): Instance => ({
  id: `instance-${pid}`,
  profile: 'default',
  role: 'runner',
  schedules: true,
  process: processOf(pid),
  host: 'attic',
  startedAt: start,
  version: '0.0.0',
  url: null,
  command: 'cronkeeper runner',
  socket: `/run/${pid}.sock`,
  standing: 'standby',
  reasonCode: null,
  reason: null,
  provenance: provenanceOf(),
  channels: [],
  seenAt: start,
  ...fields,
});

/** Makes a living, answering holder of the default profile. */
export async function withHolder(
  world: World,
  fields: {
    readonly pid?: number;
    readonly role?: Role;
    readonly provenance?: Provenance;
    readonly profile?: string;
    readonly process?: Partial<ProcessIdentity>;
  } = {},
): Promise<Fence> {
  const { store } = world;
  const { pid = 812, role = 'runner', provenance = provenanceOf(), profile = 'default' } = fields;
  const row = instanceOf(pid, {
    profile,
    role,
    standing: 'holder',
    provenance,
    seenAt: world.now(),
    process: { ...processOf(pid), ...fields.process },
  });
  const holder: Holder = {
    instanceId: row.id,
    role,
    host: row.host,
    process: row.process,
    provenance,
    socket: row.socket,
    starter: null,
    since: world.now(),
  };
  const lease = await store.leases.read(profile);
  const appointment = await store.appointments.current(profile);
  const claimed = await store.leases.claim({
    profile,
    holder,
    ttlMs: 15_000,
    seen: { epoch: lease.epoch, renewals: lease.renewals },
    appointmentVersion: appointment.version,
    grounds: lease.holder === null ? 'free' : 'ended',
    entry: entryOf('owner.claimed'),
  });
  if (claimed.kind !== 'claimed') throw new Error(`The claim was answered ${claimed.kind}.`);
  await store.instances.report(row);
  const { epoch } = claimed.lease;
  world.answers.set(row.socket, {
    instanceId: row.id,
    profile,
    epoch,
    overdueMs: 0,
    running: 0,
    queued: 0,
  });
  return { profile, epoch, instanceId: row.id };
}
