import type { Clock } from '../../ports/clock.ts';

/** A starter that has not opened a gate by then is stuck. */
const beginWithinMs = 5_000;

/** Gates that the starter was told to open, until it answers. */
export class OpenedGates {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, AbortController>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `late` unless the answer comes in time. */
  add(name: string, late: () => void): void {
    const answered = new AbortController();
    this.#waiting.set(name, answered);
    void this.#clock.sleep(beginWithinMs, answered.signal).then(() => {
      if (!answered.signal.aborted) late();
    });
  }

  wasAnswered(name: string): void {
    // With a reason of its own, because making the usual one costs more than the rest.
    this.#waiting.get(name)?.abort('answered');
    this.#waiting.delete(name);
  }

  /** No answer is waited for any more. */
  clear(): void {
    for (const name of [...this.#waiting.keys()]) this.wasAnswered(name);
  }
}
