import { Refusal } from '../core/refusal.ts';
import { heldBy } from '../core/store-remedy.ts';
import type { Machine } from '../ports/machine.ts';
import { StoreUnavailable } from '../ports/store.ts';

/** The error as a door tells it: of a store that another process keeps locked it names that process and what to do about it. */
export function explainOutage(error: unknown, machine: Pick<Machine, 'lockHolder'>): unknown {
  if (!(error instanceof StoreUnavailable) || error.code !== 'store_unavailable') return error;
  const holder = machine.lockHolder();
  if (holder === null) return error;
  const { message, remedy } = heldBy(holder);
  return new Refusal(error.code, `${error.message} ${message}`, { kind: 'failed', remedy });
}
