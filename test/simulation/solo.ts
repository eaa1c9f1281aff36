import type { CommandLook, Hindrance } from '../../src/core/probe.ts';
import type { Run } from '../../src/core/run.ts';
import { type InstanceOptions, runInstance } from '../../src/loops/instance.ts';
import type { World } from '../../src/loops/world.ts';
import type { ExecutorEvent } from '../../src/ports/executor.ts';
import type { LoopAnswer } from '../../src/ports/neighbours.ts';
import { Cluster } from './cluster.ts';
import { Doors } from './doors.ts';
import { noSecrets, plainEnvironments, simulatedExecutor } from './machine.ts';
import { memory } from './memory.ts';
import { channelsThrough, noOutput } from './post.ts';
import { SimulatedClock } from './timeline.ts';

type Handlers = Parameters<World['reception']['open']>[0];

/** One instance whose world a scene may change piece by piece: an executor that fails, a store that answers otherwise. */
export class Solo {
  readonly cluster: Cluster;
  readonly doors: Doors;
  readonly stop = new AbortController();
  readonly id: string;
  isOver = false;
  failure: unknown = null;
  /** What the executor says to the loop; a scene may say it, too. */
  emit: (event: ExecutorEvent) => void = () => {};
  #handlers: Handlers | null = null;
  #written = 0;

  private constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.doors = new Doors(cluster, () => 0);
    this.id = cluster.newId();
    const tell = cluster.poke.bind(cluster);
    cluster.poke = async (isHeard) => {
      this.poke();
      await tell(isHeard);
    };
  }

  static async open(seed = 1): Promise<Solo> {
    return new Solo(await Cluster.open(seed, memory));
  }

  /** Somebody wrote something and says so. */
  poke(): void {
    this.#written += 1;
    this.#handlers?.poked();
  }

  start(
    change: (world: World) => Partial<World> = () => ({}),
    until: InstanceOptions['until'] = 'forever',
  ): void {
    const world = this.#world();
    void runInstance({ ...world, ...change(world) }, this.stop.signal, { until }).then(
      () => {
        this.isOver = true;
      },
      (error: unknown) => {
        this.isOver = true;
        this.failure = error;
      },
    );
  }

  pass(ms: number): Promise<void> {
    return this.cluster.pass(ms);
  }

  /** What the loop says of itself; null until it says something. */
  ask(): { answer: LoopAnswer | null } {
    const asked: { answer: LoopAnswer | null } = { answer: null };
    void this.#handlers?.answer().then((answer) => {
      asked.answer = answer;
    });
    return asked;
  }

  /** Asks whether a command could begin, as a neighbour does. */
  async examine(look: CommandLook): Promise<Hindrance | null> {
    if (this.#handlers === null) throw new Error('Nobody is there to be asked.');
    return this.#handlers.examine(look);
  }

  every(everyMs: number): { kind: 'every'; everyMs: number; anchor: number } {
    return { kind: 'every', everyMs, anchor: this.cluster.timeline.now().wall };
  }

  runs(): Promise<readonly Run[]> {
    return this.cluster.store.runs.list('default', { limit: 1_000 });
  }

  said(event: string): readonly string[] {
    return this.cluster.log.filter((line) => line.startsWith(`${event} `));
  }

  #world(): World {
    const { timeline, machine, store, log, random, newId } = this.cluster;
    const process = machine.spawn();
    const executor = simulatedExecutor(machine, process.pid);
    const note = (event: string, fields: unknown): void => {
      log.push(`${event} ${JSON.stringify(fields ?? {})}`);
    };
    return {
      self: {
        id: this.id,
        profile: 'default',
        role: 'runner',
        schedules: true,
        host: 'host',
        version: 'test',
        command: 'test',
        url: null,
        channels: [],
      },
      settings: {
        ttlMs: 15_000,
        maxRunning: 20,
        maxWork: 20,
        keepRunsMs: 1e12,
        keepRuns: 1e9,
        keepOutputBytes: 1e12,
        outbox: this.cluster.outbox,
      },
      environments: plainEnvironments,
      secrets: noSecrets,
      models: () => new Map(),
      store: {
        ...store,
        upkeep: { ...store.upkeep, changeToken: async () => String(this.#written) },
      },
      clock: new SimulatedClock(timeline),
      ids: { next: newId },
      random,
      channels: channelsThrough(this.cluster.reach, process.pid, this.cluster.post),
      output: noOutput,
      worker: ['worker'],
      executor: {
        ...executor,
        listen: (listener) => {
          this.emit = listener;
          executor.listen(listener);
        },
      },
      processes: machine.table(process, () => {}),
      provenance: {
        probe: async () => ({
          level: 'unknown',
          service: null,
          chain: [],
          uid: 0,
          user: 'root',
          host: 'host',
          machineId: 'machine',
          facts: [],
          probedAt: timeline.now().wall,
        }),
      },
      reception: {
        path: `socket-${process.pid}`,
        open: async (handlers) => {
          this.#handlers = handlers;
        },
        close: async () => {
          this.#handlers = null;
        },
      },
      neighbours: {
        ask: async () => null,
        environment: async () => null,
        examine: async () => null,
        poke: async () => {},
        watch: () => ({ close: () => {} }),
      },
      supervisor: {
        patienceMs: null,
        atWork: () => {},
        fate: async () => 'restart',
        close: () => {},
      },
      log: { info: note, warn: note, error: note },
    };
  }
}

/** Answers `first` as often as told, then what the real one answers. */
export function firstly<Args extends readonly unknown[], Answer>(
  real: (...args: Args) => Promise<Answer>,
  first: () => Answer | Promise<Answer>,
  { times = 1, after = 0 }: { readonly times?: number; readonly after?: number } = {},
): ((...args: Args) => Promise<Answer>) & { calls: number } {
  const counted = async (...args: Args): Promise<Answer> => {
    counted.calls += 1;
    return counted.calls > after && counted.calls <= after + times ? first() : real(...args);
  };
  counted.calls = 0;
  return counted;
}
