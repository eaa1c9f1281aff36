import { countFireTimes } from '../core/fire-times.ts';
import { isId } from '../core/id.ts';
import type { Instant } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import { timeInZone } from '../core/occurrence-text.ts';
import { whyItRests } from '../core/readiness.ts';
import type { Attempt, Run } from '../core/run.ts';
import { runsLeft } from '../core/upcoming.ts';
import type { RunAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import { findJob, lookForJob } from './find-job.ts';
import { jobsWhyInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { isoOrNull, runAnswer } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { type ProfileView, readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { undecidedRun } from './undecided.ts';
import { type WhyAnswer, whySchema } from './why-answer.ts';
import { namedOccurrence } from './why-time.ts';
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
    const view = await readReadiness(context);
    const run = await runNamed(context, input.job);
    const job = await jobOf(context, run, input.job);
    if (run !== null && (job === null || input.time === undefined))
      return answerRun(context, view, job, run);
    if (job === null) throw new Error(`No job was found for "${input.job}".`);
    const filter = { jobId: job.id, limit: maxLooked };
    const runs = await context.store.runs.list(context.profile, filter);
    if (input.time === undefined) return whyLatest(context, view, job, runs);
    const named = await namedOccurrence(context, job, input.time, runs);
    return named.kind === 'asked'
      ? answerRun(context, view, job, named.run)
      : whyAt(context, view, job, named.at);
  },
});

/** The run with this id, unless a job has it. */
async function runNamed(context: OperationContext, reference: string): Promise<Run | null> {
  const id = reference.trim().toUpperCase();
  if (!isId(id) || (await lookForJob(context, reference)) !== null) return null;
  return context.store.runs.get(context.profile, id);
}

/** Null only for a run whose job was removed. */
const jobOf = async (
  context: OperationContext,
  run: Run | null,
  reference: string,
): Promise<Job | null> =>
  run === null ? findJob(context, reference) : context.store.jobs.get(context.profile, run.jobId);

async function whyLatest(
  context: OperationContext,
  view: ProfileView,
  job: Job,
  runs: readonly Run[],
): Promise<WhyAnswer> {
  const latest = runs.find(({ fireTime }) => fireTime !== null);
  const newer = latest === undefined ? runs : runs.slice(0, runs.indexOf(latest));
  const asked = newer[0];
  const undecided = undecidedRun(view, job);
  if (undecided !== null) return withAsked(context, answerUndecided(view, job, undecided), asked);
  if (latest === undefined)
    return withAsked(context, answerAhead(context, view, job, job.nextFireAt), asked);
  return withAsked(context, await answerRun(context, view, job, latest), asked);
}

/** Who asks why just after a run that was asked for may mean that one. */
function withAsked(
  context: OperationContext,
  answer: WhyAnswer,
  asked: Run | undefined,
): WhyAnswer {
  if (asked === undefined) return answer;
  const { code, message } = answer.attempted;
  const when = timeInZone(context.zone, asked.startedAt ?? asked.decidedAt);
  const exit = asked.exitCode === null ? '' : `, exit code ${asked.exitCode}`;
  const kind = asked.cause === 'retry' ? 'a retry' : 'by request';
  const words = `The newest run was ${kind}, at ${when}: ${asked.outcome ?? asked.state}${exit}. See ${commandIn(context.profile, `why ${asked.id}`).text}`;
  return { ...answer, attempted: { code, message: `${message} ${words}` } };
}

async function whyAt(
  context: OperationContext,
  view: ProfileView,
  job: Job,
  at: Instant,
): Promise<WhyAnswer> {
  const run = await context.store.runs.decisionOf(context.profile, job.id, at);
  if (run !== null) return answerRun(context, view, job, run);
  const undecided = undecidedRun(view, job);
  const isUndecided = job.nextFireAt !== null && job.nextFireAt <= at && at <= view.now;
  if (undecided !== null && isUndecided) return answerUndecided(view, job, undecided);
  const never = whyNever(context, job, at);
  if (at > view.now) {
    const ahead = answerAhead(context, view, job, at);
    const decided = whyNotAhead(job, { at, now: view.now }) ?? never;
    return decided === null ? ahead : { ...ahead, decided };
  }
  return {
    ...answerAhead(context, view, job, at),
    decided: never ?? {
      code: 'job_paused',
      message:
        'Nothing is recorded of it: the job was paused, resumed or changed since, or its record is not kept any more.',
    },
    attempted: { code: 'not_attempted', message: 'Nothing was started.' },
  };
}

type Decided = WhyAnswer['decided'];

/** Why the job has no occurrence at this time of its schedule, as it is defined now; null when it has one. */
function whyNever({ zone }: OperationContext, job: Job, at: Instant): Decided | null {
  const { createdAt, definition } = job;
  const { startAt, endAt } = definition;
  if (at < createdAt) {
    const message = `The job was only added at ${timeInZone(zone, createdAt)}; it never fires for times before.`;
    return { code: 'job_changed', message };
  }
  if (startAt !== null && at < startAt)
    return { code: 'not_due', message: `The job begins at ${timeInZone(zone, startAt)}.` };
  if (endAt !== null && at >= endAt)
    return { code: 'job_done', message: `The job ends at ${timeInZone(zone, endAt)}.` };
  return null;
}

/** Why an occurrence to come will not come: the job rests, or has no run left for it; null when it is due then. */
function whyNotAhead(
  job: Job,
  { at, now }: { readonly at: Instant; readonly now: Instant },
): Decided | null {
  const rest = whyItRests(job);
  if (rest !== null) return { code: rest.code, message: rest.message };
  const left = runsLeft(job, now);
  const from = Math.max(now, (job.definition.startAt ?? 0) - 1);
  if (left === null || countFireTimes(job.definition.schedule, from, at) <= left) return null;
  return { code: 'job_done', message: 'The job has no run left for it by then.' };
}

const identity = ({ id, definition }: Job): WhyAnswer['job'] => ({ id, name: definition.name });

async function answerRun(
  context: OperationContext,
  view: ProfileView,
  job: Job | null,
  run: Run,
): Promise<WhyAnswer> {
  const attempts: readonly Attempt[] = await context.store.runs.attempts(run.id);
  const jitterMs = job?.definition.jitterMs ?? 0;
  return {
    job: job === null ? { id: run.jobId, name: run.jobName } : identity(job),
    fireTime: isoOrNull(run.fireTime),
    ...explain(view, run, attempts),
    run: runAnswer(run, attempts, { now: view.now, jitterMs }),
    readiness: readinessAnswer(job === null ? view.readiness : readJobReadiness(view, job)),
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
function answerAhead(
  context: OperationContext,
  view: ProfileView,
  job: Job,
  at: Instant | null,
): WhyAnswer {
  const readiness = readJobReadiness(view, job);
  const base = explainUndecided(view, readiness, null);
  return {
    job: identity(job),
    fireTime: isoOrNull(at),
    ...base,
    decided:
      at === null
        ? { code: readiness.code, message: readiness.message }
        : { code: 'not_due', message: `It is due at ${timeInZone(context.zone, at)}.` },
    run: null,
    readiness: readinessAnswer(readiness),
  };
}
