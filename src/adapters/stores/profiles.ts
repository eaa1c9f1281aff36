import type { Lease } from '../../core/lease.ts';
import type { ProfileHindrance, ProfileStore } from '../../ports/profiles.ts';
import { record } from './audit.ts';
import { integer } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { leaseOf, profileOf } from './rows.ts';
import { insertAppointment } from './sql/appointments.ts';
import { forceLease, getLease, insertLease, lockLease } from './sql/leases.ts';
import * as sql from './sql/profiles.ts';

/** Rows of history removed in one transaction. */
const sliceRows = 500;

type Over = Pick<Lease, 'epoch' | 'renewals'> | undefined;

async function hindrance(
  session: SqlSession,
  name: string,
  over: Over,
): Promise<ProfileHindrance | null> {
  await session.run(lockLease, [name]);
  const [profile] = await session.all(sql.findProfile, [name]);
  if (profile === undefined) return 'unknown';
  const [jobs] = await session.all(sql.countJobs, [name]);
  if (jobs === undefined || integer(jobs, 'jobs') > 0) return 'not-empty';
  if ((await session.all(sql.findOpenRun, [name])).length > 0) return 'busy';
  const [row] = await session.all(getLease, [name]);
  const lease = row === undefined ? null : leaseOf(row);
  const isHeld = lease !== null && lease.holder !== null;
  const isOver = lease?.epoch === over?.epoch && lease?.renewals === over?.renewals;
  return isHeld && !isOver ? 'held' : null;
}

export function profileStore(driver: SqlDriver): ProfileStore {
  return {
    async list() {
      return (await driver.all(sql.listProfiles)).map(profileOf);
    },

    async ensure(name, at, actor) {
      if ((await driver.all(sql.findProfile, [name])).length > 0) return false;
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.insertProfile, [name, at])) === 0) return rollback(false);
        await session.run(insertLease, [name]);
        const rule = JSON.stringify({ kind: 'auto' });
        await session.run(insertAppointment, [name, 1, rule, actor, null, at]);
        const kind = 'profile.created';
        await record(session, { profile: name, at, actor, kind, subject: name, detail: {} });
        return commit(true);
      });
    },

    /** History goes first, slice by slice; an interruption leaves the profile with less of it, never half a profile. */
    async remove(name, entry, over) {
      for (;;) {
        const answer = await driver.transaction<ProfileHindrance | 'removed' | 'more'>(
          async (session) => {
            const hindered = await hindrance(session, name, over);
            if (hindered !== null) return rollback(hindered);
            await session.run(sql.deleteAttemptsSlice, [name, sliceRows]);
            const runs = await session.run(sql.deleteRunsSlice, [name, sliceRows]);
            const entries = await session.run(sql.deleteAuditSlice, [name, sliceRows]);
            const owed = await session.run(sql.deleteDeliveriesSlice, [name, sliceRows]);
            if (runs + entries + owed > 0) return commit('more');
            // Should its process live after all, its epoch is no longer the current one.
            if (over !== undefined) await session.run(forceLease, [name]);
            for (const statement of sql.deleteProfile) await session.run(statement, [name]);
            await record(session, entry);
            return commit('removed');
          },
        );
        if (answer !== 'more') return answer;
      }
    },
  };
}
