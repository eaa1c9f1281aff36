import type { ProcessIdentity } from '../../src/core/provenance.ts';
import { requirementText } from '../../src/core/requirement-check.ts';
import type { World } from '../../src/loops/world.ts';
import type { RunEnvironments } from '../../src/ports/environment.ts';
import type {
  AttemptEnd,
  AttemptKey,
  Executor,
  ExecutorEvent,
  Inspection,
  LeftAttempt,
  Over,
  Prepared,
  StartOrder,
} from '../../src/ports/executor.ts';
import type { Life, ProcessTable } from '../../src/ports/host.ts';
import type { Timeline } from './timeline.ts';

/** Runs inherit nothing, the home has no files, and the process has a secret. */
export const plainEnvironments: RunEnvironments = {
  own: { LANG: 'C', TOKEN: 'secret' },
  base: () => ({ own: {}, files: [] }),
  keep: () => {},
  kept: () => null,
};

export const noSecrets: World['secrets'] = {
  resolve: async ([name = '']) =>
    name === ''
      ? { kind: 'resolved', values: [] }
      : { kind: 'missing', name, source: { kind: 'file', path: name }, why: 'there is none' },
};

export type Begin = {
  readonly key: AttemptKey;
  readonly jobId: string;
  readonly fireTime: string;
  readonly epoch: number;
  readonly instancePid: number;
  readonly at: number;
};

export type Child = {
  readonly key: AttemptKey;
  readonly identity: ProcessIdentity;
  readonly order: StartOrder;
  readonly starterPid: number;
  readonly ownerPid: number;
  /** An orphan's wrapper was killed; what it started lives on until somebody ends it. */
  state: 'gated' | 'running' | 'orphaned' | 'over';
  startedAt: number | null;
  end: AttemptEnd | null;
  /** Marks that its adopters left. */
  adoptions: number;
  /** Its process is gone, by whatever cause; its owner is told. */
  readonly over: () => void;
  /** Its wrapper is killed; its owner is told when nothing of it is left. */
  readonly orphan: () => void;
};

/** Lets an effect of a process happen: now, or when a stopped process goes on; never after it was killed. */
export type Act = (effect: () => void) => void;

/** One simulated machine: which processes live, and what runs did on it. The witness is written by the runs, not by the scheduler. */
export class Machine {
  readonly timeline: Timeline;
  readonly random: () => number;
  readonly witness: Begin[] = [];
  readonly children = new Map<string, Child>();
  /** How often making a child fails or takes long. */
  prepareFaults = 0;
  /** Commands that are not there, and requirements that nothing meets. */
  readonly missing = new Set<string>();
  readonly unmet = new Set<string>();
  /** No process can be made at all. */
  isFull = false;
  readonly starters = new Set<number>();
  /** Those of them that stay behind their owners. */
  readonly staying = new Set<number>();
  /** Gates that were told to open although trust was over; they refused. */
  lateReleases = 0;
  /** What watches the time of a run was killed. */
  isUnwatched = false;
  /** How long a run lasts, if not by chance. */
  runMs: number | null = null;
  exitCode: number | null = null;
  /** How long making a child takes, and ending a tree. */
  prepareMs = 0;
  /** How long a starter outlives its owner, if not by chance. */
  lingerMs: number | null = null;
  endMs = 0;
  /** How long it takes to end what an orphan left, if not by chance. */
  treeMs: number | null = null;
  /** Called at the moment a run begins. */
  onBegin: (begin: Begin) => void = () => {};
  /** Called when a gate is told to open, with the end of its trust. */
  onRelease: (deadlineBootMs: number) => void = () => {};
  #nextPid = 100;
  #boot = 1;
  readonly #alive = new Set<number>();
  readonly #onDeath = new Map<number, (() => void)[]>();

  constructor(timeline: Timeline, random: () => number) {
    this.timeline = timeline;
    this.random = random;
  }

  spawn(): ProcessIdentity {
    const pid = this.#nextPid++;
    this.#alive.add(pid);
    return { ...identityOf(pid), bootId: `boot ${this.#boot}` };
  }

  /** Children of which something lives that has begun. */
  running(): Child[] {
    const runs: ReadonlySet<Child['state']> = new Set(['running', 'orphaned']);
    return [...this.children.values()].filter(({ state }) => runs.has(state));
  }

  /** The machine goes down and comes up: nothing lives, and what was not on the disk is not known any more. */
  reboot(): void {
    this.#boot += 1;
    for (const pid of [...this.#alive]) this.kill(pid);
    for (const child of this.children.values()) if (child.state !== 'over') child.over();
  }

  isOfThisBoot = ({ bootId }: ProcessIdentity): boolean => bootId === `boot ${this.#boot}`;

  isAlive = (pid: number): boolean => this.#alive.has(pid);

  whenDead(pid: number, then: () => void): () => void {
    if (!this.#alive.has(pid)) {
      this.timeline.after(0, then);
      return () => {};
    }
    const list = this.#onDeath.get(pid) ?? [];
    list.push(then);
    this.#onDeath.set(pid, list);
    return () => {
      this.#onDeath.set(
        pid,
        (this.#onDeath.get(pid) ?? []).filter((other) => other !== then),
      );
    };
  }

  kill(pid: number): void {
    if (!this.#alive.delete(pid)) return;
    for (const then of this.#onDeath.get(pid) ?? []) then();
    this.#onDeath.delete(pid);
  }

  table(self: ProcessIdentity, onKill: (pid: number) => void): ProcessTable {
    return {
      self: () => self,
      life: (identity): Life =>
        this.isAlive(identity.pid) && this.isOfThisBoot(identity) ? 'alive' : 'dead',
      kill: async (identity) => {
        onKill(identity.pid);
        this.kill(identity.pid);
        return true;
      },
    };
  }
}

export const identityOf = (pid: number): ProcessIdentity => ({
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: '1',
  pid,
  startMark: `${pid}`,
});

const nameOf = (key: AttemptKey): string => `${key.runId}/${key.number}`;

/** The executor of one simulated instance. Its children outlive it, as real ones do. */
export function simulatedExecutor(
  machine: Machine,
  ownerPid: number,
  act: Act = (effect) => effect(),
): Executor {
  const { timeline, random } = machine;
  let starter: ProcessIdentity | null = null;
  let listener: (event: ExecutorEvent) => void = () => {};
  const isOwnerAlive = (): boolean => machine.isAlive(ownerPid);
  const tell = (event: ExecutorEvent): void => {
    if (isOwnerAlive()) act(() => listener(event));
  };
  const soon = (ms: number, then: () => void): void => {
    timeline.after(ms, then);
  };
  const over = (child: Child): void => {
    child.state = 'over';
    machine.kill(child.identity.pid);
    conclude(child);
  };
  const conclude = (child: Child): void => {
    if (!isOwnerAlive()) return;
    if (child.state === 'orphaned') child.state = 'over';
    tell({ kind: 'over', key: child.key, inspection: concluded(machine, child) });
  };
  const treeEndsIn = (): number => machine.treeMs ?? Math.floor(random() ** 2 * 6_000);
  const orphan = (child: Child): void => {
    if (child.state !== 'running') return;
    child.state = 'orphaned';
    machine.kill(child.identity.pid);
    soon(treeEndsIn(), () => conclude(child));
  };
  const begin = (child: Child): void => {
    const at = timeline.now().wall;
    child.state = 'running';
    child.startedAt = at;
    const witnessed: Begin = {
      key: child.key,
      jobId: child.order.env['CRONKEEPER_JOB_ID'] ?? '',
      fireTime: child.order.env['CRONKEEPER_FIRE_TIME'] ?? '',
      epoch: Number(child.order.env['CRONKEEPER_EPOCH']),
      instancePid: child.ownerPid,
      at,
    };
    machine.witness.push(witnessed);
    machine.onBegin(witnessed);
    soon(1, () => tell({ kind: 'began', key: child.key, startedAt: at }));
    const runMs = machine.runMs ?? 5 + Math.floor(random() * random() * 20_000);
    const exitCode = machine.exitCode ?? (random() < 0.8 ? 0 : 1);
    const { argv } = child.order;
    const timeoutMs = machine.isUnwatched ? Number.POSITIVE_INFINITY : child.order.timeoutMs;
    if (machine.missing.has(argv[0] ?? '')) {
      const end = endOf(child, at, 127);
      child.end = { ...end, exitCode: null, reason: 'command_not_found' };
      soon(0, () => over(child));
      return;
    }
    soon(Math.min(runMs, timeoutMs), () => {
      if (child.state !== 'running') return;
      const end = endOf(child, timeline.now().wall, exitCode);
      child.end =
        runMs < timeoutMs
          ? end
          : { ...end, outcome: 'timed_out', reason: 'timeout', exitCode: 143 };
      over(child);
    });
  };
  const closeGates = (): void => {
    for (const child of machine.children.values()) {
      if (child.starterPid === starter?.pid && child.state === 'gated') over(child);
    }
  };
  return {
    open: async () => {
      if (starter === null || !machine.isAlive(starter.pid)) {
        starter = machine.spawn();
        const { pid } = starter;
        machine.starters.add(pid);
        machine.whenDead(pid, () => {
          machine.starters.delete(pid);
          if (starter?.pid !== pid) return;
          closeGates();
          starter = null;
          soon(1, () => tell({ kind: 'starter-lost' }));
        });
        machine.whenDead(ownerPid, () =>
          soon(machine.lingerMs ?? Math.floor(random() * 20), () => {
            if (machine.staying.has(pid)) return;
            closeGates();
            machine.kill(pid);
          }),
        );
      }
      return starter;
    },
    prepare: async (order): Promise<Prepared> => {
      if (machine.prepareMs > 0) await new Promise<void>((go) => soon(machine.prepareMs, go));
      if (random() < machine.prepareFaults)
        await new Promise<void>((go) => soon(random() * 4_000, go));
      const fails = machine.isFull || random() < machine.prepareFaults;
      if (starter === null || !isOwnerAlive() || fails)
        return { kind: 'failed', reason: 'start_failed', message: 'no starter' };
      const other = machine.children.get(nameOf(order.key));
      if (other !== undefined && (other.state !== 'over' || other.startedAt !== null))
        return { kind: 'failed', reason: 'start_failed', message: 'already prepared' };
      const identity = machine.spawn();
      const child: Child = {
        key: order.key,
        identity,
        order,
        starterPid: starter.pid,
        ownerPid,
        state: 'gated',
        startedAt: null,
        end: null,
        adoptions: 0,
        over: () => over(child),
        orphan: () => orphan(child),
      };
      machine.children.set(nameOf(order.key), child);
      return { kind: 'waiting', process: identity };
    },
    release: (key, deadlineBootMs) => {
      const child = machine.children.get(nameOf(key));
      machine.onRelease(deadlineBootMs);
      if (timeline.boot > deadlineBootMs) machine.lateReleases += 1;
      act(() =>
        soon(Math.floor(random() * 4), () => {
          if (child?.state === 'over' && child.startedAt === null) over(child);
          if (child === undefined || child.state !== 'gated') return;
          if (!machine.isAlive(child.starterPid) || timeline.boot > deadlineBootMs) over(child);
          else begin(child);
        }),
      );
    },
    abandon: (key) => {
      const child = machine.children.get(nameOf(key));
      act(() => {
        if (child?.state === 'gated') over(child);
      });
    },
    inspect: async (key) => {
      const child = machine.children.get(nameOf(key));
      return child === undefined ? { kind: 'not-started' } : inspectChild(machine, child);
    },
    adopt: (key) => {
      const child = machine.children.get(nameOf(key));
      if (child === undefined) return;
      act(() => {
        child.adoptions += 1;
      });
      machine.whenDead(child.identity.pid, () =>
        soon(child.state === 'orphaned' ? treeEndsIn() : 1, () => conclude(child)),
      );
    },
    end: async (key, _process, verdict) => {
      const child = machine.children.get(nameOf(key));
      if (child === undefined || child.state === 'over') return;
      if (machine.endMs > 0) await new Promise<void>((go) => soon(machine.endMs, go));
      // Who was ending it may be gone by now.
      if (!isOwnerAlive()) return;
      if (child.state === 'running') {
        child.end = { ...endOf(child, timeline.now().wall, 143), ...verdict };
      }
      over(child);
    },
    marked: async () => [],
    sweep: async () => 0,
    probe: async (requirement) =>
      machine.unmet.has(requirementText(requirement)) ? 'it is gone' : null,
    examine: async ({ argv }) =>
      machine.missing.has(argv[0] ?? '')
        ? { reason: 'command_not_found', message: `There is no command "${argv[0]}".` }
        : null,
    trial: async () =>
      machine.isFull
        ? { code: 'start_failed', message: 'no process can be made here: there is no room' }
        : null,
    listen: (next) => {
      listener = next;
    },
    expect: () => {},
    outputBetween: async () => [],
    removeOutput: async () => new Map(),
    close: async (left = []) => {
      closeGates();
      const pid = starter?.pid;
      starter = null;
      if (pid === undefined) return;
      if (left.length === 0) machine.kill(pid);
      else stayBehind(machine, pid, left);
    },
  };
}

/** How long a starter waits for the next owner. */
const staysMs = 60_000;

/** A starter outlives its owner with what it left, and ends what nobody adopts, unless it is ended before. */
function stayBehind(machine: Machine, pid: number, left: readonly LeftAttempt[]): void {
  const { timeline } = machine;
  machine.staying.add(pid);
  const children = left.flatMap(({ key }) => machine.children.get(nameOf(key)) ?? []);
  const before = new Map(children.map((child) => [child, child.adoptions]));
  timeline.after(staysMs, () => {
    if (!machine.isAlive(pid)) return;
    for (const [child, adoptions] of before) {
      if (child.state !== 'running' || child.adoptions !== adoptions) continue;
      const verdict = { outcome: 'cancelled', reason: 'owner_absent' } as const;
      child.end = { ...endOf(child, timeline.now().wall, 143), ...verdict };
      child.over();
    }
    machine.kill(pid);
  });
}

const endOf = (child: Child, endedAt: number, exitCode: number): AttemptEnd => ({
  startedAt: child.startedAt ?? endedAt,
  endedAt,
  outcome: exitCode === 0 ? 'succeeded' : 'failed',
  exitCode,
  reason: exitCode === 0 ? null : 'exit_nonzero',
  message: null,
  outputBytes: 0,
  outputTruncated: false,
});

function inspectChild(machine: Machine, child: Child): Inspection {
  if (child.end !== null) return { kind: 'ended', end: child.end };
  // A mark that was not on the disk proves nothing when the machine went down.
  if (child.state === 'over' && !machine.isOfThisBoot(child.identity))
    return { kind: 'lost', startedAt: child.startedAt };
  if (child.state === 'gated') return { kind: 'gated' };
  if (child.state === 'running' && child.startedAt !== null)
    return { kind: 'running', startedAt: child.startedAt };
  return child.startedAt === null
    ? { kind: 'not-started' }
    : { kind: 'orphaned', startedAt: child.startedAt };
}

/** What its owner is told of a child that is over. */
function concluded(machine: Machine, child: Child): Over {
  const seen = inspectChild(machine, child);
  if (seen.kind === 'gated' || seen.kind === 'running') throw new Error(`it is ${seen.kind}`);
  return seen.kind === 'orphaned' ? { kind: 'lost', startedAt: seen.startedAt } : seen;
}
