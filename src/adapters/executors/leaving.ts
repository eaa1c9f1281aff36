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

  /** They are all over, or nobody will tell. */
  clear(): void {
    for (const name of [...this.#names.keys()]) this.isOver(name);
  }

  /**
   * Waits until no attempt of this name is left, and answers whether it is so; two would share a folder, and the end of the first could be
   * taken for that of the second.
   *
   * @param watched others that are looked at until they are over
   */
  async whenFree(name: string, watched: ReadonlyMap<string, unknown>): Promise<boolean> {
    if (watched.has(name)) this.add(name);
    const over = this.#names.get(name);
    if (over !== undefined) await this.#clock.sleep(longestMs, over.signal);
    return !watched.has(name);
  }
}
