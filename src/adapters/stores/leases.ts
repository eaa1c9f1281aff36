import type { Fence, Holder, Lease } from '../../core/lease.ts';
import { type Claimed, type LeaseStore, StoreUnavailable } from '../../ports/store.ts';
import { currentVersion } from './appointments.ts';
import { record } from './audit.ts';
import { commit, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { fenced } from './fence.ts';
import { reportInstance } from './instances.ts';
import { leaseOf } from './rows.ts';
import * as sql from './sql/leases.ts';

const neverHeld = (profile: string): Lease => ({
  profile,
  epoch: 0,
  holder: null,
  appointmentVersion: 0,
  renewals: 0,
  renewedAt: 0,
  ttlMs: 0,
  endRunsUpTo: 0,
  preferredId: null,
});

/** The holder of a lease that the fence has just shown to be held. */
async function holderOf(session: SqlSession, fence: Fence): Promise<Holder> {
  const [row] = await session.all(sql.getLease, [fence.profile]);
  const holder = row === undefined ? null : leaseOf(row).holder;
  if (holder !== null) return holder;
  throw new StoreUnavailable(
    'store_corrupt',
    `The lease of ${fence.profile} names a holder without its row.`,
  );
}

export function leaseStore(driver: SqlDriver): LeaseStore {
  return {
    async read(profile) {
      const [row] = await driver.all(sql.getLease, [profile]);
      return row === undefined ? neverHeld(profile) : leaseOf(row);
    },

    async claim({ profile, holder, ttlMs, seen, appointmentVersion, grounds, entry }) {
      return driver.transaction<Claimed>(async (session) => {
        // The lock comes before the look at the appointment, so that neither can change until the end.
        await session.run(sql.lockLease, [profile]);
        if ((await currentVersion(session, profile)) !== appointmentVersion) {
          return rollback({ kind: 'appointment-changed' });
        }
        const [row] = await session.all(sql.claimLease, [
          profile,
          seen.epoch,
          seen.renewals,
          grounds,
          holder.instanceId,
          JSON.stringify(holder),
          appointmentVersion,
          ttlMs,
        ]);
        if (row === undefined) return rollback({ kind: 'changed' });
        await record(session, entry);
        return commit({ kind: 'claimed', lease: leaseOf(row) });
      });
    },

    async renew(fence, provenance, instance) {
      return fenced(
        driver,
        fence,
        async (session) => {
          const holder = { ...(await holderOf(session, fence)), provenance };
          const [row] = await session.all(sql.renewLease, [fence.profile, JSON.stringify(holder)]);
          if (row === undefined) throw new Error(`The lease of ${fence.profile} is gone.`);
          if (instance !== undefined) await reportInstance(session, instance);
          return leaseOf(row);
        },
        instance === undefined ? 'fleeting' : 'durable',
      );
    },

    async recordStarter(fence, starter) {
      return fenced(driver, fence, async (session) => {
        const holder = { ...(await holderOf(session, fence)), starter };
        await session.run(sql.setHolder, [fence.profile, JSON.stringify(holder)]);
        return null;
      });
    },

    async release(fence, entry) {
      return fenced(driver, fence, async (session) => {
        await session.run(sql.freeLease, [fence.profile]);
        await record(session, entry);
        return null;
      });
    },

    async prefer(profile, epoch, instanceId) {
      await driver.run(sql.preferInstance, [profile, epoch, instanceId]);
    },
  };
}
