import { type Making, mayRun, redefinedBy } from '../core/authority.ts';
import { decideBeforeChange, nextFireOf } from '../core/firing.ts';
import type { Instant } from '../core/instant.ts';
import type { Job, JobDefinition } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import type { JobChange } from '../ports/jobs.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';

/** How often a change is computed anew because the holder decided an occurrence meanwhile. */
const maxTries = 5;

/** What a person wants of a job, computed from the job as it is. Null when it already is so. */
export type WantedChange = {
  /** Null removes the job. */
  readonly after: Job | null;
  /** Whether undecided occurrences belong to a schedule that no longer counts. */
  readonly endsSchedule: boolean;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/**
 * When a change is made, and from when on the job may fire. What was decided stays decided: after the wall clock was set back,
 * `from` is later than `now`.
 */
export type ChangeTime = { readonly now: Instant; readonly from: Instant };

/** Read it after the job: if the holder decides more meanwhile, the change is stale and is computed anew. */
export async function changeTime(
  { store, profile, clock }: OperationContext,
  jobId: string,
): Promise<ChangeTime> {
  const { wall: now } = clock.now();
  const decidedUntil = await store.runs.decidedUntil(profile, jobId);
  return { now, from: Math.max(now, decidedUntil ?? now) };
}

/**
 * Changes one job in one transaction, with a decision for every occurrence that the change would leave undecided.
 *
 * @param revision what the person saw; null when they did not say
 * @returns the job before, and what was written; null when there was nothing to change
 * @throws Refusal `revision_conflict` when somebody else changed the job since
 */
export async function changeJob(
  context: OperationContext,
  asked: { readonly jobId: string; readonly revision: number | null },
  want: (job: Job, time: ChangeTime) => Promise<WantedChange | null>,
): Promise<{ readonly before: Job; readonly wanted: WantedChange | null }> {
  const { store, profile } = context;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const before = await store.jobs.get(profile, asked.jobId);
    if (before === null)
      throw new Refusal('not_found', `The job ${asked.jobId} was removed meanwhile.`);
    if (asked.revision !== null && asked.revision !== before.revision)
      throw conflict(before, asked.revision);
    const time = await changeTime(context, before.id);
    const wanted = await want(before, time);
    if (wanted === null) return { before, wanted };
    const written = await store.jobs.change(changeOf(context, before, wanted, time.now));
    if (written === 'changed') return { before, wanted };
  }
  throw new Refusal(
    'job_changed',
    `The job ${asked.jobId} changed again and again while this was written; nothing was changed.`,
    { kind: 'failed', remedy: commandIn(profile, `show ${asked.jobId}`) },
  );
}

/** The write of one change, as the store takes it. */
export function changeOf(
  context: OperationContext,
  before: Job,
  wanted: WantedChange,
  now: Instant,
): JobChange {
  const { profile, actor, ids } = context;
  return {
    profile,
    jobId: before.id,
    seen: { revision: before.revision, nextFireAt: before.nextFireAt },
    after: wanted.after,
    decisions: wanted.endsSchedule
      ? decideBeforeChange(before, { now, newId: () => ids.next() })
      : [],
    entry: {
      profile,
      at: now,
      actor,
      kind: wanted.kind,
      subject: before.id,
      detail: wanted.detail,
    },
  };
}

/** The job as somebody defines it anew: a new revision, its authority, and its place in time found anew where that matters. */
export function redefined(
  before: Job,
  definition: JobDefinition,
  { now, from }: ChangeTime,
  making: Making,
): Job {
  const authority = redefinedBy(before.authority, making);
  const revision = before.revision + 1;
  const after = { ...before, definition, authority, revision, updatedAt: now };
  if (before.state === 'paused') return after;
  const isPlaced = before.state === 'done' || (before.state === 'enabled' && mayRun(after));
  if (isPlaced && !changesTimes(before.definition, definition)) return after;
  return { ...after, ...placeInTime(after, from) };
}

/** Whether the occurrences of the one are none of the other's. */
export const endsSchedule = (before: Job, after: Job): boolean =>
  (before.state === 'enabled' && after.state !== 'enabled') ||
  changesTimes(before.definition, after.definition);

/** Whether the occurrences of the one are not those of the other. */
export const changesTimes = (one: JobDefinition, other: JobDefinition): boolean =>
  timesOf(one) !== timesOf(other);

const timesOf = ({ schedule, startAt, endAt, maxRuns }: JobDefinition): string =>
  JSON.stringify([schedule, startAt, endAt, maxRuns]);

/** Where a job stands that is known from `from` on: nothing before ever fires. One that must be approved waits for that first. */
export function placeInTime(
  job: Pick<Job, 'definition' | 'authority' | 'scheduledRuns'>,
  from: Instant,
): Pick<Job, 'state' | 'nextFireAt'> {
  const { definition, scheduledRuns } = job;
  const isExhausted = definition.maxRuns !== null && scheduledRuns >= definition.maxRuns;
  const nextFireAt = isExhausted ? null : nextFireOf(definition, from);
  if (nextFireAt === null) return { state: 'done', nextFireAt };
  return mayRun(job) ? { state: 'enabled', nextFireAt } : { state: 'pending', nextFireAt: null };
}

/** Where a paused job stands that fires again from `from` on. @throws Refusal `job_done` when it has no occurrence left */
export function resumedPlace(job: Job, from: Instant): Pick<Job, 'state' | 'nextFireAt'> {
  const place = placeInTime(job, from);
  if (place.state !== 'done') return place;
  throw new Refusal('job_done', 'The job has no occurrences left, so it cannot be resumed.', {
    remedy: commandIn(job.profile, `run ${job.id}`),
  });
}

const conflict = (job: Job, revision: number): Refusal =>
  new Refusal(
    'revision_conflict',
    `The job was changed since revision ${revision}: it is at revision ${job.revision} now. Nothing was changed.`,
    {
      remedy: commandIn(job.profile, `show ${job.id}`),
      details: { revision: job.revision },
    },
  );
