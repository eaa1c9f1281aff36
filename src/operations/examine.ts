import type { ProcessIdentity, Provenance } from '../core/provenance.ts';
import type { OperationContext } from './operation.ts';
import type { ProfileView } from './readiness.ts';

/** Instances examined at once; of more than these, only what they said of themselves is told. */
const mostExamined = 50;

type Origin = { readonly process: ProcessIdentity; readonly provenance: Provenance };

/**
 * The view with what kernel and service manager say now of each process that can be seen from here; of the others stays what they
 * last said of themselves, with its age. Readiness and warnings are left as they were judged. 2 s at most.
 */
export async function examineAll(
  context: Pick<OperationContext, 'provenances' | 'processes'>,
  view: ProfileView,
): Promise<ProfileView> {
  const { holder } = view.lease;
  const examined = <T extends Origin>(origin: T): Promise<T> => examine(context, origin);
  const first = view.instances.slice(0, mostExamined);
  const [seenHolder, ...instances] = await Promise.all([
    holder === null ? null : examined(holder),
    ...first.map(examined),
  ]);
  return {
    ...view,
    lease: { ...view.lease, holder: seenHolder },
    instances: [...instances, ...view.instances.slice(mostExamined)],
  };
}

async function examine<T extends Origin>(
  { provenances, processes }: Pick<OperationContext, 'provenances' | 'processes'>,
  origin: T,
): Promise<T> {
  if (processes.life(origin.process) !== 'alive') return origin;
  const provenance = await provenances.examine(origin.process, origin.provenance.service);
  return provenance === null ? origin : { ...origin, provenance };
}
