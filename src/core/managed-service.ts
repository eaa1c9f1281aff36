import { isOfLaunchd, launchdFiles } from './launchd-plist.ts';
import type { ServicePlan } from './service-plan.ts';
import { timerOf } from './service-record.ts';
import { systemdFiles, type UnitFile } from './systemd-unit.ts';

/** What a manager is handed of a plan. */
export function managedService(plan: ServicePlan): {
  readonly unit: string;
  readonly main: string;
  readonly files: readonly UnitFile[];
} {
  const { unit, isTimer } = plan;
  const files = isOfLaunchd(plan) ? launchdFiles(plan) : systemdFiles(plan);
  return { unit, main: mainOf(unit, isTimer), files };
}

/** What is enabled, started and stopped for a service. A label of launchd is its own timer. */
export const mainOf = (unit: string, isTimer: boolean): string => (isTimer ? timerOf(unit) : unit);
