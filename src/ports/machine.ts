import type { MachineFacts } from '../core/machine-facts.ts';

/** The machine on which this process runs. */
export type Machine = {
  /** Looks anew; reads only. A second at most; never throws: what could not be found out is null. */
  facts(): Promise<MachineFacts>;
};
