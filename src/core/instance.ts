import type { Instant } from './instant.ts';
import type { ProcessIdentity, Provenance, Role } from './provenance.ts';
import type { ReasonCode } from './refusal.ts';

/** `holder` has the lease; `standby` may take it; `delegator` only asks by its nature; `ineligible` would like to but may not; `foreign` is not ours. */
export type Standing = 'holder' | 'standby' | 'delegator' | 'ineligible' | 'foreign';

/** A process of ours alive for a profile, as it reported itself at `seenAt`. */
export type Instance = {
  readonly id: string;
  readonly profile: string;
  readonly role: Role;
  /** A dashboard started with `--schedule` may own; one without only asks. True for runner, gateway, timer. */
  readonly schedules: boolean;
  readonly process: ProcessIdentity;
  readonly host: string;
  readonly startedAt: Instant;
  readonly version: string;
  readonly url: string | null;
  readonly command: string;
  /** Unix socket that answers pings and takes pokes. */
  readonly socket: string;
  readonly standing: Standing;
  readonly reasonCode: ReasonCode | null;
  readonly reason: string | null;
  readonly provenance: Provenance;
  /** Message channels that are live in it. */
  readonly channels: readonly string[];
  readonly seenAt: Instant;
};
