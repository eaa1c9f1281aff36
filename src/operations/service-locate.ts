import { managedService } from '../core/managed-service.ts';
import { isMarkedFor } from '../core/service-marks.ts';
import type { ServicePlan } from '../core/service-plan.ts';
import type { ServiceRecord } from '../core/service-record.ts';
import type { ServiceManager } from '../ports/services.ts';

/** One place where a service may be. */
export type Candidate = { readonly plan: ServicePlan; readonly manager: ServiceManager };

/**
 * Which service is meant: the one that the home has a record of, else one that lies at its place and is marked for this home, as
 * after an installation that was killed. Null when there is none.
 */
export async function locateService(
  candidates: readonly Candidate[],
  records: readonly ServiceRecord[],
): Promise<Candidate | null> {
  const recorded = candidates.find(({ plan }) =>
    records.some(({ manager, unit }) => manager === plan.manager && unit === plan.unit),
  );
  if (recorded !== undefined) return recorded;
  for (const candidate of candidates) {
    const found = await candidate.manager.find(managedService(candidate.plan));
    if (found.kind === 'ours' && isMarkedFor(found.marks, candidate.plan)) return candidate;
  }
  return null;
}
