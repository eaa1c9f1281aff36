import { marksText } from '../../src/core/service-marks.ts';
import { planService, type ServicePlan } from '../../src/core/service-plan.ts';
import { parseRecord, type ServiceRecord } from '../../src/core/service-record.ts';
import type { StatusAnswer } from '../../src/operations/answers.ts';
import type { ServiceWorld } from '../../src/operations/service-world.ts';
import type { Acted, HomeDoor, ManagedService, ServiceManager } from '../../src/ports/services.ts';
import { start } from './world.ts';

/** A service manager and a home in memory: everything that an installation may change, and nothing else. */
export type ServiceMachine = {
  readonly files: Map<string, string>;
  isEnabled: boolean;
  /** The text of the unit that runs; null when nothing does. */
  running: string | null;
  /** Of the program that lies there, and of the one that runs. */
  version: string;
  runningVersion: string;
  /** How long the machine has been running, and had been when the process began; milliseconds. */
  boot: number;
  startedBoot: number;
  /** For how many looks a process is still seen after it was told to end; and the one of which that is so. */
  endsAfterLooks: number;
  former: { readonly startedBoot: number; looks: number } | null;
  lingers: boolean | null;
  readonly records: Map<string, ServiceRecord>;
  rule: readonly string[];
  /** Every change, in order. */
  readonly acts: string[];
  /** A service that runs beside it, and holds the lease where the rule names it at all. */
  beside: string | null;
  /** What the process proves. */
  level: 'proven' | 'corroborated';
  /** Called before every change; may throw. */
  before: (act: string) => void;
};

export const planFor = (changes: Partial<ServicePlan> = {}): ServicePlan => ({
  ...planService({
    manager: 'systemd-system',
    role: 'runner',
    profile: 'default',
    isTimer: false,
    user: 'ana',
    userFolder: '/home/ana',
    home: '/home/ana/.cronkeeper',
    node: '/usr/bin/node',
    bundle: '/opt/cronkeeper/dist/cronkeeper.js',
    path: '/usr/bin:/bin',
  }),
  ...changes,
});

export const makeMachine = (): ServiceMachine => ({
  files: new Map(),
  isEnabled: false,
  running: null,
  version: '1.2.3',
  runningVersion: '1.2.3',
  boot: 0,
  startedBoot: 0,
  endsAfterLooks: 0,
  former: null,
  lingers: null,
  records: new Map(),
  rule: ['auto'],
  acts: [],
  beside: null,
  level: 'proven',
  before: () => {},
});

/** Everything that can be compared before and after. */
export const picture = ({ files, isEnabled, running, lingers, records, rule }: ServiceMachine) =>
  JSON.stringify({ files: [...files], isEnabled, running, lingers, records: [...records], rule });

export function worldOf(
  machine: ServiceMachine,
  plan: ServicePlan = planFor(),
  signal: AbortSignal = new AbortController().signal,
): ServiceWorld & { readonly told: string[] } {
  const told: string[] = [];
  return {
    plan,
    manager: managerOf(machine, plan),
    home: homeOf(machine, plan),
    clock: {
      now: () => ({ wall: start + machine.boot, boot: machine.boot }),
      sleep: async (ms) => {
        machine.boot += ms;
      },
    },
    version: machine.version,
    launcher: '/opt/cronkeeper/bin/cronkeeper',
    signal,
    told,
    tell: async (line) => {
      told.push(line);
    },
  };
}

function managerOf(machine: ServiceMachine, plan: ServicePlan): ServiceManager {
  const change = async (act: string, work: () => void): Promise<Acted> => {
    try {
      machine.before(act);
    } catch (error) {
      return { kind: 'failed', why: String(error) };
    }
    machine.acts.push(act);
    work();
    return { kind: 'done' };
  };
  const textOf = ({ files }: ManagedService): string =>
    machine.files.get(files[0]?.path ?? '') ?? '';
  const run = (service: ManagedService): void => {
    const { startedBoot, endsAfterLooks: looks } = machine;
    machine.former = machine.running === null ? null : { startedBoot, looks };
    machine.running = textOf(service);
    machine.runningVersion = machine.version;
    machine.startedBoot = machine.boot;
  };
  return {
    manager: plan.manager,
    hindrance: async () => null,
    find: async ({ files }) => {
      const found = files.flatMap(({ path }) => {
        const text = machine.files.get(path);
        return text === undefined ? [] : [{ path, text }];
      });
      if (found.length === 0) return { kind: 'absent' };
      return found[0]?.text.includes(marksText(plan))
        ? { kind: 'ours', marks: plan, files: found }
        : { kind: 'foreign', what: 'somebody wrote it' };
    },
    missingFolders: () => ['/home/ana/.config/systemd'],
    write: ({ files }) =>
      change('write', () => {
        for (const { path, text } of files) machine.files.set(path, text);
      }),
    remove: ({ files }) =>
      change('remove', () => {
        for (const { path } of files) machine.files.delete(path);
      }),
    enable: () =>
      change('enable', () => {
        machine.isEnabled = true;
      }),
    disable: () =>
      change('disable', () => {
        machine.isEnabled = false;
      }),
    start: (service) =>
      change('start', () => {
        if (machine.running === null) run(service);
      }),
    stop: () =>
      change('stop', () => {
        machine.running = null;
      }),
    restart: (service) =>
      change('restart', () => {
        run(service);
      }),
    state: async ({ main }) => {
      const file = [...machine.files.keys()].find((path) => path.endsWith(`/${main}`)) ?? null;
      const isActive = machine.running !== null;
      if (file === null && !isActive) return { kind: 'unknown' };
      return {
        kind: 'known',
        isActive,
        isEnabled: machine.isEnabled,
        words: isActive ? 'active (running)' : 'inactive (dead)',
        mainPid: isActive ? 7 : null,
        nextTickAt: null,
        file,
      };
    },
    logs: async function* () {
      yield 'it said something';
      // A manager tells more of each try than the process itself.
      for (let count = 0; count < 9; count += 1) yield `vm systemd[1]: restart ${count}`;
    },
    lingers: async () => machine.lingers,
    linger: (on) =>
      change(`linger ${on}`, () => {
        machine.lingers = on;
      }),
  };
}

function homeOf(machine: ServiceMachine, plan: ServicePlan): HomeDoor {
  const change = (act: string): void => {
    machine.before(act);
    machine.acts.push(act);
  };
  return {
    async ask([verb, act, ...words], { input = '' } = {}) {
      if (verb === 'status') return statusOf(machine, plan);
      if (verb === 'owner') {
        change('appoint');
        const [rule = '', ...rest] = words;
        machine.rule = [rule, ...rest.filter((_, index) => rest[index - 1] === '--then')];
        return {};
      }
      if (act === 'record' && words[0] === 'list')
        return { records: [...machine.records.values()] };
      if (words[0] === 'put') {
        const record = parseRecord(input);
        if (record === null) throw new Error('no record');
        change('put record');
        machine.records.set(`${record.manager}/${record.unit}`, record);
        return {};
      }
      change('remove record');
      machine.records.delete(words[1] ?? '');
      return {};
    },
  };
}

/** The one process runs the jobs when it proves what it shall, the rule names it or nobody, and none is beside it. */
function statusOf(machine: ServiceMachine, plan: ServicePlan): StatusAnswer {
  const { manager, unit, profile, isTimer } = plan;
  const service = `${manager}/${unit}`;
  const provenance = { level: machine.level, service, chain: [], words: '', facts: [], ageMs: 0 };
  const isUp = machine.running !== null;
  const { beside, rule } = machine;
  const holds = beside !== null && rule.includes(`service ${beside}`);
  const named = [`service ${service}`, `role ${isTimer ? 'timer' : 'runner'}`];
  const mayOwn = isUp && (rule[0] === 'auto' || rule.some((choice) => named.includes(choice)));
  const isOwner = mayOwn && !holds;
  const willRun = isOwner || holds;
  const at = new Date(start).toISOString();
  const isFormer = machine.former !== null && machine.former.looks > 0;
  if (machine.former !== null) machine.former.looks -= 1;
  const startedBoot = isFormer ? machine.former?.startedBoot : machine.startedBoot;
  const process = { instanceId: 'i', role: 'runner', pid: 7, host: 'attic', provenance } as const;
  const absent: StatusAnswer['backends']['runner'] = {
    state: 'absent',
    instances: [],
    detail: '',
  };
  return {
    profile,
    readiness: {
      willRun,
      code: willRun ? 'will_run' : 'owner_absent',
      message: '',
      remedy: null,
      by: null,
    },
    appointment: {
      version: 1,
      kind: machine.rule[0] === 'auto' ? 'auto' : 'exclusive',
      rule: [...machine.rule],
      words: machine.rule.join(', '),
      actor: 'test',
      reason: null,
      at,
    },
    holder: willRun
      ? {
          ...process,
          ...(holds ? { pid: 8, provenance: { ...provenance, service: beside } } : {}),
          epoch: 1,
          since: at,
          heartbeatAgeMs: 0,
        }
      : null,
    instances:
      isUp && !isTimer
        ? [
            {
              ...process,
              startedAt: new Date(start + (startedBoot ?? 0)).toISOString(),
              version: machine.runningVersion,
              url: null,
              command: '',
              program: '',
              port: null,
              standing: isOwner ? 'holder' : mayOwn ? 'standby' : 'ineligible',
              reasonCode: null,
              reason: null,
              seenAt: at,
            },
          ]
        : [],
    foreignTimers: [],
    backends: {
      gateway: absent,
      runner: absent,
      timer: absent,
      dashboard: absent,
      desktop: absent,
      foreign: absent,
    },
    jobs: {
      enabled: 2,
      paused: 1,
      pending: 0,
      done: 0,
      overdue: 0,
      nextFireAt: null,
      nextJob: null,
      oldestOverdueMs: 0,
      failing: 0,
      failingJobs: [],
    },
    services: [
      {
        service,
        role: 'runner',
        isTimer,
        state: 'active',
        detail: '',
        startsAtBoot: true,
        pid: null,
        file: '',
        nextTickAt: null,
        lastTick:
          isTimer && isUp
            ? { at: new Date(start + 600_000).toISOString(), level: machine.level }
            : null,
      },
    ],
    requestsWaiting: 0,
    deferred: [],
    unread: 0,
    running: 0,
    warnings: [],
  };
}
