import type { Moment } from '../../src/core/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

type Timer = {
  at: number;
  readonly order: number;
  readonly fire: () => void;
  readonly owner: SimulatedClock | null;
  isCancelled: boolean;
};

/** So many timers at one instant mean that somebody turns round without waiting. */
const mostAtOnce = 50_000;
/** After so many timers, whoever waits outside of the simulation gets a turn. */
const breathEvery = 2_000;

/**
 * Virtual time for everything in one simulation. Three clocks: awake time drives timers and stands still while the machine sleeps;
 * boot time counts sleep; the wall clock may be stepped.
 */
export class Timeline {
  wallOffset = Date.UTC(2026, 0, 5, 8) - 1_000_000;
  /** Timers that fired. */
  wakeUps = 0;
  /** Times that a loop of an instance slept and woke. */
  loopWakeUps = 0;
  #awake = 1_000_000;
  #slept = 0;
  #atOnce = 0;
  #order = 0;
  readonly #heap: Timer[] = [];

  /** Milliseconds since the machine was started, sleep included. */
  get boot(): number {
    return this.#awake + this.#slept;
  }

  /** The same, without the time that the machine slept. */
  get awake(): number {
    return this.#awake;
  }

  /** How long the machine slept so far. */
  get slept(): number {
    return this.#slept;
  }

  now(): Moment {
    const { boot } = this;
    return { wall: Math.floor(boot + this.wallOffset), boot };
  }

  /** Calls `fire` after `ms` of awake time; answers how to call it off. */
  after(ms: number, fire: () => void, owner: SimulatedClock | null = null): () => void {
    const timer: Timer = {
      at: this.#awake + whole(ms),
      order: this.#order++,
      fire,
      owner,
      isCancelled: false,
    };
    push(this.#heap, timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Puts a timer of a process that goes on back among the others; one that is overdue fires now. */
  again(timer: Timer): void {
    timer.at = Math.max(timer.at, this.#awake);
    push(this.#heap, timer);
  }

  /** The machine sleeps: boot time and wall clock go on, nothing else does. */
  sleep(ms: number): void {
    this.#slept += Math.ceil(ms);
  }

  /** Lets `ms` of awake time pass: fires timers in order; after each, everything that can go on without time does. */
  async run(ms: number): Promise<void> {
    const until = this.#awake + whole(ms);
    await drained();
    for (;;) {
      const timer = this.#heap[0];
      if (timer === undefined || timer.at > until) break;
      pop(this.#heap);
      if (timer.isCancelled) continue;
      if (timer.owner?.isPaused === true) {
        timer.owner.parked.push(timer);
        continue;
      }
      this.#atOnce = timer.at > this.#awake ? 0 : this.#atOnce + 1;
      if (this.#atOnce > mostAtOnce) throw new Error('somebody turns round without waiting');
      this.#awake = Math.max(this.#awake, timer.at);
      this.wakeUps += 1;
      if (this.wakeUps % breathEvery === 0) await new Promise((resolve) => setImmediate(resolve));
      timer.fire();
      await drained();
    }
    this.#awake = until;
  }
}

/** In whole 1024ths of a millisecond, so that sums are exact and no wait is too short to be one. */
const whole = (ms: number): number => Math.ceil(ms * 1024) / 1024;

/** Resolves when every promise that can go on without time has done so: ticks of Node come after all microtasks. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Timer[], timer: Timer): void {
  let place = heap.length;
  heap.push(timer);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(timer, above)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const smaller = isRight ? right : left;
    if (!isBefore(smaller, last)) break;
    heap[place] = smaller;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = last;
}

/** The clock of one process. A paused process does not see its timers; a dead one never again. */
export class SimulatedClock implements Clock {
  readonly parked: Timer[] = [];
  readonly #timeline: Timeline;
  #isPaused = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const timer of this.parked.splice(0)) this.#timeline.again(timer);
  }

  now(): Moment {
    return this.#timeline.now();
  }

  sleptMs(): number {
    return this.#timeline.slept;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let isOver = false;
      const woken = (): void => {
        if (isOver) return;
        isOver = true;
        this.#timeline.loopWakeUps += 1;
        resolve();
      };
      if (signal?.aborted === true) return woken();
      const cancel = this.#timeline.after(ms, woken, this);
      signal?.addEventListener('abort', () => {
        cancel();
        if (!this.#isPaused) return woken();
        this.#timeline.after(0, woken, this);
      });
    });
  }
}

/** A small seeded generator: the same seed gives the same simulation. */
export function seededRandom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
