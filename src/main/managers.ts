import { makeRecords } from '../adapters/services/records.ts';
import { makeServiceReports } from '../adapters/services/reports.ts';
import { hasSystemd, makeSystemd } from '../adapters/services/systemd.ts';
import type { Manager } from '../core/provenance.ts';
import type { ServiceManager, ServiceReports } from '../ports/services.ts';
import { currentUser } from './user.ts';

/** A service manager as this process sees it; null where this platform has no such one. */
export function managerOf(manager: Manager): ServiceManager | null {
  if (process.platform !== 'linux') return null;
  if (manager !== 'systemd-system' && manager !== 'systemd-user') return null;
  return makeSystemd({ manager, uid: process.getuid?.() ?? 0, user: currentUser().name });
}

/** What was installed for a home, and how it stands. */
export const serviceReportsOf = (home: string): ServiceReports =>
  makeServiceReports({
    records: makeRecords(home),
    hasManager: () => process.platform === 'linux' && hasSystemd(),
    managerOf,
  });
