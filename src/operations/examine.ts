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
  const examined = examiner(context);
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

/** Examines each process once: the holder is an instance, too. */
function examiner({
  provenances,
  processes,
}: Pick<OperationContext, 'provenances' | 'processes'>): <T extends Origin>(
  origin: T,
) => Promise<T> {
  const asked = new Map<string, Promise<Provenance | null>>();
  return async (origin) => {
    const { process, provenance } = origin;
    if (processes.life(process) !== 'alive') return origin;
    const key = JSON.stringify([process, provenance.service]);
    const answer = asked.get(key) ?? provenances.examine(process, provenance.service);
    asked.set(key, answer);
    const examined = await answer;
    return examined === null ? origin : { ...origin, provenance: examined };
  };
}
