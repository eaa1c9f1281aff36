import type { Clock } from '../ports/clock.ts';

/** Lets the one loop of an instance sleep until something happens. A wake between two waits is not lost. */
export class Wake {
  readonly #clock: Clock;
  #pending = false;
  #sleeping: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#pending = true;
    // With a reason of its own, because making the usual one costs more than the wake.
    this.#sleeping?.abort('woken');
  }

  /**
   * Resolves after `ms` or at the next wake, whichever is first; says whether it was a wake. `isExact` is for an instant at which something
   * is due.
   */
  async wait(ms: number, isExact = false): Promise<boolean> {
    if (this.#pending || ms <= 0) {
      // A store in this process answers without letting anything else happen: sockets, children and timers get their turn here.
      await this.#clock.sleep(0);
    } else {
      this.#sleeping = new AbortController();
      const { signal } = this.#sleeping;
      if (isExact && this.#clock.sleepExactly !== undefined)
        await this.#clock.sleepExactly(ms, signal);
      else await this.#clock.sleep(ms, signal);
      this.#sleeping = null;
    }
    const isWoken = this.#pending;
    this.#pending = false;
    return isWoken;
  }
}
