import type { Store } from '../../src/ports/store.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import type { Timeline } from './timeline.ts';

/** What happens to one call of a process to the world. */
export type Interception = {
  /** The call, or its answer, takes so long. */
  readonly beforeMs?: number;
  readonly afterMs?: number;
  /** It fails before or after it was carried out. */
  readonly fails?: 'before' | 'after';
  /** The process is killed or stopped right before the call, or after it and before its answer. */
  readonly strikes?: 'crash-before' | 'crash-after' | 'pause-before' | 'pause-after';
};

/** One call that was carried out. */
export type Call = {
  readonly pid: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly answer: unknown;
};

const undisturbed: Interception = {};

/** Between the simulated processes and the world: calls take time, fail, or find their process stopped or killed. */
export class Reach {
  /** How often a call to the store fails, half of the times after it was carried out. */
  storeFaults = 0;
  /** How often a call takes up to 50 ms. */
  slowCalls = 0.02;
  /** Asked before each call. */
  intercept: (pid: number, name: string) => Interception = () => undisturbed;
  /** Told of each call that was carried out, before its answer is heard. */
  onCall: (call: Call) => void = () => {};
  crash: (pid: number) => void = () => {};
  pause: (pid: number) => void = () => {};
  /** Faults of calls so far. */
  injected = 0;
  readonly #timeline: Timeline;
  readonly #random: () => number;
  readonly #frozen = new Set<number>();
  readonly #stuck = new Map<number, (() => void)[]>();

  constructor(timeline: Timeline, random: () => number) {
    this.#timeline = timeline;
    this.#random = random;
  }

  isFrozen = (pid: number): boolean => this.#frozen.has(pid);

  freeze(pid: number): void {
    this.#frozen.add(pid);
  }

  thaw(pid: number): void {
    this.#frozen.delete(pid);
    for (const go of this.#stuck.get(pid)?.splice(0) ?? []) this.#timeline.after(0, go);
  }

  /** Does it now, or when the process goes on. */
  act(pid: number, effect: () => void): void {
    if (!this.#frozen.has(pid)) {
      effect();
      return;
    }
    const list = this.#stuck.get(pid) ?? [];
    list.push(effect);
    this.#stuck.set(pid, list);
  }

  /** Resolves when a stopped process goes on; never for a dead one. */
  #thawed(pid: number): Promise<void> {
    return new Promise((go) => this.act(pid, go));
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.#timeline.after(ms, resolve));
  }

  async #strike(pid: number, what: 'crash' | 'pause'): Promise<void> {
    this.injected += 1;
    if (what === 'crash') this.crash(pid);
    else this.pause(pid);
    await this.#thawed(pid);
  }

  /** One call of a process to the world; calls to the store fail at chance while `storeFaults` says so. */
  async pass<T>(pid: number, name: string, call: () => Promise<T>, ofStore: boolean): Promise<T> {
    if (this.#frozen.has(pid)) await this.#thawed(pid);
    const { beforeMs, afterMs, fails, strikes } = this.intercept(pid, name);
    if (strikes === 'crash-before') await this.#strike(pid, 'crash');
    if (strikes === 'pause-before') await this.#strike(pid, 'pause');
    if (this.#random() < this.slowCalls) await this.#delay(this.#random() * 50);
    if (beforeMs !== undefined) await this.#delay(beforeMs);
    if (this.#frozen.has(pid)) await this.#thawed(pid);
    const isUnlucky = ofStore && this.storeFaults > 0 && this.#random() < this.storeFaults;
    const isDone = isUnlucky ? this.#random() < 0.5 : fails !== 'before';
    const done = isDone ? { answer: await call() } : null;
    if (strikes === 'crash-after') await this.#strike(pid, 'crash');
    if (strikes === 'pause-after') await this.#strike(pid, 'pause');
    if (afterMs !== undefined) await this.#delay(afterMs);
    if (this.#frozen.has(pid)) await this.#thawed(pid);
    if (done !== null && !isUnlucky && fails === undefined) return done.answer;
    this.injected += 1;
    throw new StoreUnavailable('store_unavailable', `injected into ${name}`);
  }
}

/** The store as one process reaches it. `reach.onCall` hears of each call that was carried out, right when it was. */
export function storeThrough(
  reach: Reach,
  pid: number,
  store: Store,
  own: { readonly changeToken: () => string },
): Store {
  const wrapped: Record<string, unknown> = {};
  for (const [part, methods] of Object.entries(store)) {
    if (typeof methods !== 'object') continue;
    const guarded: Record<string, unknown> = {};
    for (const [name, method] of Object.entries<unknown>({ ...methods })) {
      if (typeof method !== 'function') continue;
      guarded[name] = (...args: readonly unknown[]) =>
        reach.pass(
          pid,
          name,
          async () => {
            const answer: unknown = await Reflect.apply(method, methods, args);
            reach.onCall({ pid, name, args, answer });
            return answer;
          },
          true,
        );
    }
    wrapped[part] = guarded;
  }
  const changeToken = async (): Promise<string> => own.changeToken();
  const upkeep = Object.assign({ ...store.upkeep }, wrapped['upkeep'], { changeToken });
  return Object.assign({ ...store }, wrapped, { upkeep });
}
