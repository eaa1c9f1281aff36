import type { ProcessIdentity, Provenance, Role, Service } from '../core/provenance.ts';
import type { SeenService } from '../core/service-drift.ts';
import type { ServiceRecord } from '../core/service-record.ts';

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

/** Where other processes of this machine come from. */
export type ProvenanceReader = {
  /**
   * Asks kernel and service manager about a process at this moment; 2 s at most, never throws. Null when it is not there, or when
   * its manager does not answer this process, as that of another user does not: then the process itself knows more.
   *
   * @param told the service that the process itself named; only macOS needs it, where the kernel names none
   */
  examine(process: ProcessIdentity, told: Service | null): Promise<Provenance | null>;
  /** What manager and disk show of a service that was installed; 2 s at most, never throws. */
  see(record: ServiceRecord): Promise<SeenService>;
};
