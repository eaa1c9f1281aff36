import { mainOf } from '../../core/managed-service.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import type { ServiceState } from '../../core/service-report.ts';
import type { ServiceManager, ServiceReports } from '../../ports/services.ts';
import type { Records } from './records.ts';

/** Asks the manager of each service that was installed. `managerOf` answers null where this machine has no such manager. */
export function makeServiceReports(options: {
  readonly records: Records;
  readonly hasManager: () => boolean;
  readonly managerOf: (manager: ServiceRecord['manager']) => ServiceManager | null;
  readonly plan: ServiceReports['plan'];
}): ServiceReports {
  const { records, hasManager, managerOf, plan } = options;
  return {
    hasManager,
    plan: async (profile) => (hasManager() ? plan(profile) : []),
    read: (profile) =>
      Promise.all(
        records
          .list()
          .filter((record) => record.profile === profile)
          .map(async (record) => ({ record, state: await stateOf(record, managerOf) })),
      ),
  };
}

async function stateOf(
  { manager: name, unit, isTimer }: ServiceRecord,
  managerOf: (manager: ServiceRecord['manager']) => ServiceManager | null,
): Promise<ServiceState> {
  const manager = managerOf(name);
  if (manager === null) return { kind: 'silent', why: `this machine has no ${name}` };
  return manager.state({ unit, main: mainOf(unit, isTimer) });
}
