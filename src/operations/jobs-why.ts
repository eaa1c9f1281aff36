import { lastFireTimes, nextFireTime } from '../core/fire-times.ts';
import { type Instant, toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { RunAnswer } from './answers.ts';
import { findJob } from './find-job.ts';
import { jobsWhyInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { isoOrNull, runAnswer } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { type ProfileView, readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { readInstant } from './schedule-reading.ts';
import { undecidedRun } from './undecided.ts';
import { badValue } from './values.ts';
import { type WhyAnswer, whySchema } from './why-answer.ts';
import { explain, explainUndecided } from './why-words.ts';

/** How many runs are looked through for the latest occurrence. */
const maxLooked = 50;

/** Four answers about one occurrence: who may run it, who did own, what was decided, what was attempted. */
export const jobsWhy = profileOperation({
  name: 'jobs.why',
  summary: 'Say why an occurrence ran or did not run',
  input: jobsWhyInput,
  output: whySchema,
  scope: 'read',
  async handle(context, input) {
    const job = await findJob(context, input.job);
    const view = await readReadiness(context);
    if (input.time === undefined) return whyLatest(context, view, job);
    const zone = job.definition.schedule.kind === 'cron' ? job.definition.schedule.zone : undefined;
    const at = await readInstant(context, input.time, zone);
    if (at === null)
      throw badValue(
        'time',
        `"${input.time}" is not a point in time.`,
        'Write it as 2026-03-01 09:00 or as ISO 8601.',
      );
    return whyAt(context, view, job, at);
  },
});

async function whyLatest(
  context: OperationContext,
  view: ProfileView,
  job: Job,
): Promise<WhyAnswer> {
  const undecided = undecidedRun(view, job);
  if (undecided !== null) return answerUndecided(view, job, undecided);
  const filter = { jobId: job.id, limit: maxLooked };
  const runs = await context.store.runs.list(context.profile, filter);
  const latest = runs.find(({ fireTime }) => fireTime !== null);
  if (latest !== undefined) return answerRun(context, view, job, latest);
  return answerAhead(view, job, job.nextFireAt);
}

async function whyAt(
  context: OperationContext,
  view: ProfileView,
  job: Job,
  at: Instant,
): Promise<WhyAnswer> {
  const { definition } = job;
  const isTime = nextFireTime(definition.schedule, at - 1) === at;
  const run = await context.store.runs.decisionOf(context.profile, job.id, at);
  const isNamed = run !== null && (run.fireTime === at || run.fireTimeEnd === at);
  if (run !== null && (isTime || isNamed)) return answerRun(context, view, job, run);
  if (!isTime) throw noOccurrence(job, at);
  const undecided = undecidedRun(view, job);
  const isUndecided = job.nextFireAt !== null && job.nextFireAt <= at && at <= view.now;
  if (undecided !== null && isUndecided) return answerUndecided(view, job, undecided);
  if (at > view.now) return answerAhead(view, job, at);
  const code = at < job.createdAt ? 'job_changed' : 'job_paused';
  const message =
    at < job.createdAt
      ? `The job was only added at ${toIso(job.createdAt)}; it never fires for times before.`
      : 'The job did not have this occurrence then: it was paused, resumed or changed since.';
  return {
    ...answerAhead(view, job, at),
    decided: { code, message },
    attempted: { code: 'not_attempted', message: 'Nothing was started.' },
  };
}

function noOccurrence({ definition, createdAt }: Job, at: Instant): Refusal {
  const before = lastFireTimes(definition.schedule, Math.min(createdAt, at - 1) - 1, at, 1).at(-1);
  const after = nextFireTime(definition.schedule, at);
  const around = [before, after].flatMap((one) => (one == null ? [] : [toIso(one)]));
  return new Refusal(
    'not_found',
    `The job does not fire at ${toIso(at)}. Around it: ${around.join(' and ') || 'nothing'}.`,
    { details: { before: isoOrNull(before ?? null), after: isoOrNull(after) } },
  );
}

const identity = ({ id, definition }: Job): WhyAnswer['job'] => ({ id, name: definition.name });

async function answerRun(
  context: OperationContext,
  view: ProfileView,
  job: Job,
  run: Run,
): Promise<WhyAnswer> {
  const attempts: readonly Attempt[] = await context.store.runs.attempts(run.id);
  const { jitterMs } = job.definition;
  return {
    job: identity(job),
    fireTime: isoOrNull(run.fireTime),
    ...explain(view, run, attempts),
    run: runAnswer(run, attempts, { now: view.now, jitterMs }),
    readiness: readinessAnswer(readJobReadiness(view, job)),
  };
}

const answerUndecided = (view: ProfileView, job: Job, run: RunAnswer): WhyAnswer => ({
  job: identity(job),
  fireTime: run.fireTime,
  ...explainUndecided(view, readJobReadiness(view, job), run),
  run,
  readiness: readinessAnswer(readJobReadiness(view, job)),
});

/** An occurrence that is still to come; null when none is. */
function answerAhead(view: ProfileView, job: Job, at: Instant | null): WhyAnswer {
  const readiness = readJobReadiness(view, job);
  const base = explainUndecided(view, readiness, null);
  return {
    job: identity(job),
    fireTime: isoOrNull(at),
    ...base,
    decided:
      at === null
        ? { code: readiness.code, message: readiness.message }
        : { code: 'not_due', message: `It is due at ${toIso(at)}.` },
    run: null,
    readiness: readinessAnswer(readiness),
  };
}
