import type { ProcessIdentity } from '../../core/provenance.ts';
import type { StartOrder } from '../../ports/executor.ts';
import { isAttemptKey } from './attempt-folder.ts';
import { objection } from './wrapper.ts';

/**
 * Wrappers of the present starter that wait for an order, as their owner knows them. Because it knows who they are before anything is due,
 * a start can be authorised while the starter is still told of it.
 */
export class Spares {
  readonly #identify: (pid: number) => ProcessIdentity | null;
  readonly #waiting = new Map<number, ProcessIdentity>();

  constructor(identify: (pid: number) => ProcessIdentity | null) {
    this.#identify = identify;
  }

  hear(pid: number, is: 'spare' | 'spent'): void {
    const identity = is === 'spare' ? this.#identify(pid) : null;
    if (identity === null) this.#waiting.delete(pid);
    else this.#waiting.set(pid, identity);
  }

  /** One that can take this order; null when the starter is to make one, or to say what is wrong with the order. */
  take(order: StartOrder): ProcessIdentity | null {
    if (order.hidden.length > 0 || objection(order) !== null || !isAttemptKey(order.key))
      return null;
    for (const [pid, identity] of this.#waiting) {
      this.#waiting.delete(pid);
      return identity;
    }
    return null;
  }

  /** Those of a starter that is gone wait for nobody. */
  clear(): void {
    this.#waiting.clear();
  }
}
