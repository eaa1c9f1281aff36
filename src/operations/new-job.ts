import { newAuthority } from '../core/authority.ts';
import type { Job, JobDefinition } from '../core/job.ts';
import { trustOf } from '../core/maker.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { JobCreation } from '../ports/jobs.ts';
import { placeInTime } from './change-job.ts';
import { auditedDefinition } from './job-answer.ts';
import type { OwnMaking } from './making.ts';
import type { OperationContext } from './operation.ts';

/** A job that fires from now on, is paused, or waits for approval. @throws Refusal `schedule_never_fires` */
export function newJobOf(
  { ids, profile, clock }: OperationContext,
  definition: JobDefinition,
  pause: { readonly reason: string | null } | null,
  making: OwnMaking,
): Job {
  const now = clock.now().wall;
  const authority = newAuthority(making);
  const place = placeInTime({ definition, authority, scheduledRuns: 0 }, now);
  if (place.state === 'done') throw neverFires();
  return {
    id: ids.next(),
    profile,
    revision: 1,
    ...(pause === null ? place : { state: 'paused', nextFireAt: null }),
    pausedReason: pause?.reason ?? null,
    definition,
    authority: pause === null ? authority : { ...authority, pausedBy: trustOf(making.maker) },
    scheduledRuns: 0,
    createdAt: now,
    updatedAt: now,
  };
}

const neverFires = (field: 'when' | 'end' = 'when'): Refusal =>
  new Refusal(
    'schedule_never_fires',
    field === 'end'
      ? 'Between this start and end the schedule names no time from now on.'
      : 'This schedule names no time from now on.',
    {
      kind: 'usage',
      details: { field },
      remedy:
        field === 'end'
          ? advice('Choose a later end. To stop a job now: cronkeeper pause JOB.')
          : null,
    },
  );

/** A change of its times must leave a job some, as adding it must. @throws Refusal `schedule_never_fires` */
export function refuseEnding(before: Job, after: Job, changed: readonly string[]): void {
  if (after.state !== 'done') return;
  if (changed.includes('schedule')) throw neverFires();
  const isCut = changed.includes('startAt') || changed.includes('endAt');
  if (isCut && before.state !== 'done') throw neverFires('end');
}

/** The write of a new job, as the store takes it. */
export const creationOf = (
  { profile, actor }: OperationContext,
  job: Job,
  key: JobCreation['key'],
  quota: OwnMaking['quota'],
): JobCreation => ({
  job,
  key,
  ...(quota === null ? {} : { quota }),
  entry: {
    profile,
    at: job.createdAt,
    actor,
    kind: 'job.added',
    subject: job.id,
    detail: {
      before: null,
      after: auditedDefinition(job.definition),
      state: job.state,
      madeBy: job.authority.madeBy,
    },
  },
});
