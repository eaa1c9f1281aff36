import { countFireTimes, defaultGraceMs, lastFireTimes, nextFireTime } from './fire-times.ts';
import type { Instant } from './instant.ts';
import { jitterOf } from './jitter.ts';
import type { Job, JobDefinition, JobState } from './job.ts';
import type { GapWindow } from './lease-trust.ts';
import type { ReasonCode } from './refusal.ts';
import type { Cause, Run } from './run.ts';

/** An occurrence that is served within this after its time is on time; later, the job's catch-up decides. */
export const onTimeMs = 5_000;

/** Catch-up starts of one profile are at least this far apart. */
export const catchUpStaggerMs = 500;

/** What firing one job writes: its rows, and its next fire time only where it still has the value the plan was made from. */
export type FiringPlan = {
  readonly jobId: string;
  readonly seen: { readonly revision: number; readonly nextFireAt: Instant };
  readonly nextFireAt: Instant | null;
  readonly scheduledRuns: number;
  /** `done` when this was the last occurrence. */
  readonly state: JobState;
  readonly rows: readonly Run[];
};

export type FiringContext = {
  readonly now: Instant;
  readonly epoch: number;
  readonly newId: () => string;
  /** When this term began: what came due earlier was served by nobody. */
  readonly termSince: Instant;
  /** When this process was not awake, newest last. */
  readonly gaps: readonly GapWindow[];
  /** Whether the job has a run that is queued or running. */
  readonly isBusy: boolean;
  /** How many catch-up runs this tick planned before; spaces them out. */
  readonly catchUpsBefore: number;
};

export const graceOf = (definition: JobDefinition, at: Instant): number =>
  definition.graceMs ?? defaultGraceMs(definition.schedule, at);

/** The first fire time after `after` that the job's start and end allow, or null. */
export function nextFireOf(definition: JobDefinition, after: Instant): Instant | null {
  const { startAt, endAt, schedule } = definition;
  const from = startAt === null ? after : Math.max(after, startAt - 1);
  const next = nextFireTime(schedule, from);
  if (next === null || (endAt !== null && next >= endAt)) return null;
  return next;
}

/**
 * Decides every occurrence of a due job up to now: which run, which are missed and why.
 * Occurrences that do not run share one row for each stretch, with their count and both ends.
 *
 * @throws RangeError when the job is not due
 */
export function planFiring(job: Job, context: FiringContext): FiringPlan {
  const { definition, nextFireAt } = job;
  if (nextFireAt === null || nextFireAt > context.now) throw new RangeError('the job is not due');
  const last = lastDue(definition, context.now);
  const wanted = wantedTimes(job, nextFireAt, last, context);
  const rows: Run[] = [];
  let from = nextFireAt;
  let served = 0;
  for (const at of wanted) {
    rows.push(...missedRows(job, from, at - 1, context));
    rows.push(decideOne(job, at, { ...context, catchUpsBefore: context.catchUpsBefore + served }));
    served += 1;
    from = at + 1;
  }
  rows.push(...missedRows(job, from, last, context));
  const scheduledRuns = job.scheduledRuns + wanted.length;
  const exhausted = definition.maxRuns !== null && scheduledRuns >= definition.maxRuns;
  const next = exhausted ? null : nextFireOf(definition, context.now);
  return {
    jobId: job.id,
    seen: { revision: job.revision, nextFireAt },
    nextFireAt: next,
    scheduledRuns,
    state: next === null ? 'done' : 'enabled',
    rows,
  };
}

/** The end of what is due: now, or just before the job's end. */
const lastDue = (definition: JobDefinition, now: Instant): Instant =>
  definition.endAt === null ? now : Math.min(now, definition.endAt - 1);

/** The fire times that get a row of their own, ascending: served ones, and on-time ones skipped for overlap. */
function wantedTimes(
  job: Job,
  first: Instant,
  last: Instant,
  context: FiringContext,
): readonly Instant[] {
  const { definition } = job;
  const graceMs = graceOf(definition, first);
  const limit = definition.catchUp.kind === 'all' ? definition.catchUp.max : 1;
  const left = definition.maxRuns === null ? limit : definition.maxRuns - job.scheduledRuns;
  const newest = lastFireTimes(definition.schedule, first - 1, last, Math.min(limit, left));
  return newest.filter((at) => {
    const lateMs = context.now - at - jitterOf(job.id, at, definition.jitterMs);
    if (lateMs <= onTimeMs) return true;
    return lateMs <= graceMs && definition.catchUp.kind !== 'none';
  });
}

function decideOne(job: Job, at: Instant, context: FiringContext): Run {
  const { definition } = job;
  const jitterMs = jitterOf(job.id, at, definition.jitterMs);
  const isLate = context.now - at - jitterMs > onTimeMs;
  const row = baseRow(job, context, isLate ? 'catch-up' : 'schedule');
  const decided = { ...row, fireTime: at, fireTimeEnd: null, count: 1 };
  if (context.isBusy && definition.overlap === 'skip') {
    return {
      ...decided,
      state: 'skipped',
      reason: 'overlap_skip',
      message: 'The previous run of this job was still going.',
      endedAt: context.now,
    };
  }
  const deadline = at + jitterMs + graceOf(definition, at);
  return { ...decided, notBefore: isLate ? staggered(context, deadline) : at + jitterMs, deadline };
}

/** Catch-ups are spread out, but within the first half of what is left of their grace: spreading must not make them miss it. */
const staggered = ({ now, catchUpsBefore }: FiringContext, deadline: Instant): Instant =>
  now + Math.min(catchUpsBefore * catchUpStaggerMs, Math.max(0, Math.floor((deadline - now) / 2)));

/** One row for all undecided occurrences from `from` to `until`; none when there are none. */
function missedRows(
  job: Job,
  from: Instant,
  until: Instant,
  context: FiringContext,
): readonly Run[] {
  const { schedule } = job.definition;
  const start = nextFireTime(schedule, from - 1);
  const [end] = lastFireTimes(schedule, from - 1, until, 1);
  if (start === null || end === undefined) return [];
  const [reason, message] = whyMissed(job, start, context);
  return [
    {
      ...baseRow(job, context, 'schedule'),
      fireTime: start,
      fireTimeEnd: end > start ? end : null,
      count: countFireTimes(schedule, from - 1, until),
      state: 'missed',
      reason,
      message,
      endedAt: context.now,
    },
  ];
}

function whyMissed(job: Job, at: Instant, context: FiringContext): readonly [ReasonCode, string] {
  const { definition } = job;
  const gap = context.gaps.find((window) => window.from <= at && at <= window.until);
  if (gap?.kind === 'stepped') return ['clock_step', 'The clock was set past its time.'];
  if (gap !== undefined)
    return ['asleep', 'The machine or the scheduler was not awake at its time.'];
  if (at < context.termSince)
    return ['owner_absent', 'No authorised scheduler was running at its time.'];
  const lateMs = context.now - at;
  if (lateMs <= graceOf(definition, at) && definition.catchUp.kind !== 'none')
    return ['coalesced', 'A later occurrence of the same job ran in its place.'];
  if (definition.catchUp.kind === 'none')
    return ['outside_catchup_window', 'It could not start in time, and the job does not catch up.'];
  return ['deadline_passed', 'It could not start within its grace.'];
}

/**
 * Rows for the occurrences of an enabled job that are due and undecided when somebody changes, pauses or removes it.
 * At most one row; none when nothing is due.
 */
export function decideBeforeChange(
  job: Job,
  context: { readonly now: Instant; readonly newId: () => string },
): readonly Run[] {
  const { nextFireAt, definition } = job;
  if (job.state !== 'enabled' || nextFireAt === null || nextFireAt > context.now) return [];
  const last = lastDue(definition, context.now);
  const end = lastFireTimes(definition.schedule, nextFireAt - 1, last, 1).at(-1);
  if (end === undefined) return [];
  return [
    {
      ...baseRow(job, { now: context.now, epoch: null, newId: context.newId }, 'schedule'),
      fireTime: nextFireAt,
      fireTimeEnd: end > nextFireAt ? end : null,
      count: countFireTimes(definition.schedule, nextFireAt - 1, last),
      state: 'missed',
      reason: 'owner_absent',
      message: 'No scheduler had decided it when the job was changed.',
      endedAt: context.now,
    },
  ];
}

/** A queued run without occurrence; requests and retries fill in the rest. */
export function baseRow(
  job: Job,
  context: { readonly now: Instant; readonly epoch: number | null; readonly newId: () => string },
  cause: Cause,
): Run {
  return {
    id: context.newId(),
    profile: job.profile,
    jobId: job.id,
    jobName: job.definition.name,
    jobRevision: job.revision,
    cause,
    fireTime: null,
    fireTimeEnd: null,
    count: 1,
    state: 'queued',
    outcome: null,
    reason: null,
    message: null,
    retryOf: null,
    requestId: null,
    epoch: context.epoch,
    decidedAt: context.now,
    notBefore: context.now,
    deadline: null,
    cancelRequested: false,
    startedAt: null,
    endedAt: null,
    exitCode: null,
    outputBytes: null,
    outputTruncated: false,
  };
}
