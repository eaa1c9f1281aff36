import type { FiringContext } from './firing.ts';
import { planFiring } from './firing.ts';
import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { Run } from './run.ts';
import { secretsIn } from './secret.ts';

/**
 * The run that will be decided at the next fire time of a job if it comes alone and on time, where its start may be prepared before it is
 * decided: nothing that such a start depends on can change unnoticed until then. Null where it may not, or starts after `until`.
 */
export function expectedRun(
  job: Job,
  context: Pick<FiringContext, 'epoch' | 'newId' | 'termSince'>,
  until: Instant,
): Run | null {
  if (job.nextFireAt === null || !dependsOnItself(job)) return null;
  const undisturbed = { now: job.nextFireAt, gaps: [], isBusy: false, catchUpsBefore: 0 };
  const [run] = planFiring(job, { ...context, ...undisturbed }).rows;
  return run?.state === 'queued' && run.notBefore <= until ? run : null;
}

/**
 * Whether all that a start of the job depends on is known before its time. Who probes, tells a secret, or reads what other runs left does so
 * when a run starts.
 */
export const dependsOnItself = ({ definition: { action, requirements, env } }: Job): boolean =>
  action.kind === 'command' &&
  requirements.length === 0 &&
  secretsIn(Object.values(env)).length === 0;

/** Whether a run that was decided is the one that was expected. */
export const isAsExpected = (decided: Run, expected: Run): boolean =>
  decided.state === 'queued' &&
  decided.fireTime === expected.fireTime &&
  decided.jobRevision === expected.jobRevision;
