import type { MachineFacts } from '../core/machine-facts.ts';
import type { LockHolder } from '../core/store-remedy.ts';

/** The machine on which this process runs. */
export type Machine = {
  /** Looks anew; reads only. A second at most; never throws: what could not be found out is null. */
  facts(): Promise<MachineFacts>;
  /** Whether it is certain that nothing is there. What cannot be seen from here is not. Never throws. */
  isMissing(path: string): boolean;
  /** Who keeps others from writing to the store at this moment; null when nobody does, or when it is not told. Never throws. */
  lockHolder(): LockHolder | null;
};
