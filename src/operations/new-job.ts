import type { Job, JobDefinition } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import type { JobCreation } from '../ports/store.ts';
import { placeInTime } from './change-job.ts';
import { auditedDefinition } from './job-answer.ts';
import type { OperationContext } from './operation.ts';

/** A job that fires from now on, or is paused. @throws Refusal `schedule_never_fires` */
export function newJobOf(
  { ids, profile, clock }: OperationContext,
  definition: JobDefinition,
  pause: { readonly reason: string | null } | null,
): Job {
  const now = clock.now().wall;
  const { state, nextFireAt } = placeInTime(definition, 0, now);
  if (nextFireAt === null) throw neverFires();
  return {
    id: ids.next(),
    profile,
    revision: 1,
    state: pause === null ? state : 'paused',
    pausedReason: pause?.reason ?? null,
    definition,
    nextFireAt: pause === null ? nextFireAt : null,
    scheduledRuns: 0,
    createdAt: now,
    updatedAt: now,
  };
}

export const neverFires = (): Refusal =>
  new Refusal('schedule_never_fires', 'This schedule names no time from now on.', {
    kind: 'usage',
    details: { field: 'when' },
  });

/** The write of a new job, as the store takes it. */
export const creationOf = (
  { profile, actor }: OperationContext,
  job: Job,
  key: JobCreation['key'],
): JobCreation => ({
  job,
  key,
  entry: {
    profile,
    at: job.createdAt,
    actor,
    kind: 'job.added',
    subject: job.id,
    detail: { before: null, after: auditedDefinition(job.definition), state: job.state },
  },
});
