import { nextFireOf } from '../../src/core/firing.ts';
import { toUlid } from '../../src/core/id.ts';
import type { Instance } from '../../src/core/instance.ts';
import type { Job, JobDefinition } from '../../src/core/job.ts';
import { definitionDefaults } from '../../src/core/job.ts';
import { personal } from '../../src/core/maker.ts';
import type { Level, ProcessIdentity, Provenance, Role } from '../../src/core/provenance.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { runInstance } from '../../src/loops/instance.ts';
import type { OutboxSettings, World } from '../../src/loops/world.ts';
import type { LoopAnswer, Neighbours, Reception } from '../../src/ports/neighbours.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Fate } from '../../src/ports/supervisor.ts';
import { Machine, noSecrets, plainEnvironments, simulatedExecutor } from './machine.ts';
import { channelsThrough, noOutput, Post } from './post.ts';
import { type Call, type Interception, Reach, storeThrough } from './reach.ts';
import { SimulatedClock, seededRandom, Timeline } from './timeline.ts';
import { Trace } from './trace.ts';

const writes: ReadonlySet<string> = new Set(
  `fire acceptRequests authorise markBegan settle adopt claim renew recordStarter release prefer
  report remove append prune openIncident closeIncident record again`.split(/\s+/),
);

type Reachable = {
  readonly pid: number;
  readonly clock: SimulatedClock;
  readonly handlers: Parameters<Reception['open']>[0];
};

/** One simulated process of ours. */
export type Member = {
  readonly pid: number;
  readonly id: string;
  readonly role: Role;
  readonly clock: SimulatedClock;
  readonly stop: AbortController;
  /** What its service manager says of it; may change while it lives. */
  level: Level;
  unit: string | undefined;
  /** What its service manager means when it tells it to stop. */
  fate: Fate;
  isOver: boolean;
  /** Since when it is stopped or dead, in awake milliseconds of the machine; null while it goes on. */
  stoppedAt: number | null;
};

export type MemberOptions = {
  readonly role?: Role;
  readonly level?: Level;
  readonly unit?: string | undefined;
  readonly schedules?: boolean;
  readonly until?: 'forever' | 'idle';
  readonly maxRunning?: number;
};

/** A profile with its store, its machine and the instances that live on it. */
export class Cluster {
  readonly timeline: Timeline;
  readonly random: () => number;
  readonly machine: Machine;
  readonly members: Member[] = [];
  readonly log: string[] = [];
  readonly trace = new Trace();
  readonly store: Store;
  readonly ttlMs: number;
  /** Told of each call to the store that was carried out. */
  onCall: (call: Call) => void = () => {};
  readonly reach: Reach;
  readonly post: Post;
  outbox: OutboxSettings = {
    alerts: ['inbox'],
    deliverForMs: 3_600_000,
    sendLimitMs: 30_000,
    heartbeat: null,
  };
  #writes = 0;
  readonly #ownWrites = new Map<number, number>();
  readonly #sockets = new Map<string, Reachable>();
  #ids = 0;

  private constructor(seed: number, timeline: Timeline, store: Store, ttlMs: number) {
    this.timeline = timeline;
    this.random = seededRandom(seed);
    this.machine = new Machine(timeline, this.random);
    this.ttlMs = ttlMs;
    this.store = store;
    this.reach = new Reach(timeline, this.random);
    this.post = new Post(timeline, this.random);
    this.reach.crash = (pid) => this.#withPid(pid, (member) => this.crash(member));
    this.reach.pause = (pid) => this.#withPid(pid, (member) => this.pause(member));
    this.reach.onCall = (call) => this.#heard(call);
  }

  /** How often a call to the store fails, half of the times after it was carried out. */
  set storeFaults(share: number) {
    this.reach.storeFaults = share;
  }

  /** What happens to one call to the world; asked before each. */
  set intercept(judge: (pid: number, name: string) => Interception) {
    this.reach.intercept = judge;
  }

  /** Faults that were injected into calls so far. */
  get injected(): number {
    return this.reach.injected;
  }

  #withPid(pid: number, then: (member: Member) => void): void {
    const member = this.members.find((one) => one.pid === pid);
    if (member !== undefined) then(member);
  }

  #heard(call: Call): void {
    this.trace.add(call.name);
    this.trace.count(call.pid);
    this.trace.count(this.timeline.boot);
    if (writes.has(call.name)) this.#wrote(call.pid);
    this.onCall(call);
  }

  static async open(
    seed: number,
    openStore: (timeline: Timeline) => Promise<Store>,
    ttlMs = 15_000,
    wall?: number,
  ): Promise<Cluster> {
    const timeline = new Timeline();
    if (wall !== undefined) timeline.wallOffset = wall - timeline.boot;
    const store = await openStore(timeline);
    const cluster = new Cluster(seed, timeline, store, ttlMs);
    await store.profiles.ensure('default', cluster.timeline.now().wall, 'test');
    return cluster;
  }

  newId = (): string => {
    this.#ids += 1;
    const chance = [...`${this.#ids}`.padStart(16, '0')].map(Number);
    return toUlid(this.timeline.now().wall, chance);
  };

  /** Starts an instance; it lives until it is stopped or killed. */
  join({
    role = 'runner',
    level = 'unknown',
    unit,
    schedules = true,
    until = 'forever',
    maxRunning = 20,
  }: MemberOptions = {}): Member {
    const process = this.machine.spawn();
    const clock = new SimulatedClock(this.timeline);
    const member: Member = {
      pid: process.pid,
      id: this.newId(),
      role,
      clock,
      stop: new AbortController(),
      level,
      unit,
      fate: 'restart',
      isOver: false,
      stoppedAt: null,
    };
    this.members.push(member);
    const world = this.#world(member, process, { role, schedules, maxRunning });
    const over = (): void => {
      member.isOver = true;
      member.stoppedAt ??= this.timeline.awake;
      this.machine.kill(member.pid);
    };
    void runInstance(world, member.stop.signal, { until }).then(over, (error: unknown) => {
      this.#note(member, 'failed', String(error));
      over();
    });
    return member;
  }

  /** The process is gone between two instructions: nothing of it happens any more. */
  crash(member: Member): void {
    this.#stop(member);
    this.machine.kill(member.pid);
  }

  pause(member: Member): void {
    this.#stop(member);
  }

  #stop(member: Member): void {
    member.stoppedAt ??= this.timeline.awake;
    member.clock.pause();
    this.reach.freeze(member.pid);
  }

  resume(member: Member): void {
    if (!this.machine.isAlive(member.pid)) return;
    member.stoppedAt = null;
    member.clock.resume();
    this.reach.thaw(member.pid);
  }

  #wrote(pid: number): void {
    this.#writes += 1;
    this.#ownWrites.set(pid, (this.#ownWrites.get(pid) ?? 0) + 1);
  }

  /** All members share one connection, so what others wrote is counted here. */
  #changeToken(pid: number): string {
    return String(this.#writes - (this.#ownWrites.get(pid) ?? 0));
  }

  #world(member: Member, process: ProcessIdentity, options: MemberOptions): World {
    const { timeline, machine } = this;
    const executor = simulatedExecutor(machine, member.pid, (effect) =>
      this.reach.act(member.pid, effect),
    );
    const path = `socket-${member.pid}`;
    const reception: Reception = {
      path,
      open: async (handlers) => {
        this.#sockets.set(path, { pid: member.pid, clock: member.clock, handlers });
      },
      close: async () => {
        this.#sockets.delete(path);
      },
    };
    const provenance = (): Provenance => ({
      level: member.level,
      service: member.unit === undefined ? null : { manager: 'systemd-system', unit: member.unit },
      chain: [],
      uid: 0,
      user: 'root',
      host: 'host',
      machineId: 'machine',
      facts: [],
      probedAt: timeline.now().wall,
    });
    const guardedExecutor = {
      ...executor,
      open: () => this.reach.pass(member.pid, 'open', executor.open, false),
      prepare: (order: Parameters<typeof executor.prepare>[0]) =>
        this.reach.pass(member.pid, 'prepare', () => executor.prepare(order), false),
      inspect: (...args: Parameters<typeof executor.inspect>) =>
        this.reach.pass(member.pid, 'inspect', () => executor.inspect(...args), false),
      end: (...args: Parameters<typeof executor.end>) =>
        this.reach.pass(member.pid, 'end', () => executor.end(...args), false),
    };
    return {
      self: {
        id: member.id,
        profile: 'default',
        role: options.role ?? 'runner',
        schedules: options.schedules ?? true,
        host: 'host',
        version: 'test',
        command: 'test',
        url: null,
        channels: [],
      },
      settings: {
        ttlMs: this.ttlMs,
        maxRunning: options.maxRunning ?? 20,
        maxWork: 20,
        keepRunsMs: 1e12,
        keepRuns: 1e9,
        keepOutputBytes: 1e12,
        outbox: this.outbox,
      },
      environments: plainEnvironments,
      secrets: noSecrets,
      models: () => new Map(),
      store: storeThrough(this.reach, member.pid, this.store, {
        changeToken: () => this.#changeToken(member.pid),
      }),
      clock: member.clock,
      ids: { next: this.newId },
      random: this.random,
      executor: guardedExecutor,
      worker: ['worker'],
      channels: channelsThrough(this.reach, member.pid, this.post),
      output: noOutput,
      processes: machine.table(process, (pid) => this.#withPid(pid, (one) => this.#stop(one))),
      provenance: {
        probe: () => this.reach.pass(member.pid, 'probe', async () => provenance(), false),
      },
      reception,
      neighbours: this.neighbours(),
      supervisor: {
        patienceMs: null,
        atWork: () => {},
        fate: () => this.reach.pass(member.pid, 'fate', async () => member.fate, false),
        close: () => {},
      },
      log: {
        info: (event, fields) => this.#note(member, event, fields),
        warn: (event, fields) => this.#note(member, event, fields),
        error: (event, fields) => this.#note(member, `ERROR ${event}`, fields),
      },
    };
  }

  #note(member: Member, event: string, fields: unknown): void {
    const line = `${this.timeline.boot} ${member.pid} ${event} ${JSON.stringify(fields ?? {})}`;
    this.trace.add(line);
    this.log.push(line);
  }

  /** How processes here reach each other, doors included. */
  neighbours(): Neighbours {
    const { timeline, machine } = this;
    return {
      ask: (socket, deadlineMs) =>
        new Promise((resolve) => {
          timeline.after(deadlineMs, () => resolve(null));
          const there = this.#sockets.get(socket);
          if (there === undefined || there.clock.isPaused) return;
          void there.handlers.answer().then(resolve);
        }),
      environment: async (socket) => this.#sockets.get(socket)?.handlers.environment() ?? null,
      examine: async (socket, look) => {
        const handlers = this.#sockets.get(socket)?.handlers;
        return handlers === undefined ? null : { hindrance: await handlers.examine(look) };
      },
      poke: async (socket) => {
        this.#sockets.get(socket)?.handlers.poked();
      },
      watch: (socket, onGone) => {
        const there = this.#sockets.get(socket);
        if (there === undefined) {
          timeline.after(0, onGone);
          return { close: () => {} };
        }
        return { close: machine.whenDead(there.pid, onGone) };
      },
    };
  }

  async addJob(schedule: Schedule, extra: Partial<JobDefinition> = {}): Promise<Job> {
    const now = this.timeline.now().wall;
    const definition: JobDefinition = {
      ...definitionDefaults,
      // What is owed costs time; a story that is about it says so.
      deliver: [],
      name: `job ${this.#ids}`,
      schedule,
      action: { kind: 'command', argv: ['true'], shell: false },
      cwd: '/',
      env: {},
      ...extra,
    };
    const job: Job = {
      id: this.newId(),
      profile: 'default',
      revision: 1,
      state: 'enabled',
      pausedReason: null,
      authority: personal,
      definition,
      nextFireAt: nextFireOf(definition, now),
      scheduledRuns: 0,
      createdAt: now,
      updatedAt: now,
    };
    await this.store.jobs.create({
      job,
      key: null,
      entry: {
        profile: 'default',
        at: now,
        actor: 'test',
        kind: 'job.add',
        subject: job.id,
        detail: {},
      },
    });
    await this.poke();
    return job;
  }

  /** Gives the job a schedule that cannot be computed, as another program may have left it. */
  async spoil(job: Job): Promise<void> {
    const schedule = { kind: 'cron', expression: 'nonsense', zone: 'UTC' } as const;
    await this.store.jobs.change({
      profile: job.profile,
      jobId: job.id,
      seen: { revision: job.revision, nextFireAt: job.nextFireAt },
      after: { ...job, definition: { ...job.definition, schedule } },
      decisions: [],
      entry: {
        profile: job.profile,
        at: 0,
        actor: 'test',
        kind: 'job.edit',
        subject: job.id,
        detail: {},
      },
    });
  }

  /** A door wrote something; the hint may be lost. */
  async poke(isHeard = true): Promise<void> {
    this.#wrote(0);
    if (!isHeard) return;
    for (const { handlers } of this.#sockets.values()) handlers.poked();
  }

  async instances(): Promise<readonly Instance[]> {
    return this.store.instances.list('default');
  }

  /** What the loop of a member says of itself; null when it does not answer. */
  ask({ pid }: Member): Promise<LoopAnswer | null> {
    return this.neighbours().ask(`socket-${pid}`, 1_000);
  }

  pass(ms: number): Promise<void> {
    return this.timeline.run(ms);
  }
}
