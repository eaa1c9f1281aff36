import type { Outlook } from '../core/outlook.ts';

/** What this machine is going to do in the next hours, as far as it tells. */
export type OutlookProbe = {
  /** Asks anew; at most 5 s. Never throws: what could not be asked is among the answer's `unknown`. */
  look(): Promise<Outlook>;
};
