import type { Moment } from '../../src/core/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

type Timer = {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  readonly owner: SimulatedClock | null;
};

/** Virtual time for everything in one simulation. Boot time only moves forward; the wall clock may be stepped. */
export class Timeline {
  boot = 1_000_000;
  wallOffset = Date.UTC(2026, 0, 5, 8) - 1_000_000;
  wakeUps = 0;
  #order = 0;
  #timers: Timer[] = [];

  at(boot: number, fire: () => void, owner: SimulatedClock | null = null): () => void {
    const timer: Timer = { at: boot, order: this.#order++, fire, owner };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  now(): Moment {
    return { wall: Math.floor(this.boot + this.wallOffset), boot: this.boot };
  }

  /** Fires timers in order until `untilBoot`; after each, everything that can go on without time does. */
  async run(untilBoot: number): Promise<void> {
    await settle();
    for (;;) {
      const next = this.#nextTimer(untilBoot);
      if (next === null) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.boot = Math.max(this.boot, next.at);
      this.wakeUps += 1;
      next.fire();
      await settle();
    }
    this.boot = Math.max(this.boot, untilBoot);
  }

  #nextTimer(untilBoot: number): Timer | null {
    let best: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.at > untilBoot || timer.owner?.isPaused === true) continue;
      if (best === null || timer.at < best.at || (timer.at === best.at && timer.order < best.order))
        best = timer;
    }
    return best;
  }
}

/** Lets every promise that can go on do so. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The clock of one process. A paused process does not see its timers; a dead one never again. */
export class SimulatedClock implements Clock {
  isPaused = false;
  readonly #timeline: Timeline;
  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  now(): Moment {
    return this.#timeline.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const cancel = this.#timeline.at(this.#timeline.boot + ms, resolve, this);
      signal?.addEventListener('abort', () => {
        cancel();
        if (!this.isPaused) return resolve();
        this.#timeline.at(this.#timeline.boot, resolve, this);
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
