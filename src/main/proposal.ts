import { resolve } from 'node:path';
import { managedService } from '../core/managed-service.ts';
import { managersOn } from '../core/service-choice.ts';
import { planService, servicePath } from '../core/service-plan.ts';
import type { ServiceReports } from '../ports/services.ts';
import { lastingNode } from './node.ts';
import { currentUser } from './user.ts';

/** What `service install runner --user` of this home would write, for those who look before they type. Starts nothing. */
export const planOfRunner =
  (home: string): ServiceReports['plan'] =>
  async (profile) => {
    const { name: user, folder: userFolder } = currentUser();
    if (userFolder === null) return [];
    const plan = planService({
      manager: managersOn(process.platform).user,
      role: 'runner',
      isTimer: false,
      profile,
      user,
      userFolder,
      home,
      node: lastingNode(),
      bundle: resolve(process.argv[1] ?? 'cronkeeper'),
      path: servicePath(process.env['PATH'] ?? ''),
    });
    return managedService(plan).files;
  };
