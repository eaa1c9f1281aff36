import type { z } from 'zod';
import { hourMs, type Instant, toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { Outcome, Run, RunState } from '../core/run.ts';
import { aheadOf, inOrder, nothingAhead, placeOf } from '../core/timeline.ts';
import type { RunAnswer } from './answers.ts';
import { timelineInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { timelineOutput } from './outputs-timeline.ts';
import { isoOrNull, runAnswer } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';
import { undecidedRuns } from './undecided.ts';

type Answer = z.output<typeof timelineOutput>;
type Line = Answer['jobs'][number];

const maxJobs = 500;
const maxTimes = 120;
/** Of all decisions, and of each kind that went wrong. */
const maxDecisions = 4_000;
const maxWrong = 1_000;
const page = 500;
const jobsLookedAt = 10_000;

const wrong: readonly {
  readonly states: readonly RunState[];
  readonly outcomes?: readonly Outcome[];
}[] = [
  { states: ['missed', 'refused'] },
  { states: ['ended'], outcomes: ['failed', 'timed_out', 'unknown'] },
];

/** The hours behind and the hours ahead, job by job. */
export const timeline = profileOperation({
  name: 'timeline',
  summary: 'Show what ran and what will, on a line of time',
  input: timelineInput,
  output: timelineOutput,
  scope: 'read',
  async handle(context, { hours }) {
    const now = context.clock.now().wall;
    const [since, until] = [now - hours * hourMs, now + hours * hourMs];
    const view = await readReadiness(context);
    const [all, went, open, jobs, undecided] = await Promise.all([
      decidedSince(context, since, {}, maxDecisions),
      Promise.all(wrong.map((filter) => decidedSince(context, since, filter, maxWrong))),
      context.store.runs.open(context.profile, maxWrong),
      everyJob(context),
      undecidedRuns(context, view, maxWrong),
    ]);
    const runs = inOrder([...all.runs, ...went.flatMap((one) => one.runs), ...open], since);
    const { lines, omitted } = linesOf(jobs, { runs, undecided, now, until });
    return {
      profile: context.profile,
      since: toIso(since),
      now: toIso(now),
      until: toIso(until),
      readiness: readinessAnswer(view.readiness),
      completeSince: toIso(all.reaches),
      jobs: [...lines],
      omittedJobs: omitted,
    };
  },
});

/** The newest decisions, a page at a time, and back to when they are complete. */
async function decidedSince(
  { store, profile }: OperationContext,
  since: Instant,
  filter: { readonly states?: readonly RunState[]; readonly outcomes?: readonly Outcome[] },
  limit: number,
): Promise<{ readonly runs: readonly Run[]; readonly reaches: Instant }> {
  const runs: Run[] = [];
  let before: string | null = null;
  while (runs.length < limit) {
    const some: readonly Run[] = await store.runs.list(profile, { ...filter, before, limit: page });
    runs.push(...some);
    const last = some.at(-1);
    if (last === undefined || some.length < page || last.decidedAt < since)
      return { runs, reaches: since };
    before = last.id;
  }
  return { runs, reaches: runs.at(-1)?.decidedAt ?? since };
}

async function everyJob({ store, profile }: OperationContext): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let after: string | null = null; jobs.length < jobsLookedAt; ) {
    const some: readonly Job[] = await store.jobs.list(profile, { after, limit: page });
    jobs.push(...some);
    after = some.at(-1)?.id ?? null;
    if (some.length < page) break;
  }
  return jobs;
}

type Past = Map<string, Line['past'][number][]>;
/** What a line is made of: a job, or the name of one that was removed since. */
type Subject = { readonly id: string; readonly name: string; readonly job: Job | null };

/** A line for each job with something on it, those with something wrong first, then by name. */
function linesOf(
  jobs: readonly Job[],
  seen: {
    readonly runs: readonly Run[];
    readonly undecided: readonly RunAnswer[];
    readonly now: Instant;
    readonly until: Instant;
  },
): { readonly lines: readonly Line[]; readonly omitted: number } {
  const past: Past = new Map();
  const known = new Map(jobs.map((job) => [job.id, job]));
  const removed = new Map<string, Subject>();
  const put = (run: RunAnswer, decision: Line['past'][number]): void => {
    const { id, name } = run.job;
    const line = past.get(id) ?? [];
    line.push(decision);
    past.set(id, line);
    if (!known.has(id)) removed.set(id, { id, name, job: null });
  };
  for (const run of seen.runs) {
    const jitterMs = known.get(run.jobId)?.definition.jitterMs ?? 0;
    const answer = runAnswer(run, [], { now: seen.now, jitterMs });
    put(answer, { ...decisionOf(answer, toIso(placeOf(run))), until: isoOrNull(endOf(run)) });
  }
  for (const run of seen.undecided)
    put(run, { ...decisionOf(run, run.fireTime ?? toIso(seen.now)), until: run.fireTimeEnd });
  // Fire times are computed for what is shown only: ten thousand jobs would take seconds.
  const shown = [...jobs.map(subjectOf), ...removed.values()]
    .filter((one) => past.has(one.id) || (one.job?.nextFireAt ?? Infinity) <= seen.until)
    .sort(
      (one, other) =>
        Number(isWrong(past.get(other.id))) - Number(isWrong(past.get(one.id))) ||
        one.name.localeCompare(other.name),
    );
  const lines = shown
    .slice(0, maxJobs)
    .map((one) => lineOf(one, past.get(one.id) ?? [], seen))
    .filter((line) => line.past.length > 0 || line.count > 0);
  return { lines, omitted: Math.max(0, shown.length - maxJobs) };
}

const subjectOf = (job: Job): Subject => ({ id: job.id, name: job.definition.name, job });

const isWrong = (decisions: Line['past'] = []): boolean =>
  decisions.some(
    ({ state, outcome }) =>
      state === 'missed' ||
      state === 'refused' ||
      state === 'undecided' ||
      (state === 'ended' && outcome !== 'succeeded' && outcome !== 'cancelled'),
  );

const endOf = ({ fireTimeEnd, endedAt, startedAt }: Run): Instant | null =>
  fireTimeEnd ?? (startedAt === null ? null : endedAt);

const decisionOf = (run: RunAnswer, at: string): Omit<Line['past'][number], 'until'> => {
  const { state, outcome, reason, cause, count, latenessMs } = run;
  return { run: run.id, at, state, outcome, reason, cause, count, latenessMs };
};

function lineOf(
  { id, name, job }: Subject,
  past: Line['past'],
  stretch: { readonly now: Instant; readonly until: Instant },
): Line {
  const ahead = job === null ? nothingAhead : aheadOf(job, stretch, maxTimes);
  const schedule = job?.definition.schedule;
  return {
    job: { id, name },
    zone: schedule?.kind === 'cron' ? schedule.zone : null,
    state: job?.state ?? 'removed',
    past,
    count: ahead.count,
    first: isoOrNull(ahead.first),
    last: isoOrNull(ahead.last),
    next: ahead.times.map(toIso),
  };
}
