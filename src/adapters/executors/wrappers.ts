import { type ChildProcess, spawn } from 'node:child_process';
import { keptAtMost } from '../../core/crowd.ts';
import type { StartOrder } from '../../ports/executor.ts';
import { OrderFile } from './order-file.ts';
import { type Tools, wrapperArguments, wrapperEnvironment } from './wrapper.ts';
import { canReadPipes, Wrapper } from './wrapper-process.ts';

/** Never so many idle ones that they would be felt, never so few that the next start waits for a fork. */
const fewest = 4;
const most = keptAtMost;
/** Between two that are made spare; and after one that ended although it was given nothing. */
const refillMs = 20;
const diedPauseMs = 1_000;
/** After this long without work, those that a crowd of jobs needed are let go. */
const restMs = 10 * 60_000;

/** What is heard of spare wrappers: one waits for an attempt, or waits no more although it was given none. */
export type SpareListener = (pid: number, is: 'spare' | 'spent') => void;

/** The wrappers of one starter: those that serve, and those that wait for an attempt. */
export class Wrappers {
  readonly #home: string;
  readonly #tools: Tools;
  readonly #umask: number;
  readonly #tell: SpareListener;
  /** By their pids, the one that has waited longest first. */
  readonly #idle = new Map<number, Wrapper>();
  /** Those that live. */
  readonly #all = new Set<Wrapper>();
  /** So many more are made for a crowd. */
  #more = 0;
  #pauseMs = refillMs;
  #made = 0;
  #refilling: NodeJS.Timeout | null = null;
  #resting: NodeJS.Timeout | null = null;

  /** `home` is where their orders are written. */
  constructor(home: string, tools: Tools, umask: number, tell: SpareListener) {
    this.#home = home;
    this.#tools = tools;
    this.#umask = umask;
    this.#tell = tell;
  }

  /** The spare one of this pid, which is spare no more; undefined when there is none. */
  take(pid: number): Wrapper | undefined {
    const wrapper = this.#idle.get(pid);
    this.#idle.delete(pid);
    this.#pauseMs = refillMs;
    this.keepSome();
    return wrapper;
  }

  /** One for this attempt alone. What is to be hidden is in its environment, where its redactor finds it. @throws when it cannot be made */
  make(order: StartOrder): Wrapper {
    this.keepSome();
    return this.#make(order);
  }

  /** So many attempts will soon be given at once. */
  expect(count: number): void {
    const there = [...this.#all].filter(({ servesAgain }) => servesAgain).length;
    // With the few that are always spare, none need be made while those attempts begin.
    this.#more = Math.max(0, Math.min(count + fewest, most) - there);
    this.keepSome();
  }

  /** Makes spare ones, a moment later: what was asked for goes first. */
  keepSome(): void {
    const areEnough = this.#idle.size >= fewest && this.#more === 0;
    if (!canReadPipes || this.#refilling !== null || areEnough) return;
    this.#refilling = setTimeout(() => {
      this.#refilling = null;
      this.#more = Math.max(0, this.#more - 1);
      if (this.#makeSpare()) this.keepSome();
    }, this.#pauseMs);
  }

  /** What goes wrong here is told by the next start, to which it happens again. */
  #makeSpare(): boolean {
    try {
      const spare = this.#make(null);
      this.#keep(spare);
      return spare.pid !== undefined;
    } catch {
      return false;
    }
  }

  #make(order: StartOrder | null): Wrapper {
    this.#made += 1;
    const orders = new OrderFile(this.#home, `${process.pid}-${this.#made}`);
    const mark = canReadPipes || order === null ? `${process.pid}-${this.#made}` : order.key.runId;
    const child = this.#spawn(orders, wrapperEnvironment(mark, order));
    const wrapper: Wrapper = new Wrapper(
      child,
      orders,
      () => this.#takeBack(wrapper),
      () => {
        this.#all.delete(wrapper);
        this.#mayHaveDiedSpare(wrapper);
      },
    );
    if (wrapper.pid !== undefined) this.#all.add(wrapper);
    return wrapper;
  }

  #spawn(orders: OrderFile, env: Record<string, string>): ChildProcess {
    try {
      const words = wrapperArguments(this.#tools, this.#umask, orders.path);
      const child = spawn(this.#tools.shell, words, {
        cwd: '/',
        detached: true,
        env,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', orders.file],
      });
      child.on('error', () => {});
      // Without a descriptor for them there are no streams, whatever their type says, and the error comes later.
      if (child.stdio === undefined) throw new Error('No descriptor is left for another wrapper.');
      return child;
    } catch (error) {
      orders.close();
      throw error;
    }
  }

  #keep(wrapper: Wrapper): void {
    const { pid } = wrapper;
    if (pid === undefined) return;
    this.#idle.set(pid, wrapper);
    this.#tell(pid, 'spare');
    this.#resting?.refresh();
    if (this.#resting === null && this.#idle.size > fewest)
      this.#resting = setTimeout(() => this.#rest(), restMs);
  }

  #takeBack(wrapper: Wrapper): void {
    if (this.#idle.size >= most) wrapper.leave();
    else this.#keep(wrapper);
  }

  #rest(): void {
    this.#resting = null;
    for (const wrapper of [...this.#idle.values()].slice(fewest)) {
      this.#forget(wrapper);
      wrapper.leave();
    }
  }

  /** Where processes are short a shell ends because it cannot fork. Then none are made for a crowd, and others only now and then. */
  #mayHaveDiedSpare(wrapper: Wrapper): void {
    if (!this.#idle.has(wrapper.pid ?? 0)) return;
    this.#forget(wrapper);
    this.#more = 0;
    this.#pauseMs = diedPauseMs;
  }

  #forget({ pid = 0 }: Wrapper): void {
    if (this.#idle.delete(pid)) this.#tell(pid, 'spent');
  }
}
