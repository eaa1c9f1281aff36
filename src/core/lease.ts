import type { Instant } from './instant.ts';
import type { ProcessIdentity, Provenance, Role } from './provenance.ts';

/** Who owns a profile now. The row stays when nobody does (`holder` null), because the epoch must never go back. */
export type Lease = {
  readonly profile: string;
  /** The fencing number: grows by one at every change of hands and never repeats. */
  readonly epoch: number;
  readonly holder: Holder | null;
  /** Version of the appointment by which the holder was judged. */
  readonly appointmentVersion: number;
  /** Grows by one with each renewal; a watcher that sees it stand still for a TTL of its own awake time calls the holder silent. */
  readonly renewals: number;
  /** On the store's clock. Decides between hosts only. */
  readonly renewedAt: Instant;
  readonly ttlMs: number;
  /** Running attempts of an epoch up to this one must be ended, not adopted: somebody took the profile by force. */
  readonly endRunsUpTo: number;
  /** A standby of a strictly higher tier that asks the holder to drain, or null. */
  readonly preferredId: string | null;
};

export type Holder = {
  readonly instanceId: string;
  readonly role: Role;
  readonly host: string;
  readonly process: ProcessIdentity;
  readonly provenance: Provenance;
  readonly socket: string;
  /** The process that starts this holder's runs; null before it was recorded. A successor first sees it ended. */
  readonly starter: ProcessIdentity | null;
  readonly since: Instant;
};

/** Names one term. Every write by a holder carries it and is rejected in the store if the epoch is not current. */
export type Fence = {
  readonly profile: string;
  readonly epoch: number;
  readonly instanceId: string;
};
