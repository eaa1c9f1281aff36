/** What the tests of this folder share: an executor with real processes, in a home of its own. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ProcessIdentity, sameProcess } from '../../core/provenance.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  AttemptEnd,
  AttemptKey,
  Executor,
  ExecutorEvent,
  Over,
  StartOrder,
} from '../../ports/executor.ts';
import type { ProcessTable } from '../../ports/host.ts';
import { makeLocalExecutor } from './local.ts';
import { parseStat } from './process-tree.ts';

const program = process.env['CRONKEEPER_PROGRAM'];

/** That of the program that is under test, when one is named; a sabotaged one, for example. */
export const starterPath =
  program === undefined
    ? fileURLToPath(new URL('../../main/starter.ts', import.meta.url))
    : join(dirname(program), '..', 'dist', 'starter.js');

export const bootMs = (): number =>
  Math.round(Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1_000);

export const clock: Clock = {
  now: () => ({ wall: Date.now(), boot: bootMs() }),
  async sleep(ms, signal) {
    await after(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};

export function identify(pid: number): ProcessIdentity | null {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (stat === null || stat.state === 'Z') return null;
    return {
      machineId: 'test',
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
      pidNamespace: readlinkSync('/proc/self/ns/pid'),
      pid,
      startMark: stat.startMark,
    };
  } catch {
    return null;
  }
}

/** The living processes in the session of a wrapper: itself and its helpers, and not its command. */
export const membersOf = (wrapper: ProcessIdentity): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => identify(Number(name)) !== null && sessionOf(name) === wrapper.pid)
    .map(Number);

function sessionOf(pid: string): number | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.session;
  } catch {
    return undefined;
  }
}

const self = identify(process.pid);

export const processes: ProcessTable = {
  self() {
    if (self === null) throw new Error('This process has no identity.');
    return self;
  },
  life(identity) {
    const now = identify(identity.pid);
    return now !== null && sameProcess(now, identity) ? 'alive' : 'dead';
  },
  async kill(identity, withinMs) {
    const until = Date.now() + withinMs;
    while (processes.life(identity) === 'alive') {
      if (Date.now() > until) return false;
      process.kill(identity.pid, 'SIGKILL');
      await after(5);
    }
    return true;
  },
};

let lastId = 0;
/** A new id in the form of a run's. */
export function newRunId(): string {
  lastId += 1;
  return `01TEST${String(process.pid).padStart(8, '0')}${String(lastId).padStart(12, '0')}`;
}

export type Bench = {
  readonly home: string;
  readonly executor: Executor;
  readonly events: readonly ExecutorEvent[];
  order(argv: readonly string[], more?: Partial<StartOrder>): StartOrder;
  /** Prepares and releases; answers the wrapper. */
  start(order: StartOrder): Promise<ProcessIdentity>;
  over(key: AttemptKey): Promise<Over>;
  began(key: AttemptKey): Promise<void>;
  /** Runs to the end. */
  run(order: StartOrder): Promise<AttemptEnd>;
  output(key: AttemptKey): Buffer;
  close(): Promise<void>;
};

/** Resolves when `what` answers something, looking every few milliseconds; throws after `withinMs`. */
export async function until<T>(
  name: string,
  withinMs: number,
  what: () => T | null | undefined | false,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = what();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${name}`);
    await after(5);
  }
}

const quietLog = { info() {}, warn() {}, error() {} };

export async function makeBench(givenHome?: string): Promise<Bench> {
  const home = givenHome ?? mkdtempSync(join(tmpdir(), 'cronkeeper-executor-'));
  const executor = makeLocalExecutor({
    home,
    starterPath,
    processes,
    identify,
    clock,
    log: quietLog,
  });
  const events: ExecutorEvent[] = [];
  const isOf = (event: ExecutorEvent, key: AttemptKey): boolean =>
    event.kind !== 'starter-lost' &&
    event.key.runId === key.runId &&
    event.key.number === key.number;
  executor.listen((event) => events.push(event));
  await executor.open();
  const bench: Bench = {
    home,
    executor,
    events,
    order: (argv, more = {}) => ({
      key: { runId: newRunId(), number: 1 },
      argv,
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/tmp',
      timeoutMs: 60_000,
      noOutputTimeoutMs: null,
      outputLimit: 1024 * 1024,
      hidden: [],
      work: null,
      ...more,
    }),
    async start(order) {
      const prepared = await executor.prepare(order);
      if (prepared.kind === 'failed') throw new Error(prepared.message);
      executor.release(order.key, bootMs() + 10_000);
      return prepared.process;
    },
    async over(key) {
      const event = await until('the attempt is over', 30_000, () =>
        events.find((one) => one.kind === 'over' && isOf(one, key)),
      );
      if (event.kind !== 'over') throw new Error('unreachable');
      return event.inspection;
    },
    async began(key) {
      await until('the attempt begins', 10_000, () =>
        events.some((one) => one.kind === 'began' && isOf(one, key)),
      );
    },
    async run(order) {
      await bench.start(order);
      const inspection = await bench.over(order.key);
      if (inspection.kind !== 'ended') throw new Error(`It is ${inspection.kind}.`);
      return inspection.end;
    },
    output: ({ runId, number }) =>
      readFileSync(join(home, 'runs', runId, ...(number === 1 ? [] : [`${number}`]), 'output.log')),
    async close() {
      await executor.close();
      if (givenHome === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
  return bench;
}
