import { makeClock } from '../adapters/host/clock.ts';
import { makeLaunchd } from '../adapters/services/launchd.ts';
import { makeRecords } from '../adapters/services/records.ts';
import { makeServiceReports } from '../adapters/services/reports.ts';
import { hasSystemd, makeSystemd } from '../adapters/services/systemd.ts';
import { plistFolder } from '../core/launchd-plist.ts';
import type { Manager } from '../core/provenance.ts';
import type { ServiceManager, ServiceReports } from '../ports/services.ts';
import { planOfRunner } from './proposal.ts';
import { currentUser } from './user.ts';

/** A service manager as this process sees it; null where this platform has no such one. */
export function managerOf(manager: Manager): ServiceManager | null {
  const uid = process.getuid?.() ?? 0;
  const { name: user, folder: userFolder } = currentUser();
  if (manager === 'launchd-agent' || manager === 'launchd-daemon') {
    if (process.platform !== 'darwin' || userFolder === null) return null;
    const folder = plistFolder({ manager, userFolder });
    return makeLaunchd({ manager, uid, folder, clock: makeClock() });
  }
  return process.platform === 'linux' ? makeSystemd({ manager, uid, user }) : null;
}

/** What was installed for a home, and how it stands. */
export const serviceReportsOf = (home: string): ServiceReports =>
  makeServiceReports({
    records: makeRecords(home),
    hasManager: () => process.platform === 'darwin' || hasSystemd(),
    managerOf,
    plan: planOfRunner(home),
  });
