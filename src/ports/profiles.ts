import type { Instant } from '../core/instant.ts';
import type { Lease } from '../core/lease.ts';
import type { AuditEntry } from './audit.ts';

export type Profile = { readonly name: string; readonly createdAt: Instant };

/** `busy`: a run waits or goes on, which nobody could end any more. */
export type ProfileHindrance = 'unknown' | 'not-empty' | 'busy' | 'held';

export type ProfileStore = {
  list(): Promise<readonly Profile[]>;
  /** Creates it with the appointment `auto` at version 1 if it is not there; answers whether it was created. */
  ensure(name: string, at: Instant, actor: string): Promise<boolean>;
  /**
   * Removes the profile with everything in it, unless it still has jobs, runs that are not over, or a holder.
   *
   * @param over the lease as it was judged of a holder that is gone, whose term ends with the profile; void when it was renewed since
   */
  remove(
    name: string,
    entry: AuditEntry,
    over?: Pick<Lease, 'epoch' | 'renewals'>,
  ): Promise<'removed' | ProfileHindrance>;
};
