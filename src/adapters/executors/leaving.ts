import type { Clock } from '../../ports/clock.ts';

/** Longer than a wrapper takes to end whose gate was closed. */
const longestMs = 1_000;

/** Attempts that were abandoned, until they are over. Nothing is prepared under the name of one before that. */
export class Leaving {
  readonly #clock: Clock;
  readonly #names = new Map<string, AbortController>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: string): void {
    if (!this.#names.has(name)) this.#names.set(name, new AbortController());
  }

  isOver(name: string): void {
    this.#names.get(name)?.abort('over');
    this.#names.delete(name);
  }

  async whenOver(name: string): Promise<void> {
    const over = this.#names.get(name);
    if (over !== undefined) await this.#clock.sleep(longestMs, over.signal);
  }
}
