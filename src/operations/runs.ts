import type { z } from 'zod';
import type { Run } from '../core/run.ts';
import type { RunFilter } from '../ports/store.ts';
import type { RunAnswer } from './answers.ts';
import { deliveryAnswer } from './delivery-answers.ts';
import { findJobId, findRun } from './find-run.ts';
import { runInput, runsListInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { runsListOutput, runsShowOutput } from './outputs.ts';
import { runAnswers } from './present.ts';
import { inEveryProfile, profileOperation, refusePlace } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';
import { undecidedRuns } from './undecided.ts';

type Input = z.output<typeof runsListInput>;
type Answer = z.output<typeof runsListOutput>;

/** How many jobs with undecided occurrences are looked at. */
const maxUndecided = 1_000;
const maxDeliveries = 200;

/** Every decision is a row; what is undecided comes first, computed. */
export const runsList = profileOperation({
  name: 'runs.list',
  summary: 'List decisions and runs, newest first',
  input: runsListInput,
  output: runsListOutput,
  scope: 'read',
  async handle(context, input) {
    if (!input.allProfiles) return listProfile(context, input);
    refusePlace(input.before);
    const lists = await inEveryProfile(context, (other) => listProfile(other, input));
    const own = await readReadiness(context);
    const runs = lists.flatMap((list) => list.runs).sort(byNewest);
    return {
      runs: runs.slice(0, input.limit),
      next: null,
      more: runs.length > input.limit || lists.some(({ more }) => more),
      readiness: readinessAnswer(own.readiness),
      warnings: lists.flatMap(({ warnings }) => warnings),
    };
  },
});

const byNewest = (one: RunAnswer, other: RunAnswer): number => {
  const [first, second] = [one.decidedAt ?? '9', other.decidedAt ?? '9'];
  if (first === second) return 0;
  return first > second ? -1 : 1;
};

/** The owner may decide between the two readings; then the decision is what is told. */
const wasDecidedMeanwhile = ({ job, fireTime }: RunAnswer, decided: readonly Run[]): boolean =>
  fireTime !== null &&
  decided.some((run) => run.jobId === job.id && (run.fireTime ?? 0) >= Date.parse(fireTime));

async function listProfile(context: OperationContext, input: Input): Promise<Answer> {
  const { state, outcome, limit, before } = input;
  const jobId = input.job === undefined ? null : await findJobId(context, input.job);
  const view = await readReadiness(context);
  const wantsUndecided =
    before === null && outcome === undefined && (state === undefined || state === 'undecided');
  const undecided = wantsUndecided
    ? (await undecidedRuns(context, view, maxUndecided)).filter(
        (run) => jobId === null || run.job.id === jobId,
      )
    : [];
  const filter: RunFilter = {
    ...(jobId === null ? {} : { jobId }),
    ...(state === undefined || state === 'undecided' ? {} : { states: [state] }),
    ...(outcome === undefined ? {} : { outcomes: [outcome] }),
    before,
    // One more than asked for tells whether the list goes on.
    limit: limit + 1,
  };
  const found = state === 'undecided' ? [] : await context.store.runs.list(context.profile, filter);
  const decided = found.slice(0, limit);
  const stillUndecided = undecided.filter((run) => !wasDecidedMeanwhile(run, decided));
  const next = found.length > limit ? (decided.at(-1)?.id ?? null) : null;
  return {
    runs: [...stillUndecided.slice(0, limit), ...(await runAnswers(context, decided))],
    next,
    more: next !== null || stillUndecided.length > limit,
    readiness: readinessAnswer(view.readiness),
    warnings: [...view.warnings],
  };
}

export const runsShow = profileOperation({
  name: 'runs.show',
  summary: 'Show one run with its attempts',
  input: runInput,
  output: runsShowOutput,
  scope: 'read',
  async handle(context, input) {
    const run = await findRun(context, input.run);
    const { store, profile } = context;
    const deliveries = await store.outbox.list(profile, { runId: run.id, limit: maxDeliveries });
    return {
      run: await oneRunAnswer(context, run),
      deliveries: deliveries.map(deliveryAnswer),
    };
  },
});

export async function oneRunAnswer(
  context: OperationContext,
  run: Parameters<typeof runAnswers>[1][number],
): Promise<RunAnswer> {
  const [answer] = await runAnswers(context, [run]);
  if (answer === undefined) throw new Error(`No answer was made for the run ${run.id}.`);
  return answer;
}
