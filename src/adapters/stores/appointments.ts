import { command, Refusal } from '../../core/refusal.ts';
import type { AppointmentStore } from '../../ports/appointments.ts';
import { record } from './audit.ts';
import { integer } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { appointmentOf } from './rows.ts';
import { currentAppointment, insertAppointment } from './sql/appointments.ts';
import { forceLease, lockLease } from './sql/leases.ts';

/** The version of the appointment in force; 0 for a profile that does not exist. */
export async function currentVersion(session: SqlSession, profile: string): Promise<number> {
  const [row] = await session.all(currentAppointment, [profile]);
  return row === undefined ? 0 : integer(row, 'version');
}

export function appointmentStore(driver: SqlDriver): AppointmentStore {
  return {
    /** @throws Refusal for a profile that does not exist */
    async current(profile) {
      const [row] = await driver.all(currentAppointment, [profile]);
      if (row !== undefined) return appointmentOf(row);
      throw new Refusal('profile_unknown', `There is no profile "${profile}".`, {
        remedy: command(`cronkeeper profile add ${profile}`),
      });
    },

    async appoint({ profile, seenVersion, rule, reason, force, entry }) {
      return driver.transaction<'appointed' | 'stale'>(async (session) => {
        await session.run(lockLease, [profile]);
        if ((await currentVersion(session, profile)) !== seenVersion) return rollback('stale');
        const values = [profile, seenVersion + 1, JSON.stringify(rule), entry.actor, reason];
        await session.run(insertAppointment, [...values, entry.at]);
        if (force) await session.run(forceLease, [profile]);
        await record(session, entry);
        return commit('appointed');
      });
    },
  };
}
