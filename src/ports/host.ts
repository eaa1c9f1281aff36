import type { ProcessIdentity, Provenance, Role } from '../core/provenance.ts';

/** Whether a process is still the same one. `unknowable`: another machine, or another pid namespace. */
export type Life = 'alive' | 'dead' | 'unknowable';

/** What this machine can tell about processes. */
export type ProcessTable = {
  /** This process. */
  self(): ProcessIdentity;
  life(identity: ProcessIdentity): Life;
  /** Kills exactly this process if it is still the same one and waits until it is gone, at most `withinMs`. Answers whether it is gone. */
  kill(identity: ProcessIdentity, withinMs: number): Promise<boolean>;
};

/** Where this process comes from, as kernel and service manager tell it. */
export type ProvenanceProbe = {
  /** Asks anew; at most 2 s. Never throws: what could not be asked lowers the level and is among the facts. */
  probe(role: Role): Promise<Provenance>;
};
