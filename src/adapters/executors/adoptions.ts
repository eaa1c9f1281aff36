import type { ProcessIdentity } from '../../core/provenance.ts';
import type { AttemptKey } from '../../ports/executor.ts';
import { attemptFolder, leaveAdoption } from './attempt-folder.ts';

/** Adopted attempts in whose folders that could not be written yet. Whoever stayed behind with one must hear of it. */
export class Adoptions {
  readonly #home: string;
  readonly #unmarked = new Map<string, AttemptKey>();

  constructor(home: string) {
    this.#home = home;
  }

  add(name: string, key: AttemptKey): void {
    this.#unmarked.set(name, key);
  }

  forget(name: string): void {
    this.#unmarked.delete(name);
  }

  /** Marks what is not marked yet; a full disk is tried again with the next call. */
  mark(by: ProcessIdentity): void {
    for (const [name, key] of this.#unmarked) {
      try {
        leaveAdoption(attemptFolder(this.#home, key), by);
        this.#unmarked.delete(name);
      } catch {
        // What cannot be written now may be so in a moment; a minute is left for it.
      }
    }
  }
}
