import { decideBeforeChange } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import type { RunAnswer } from './answers.ts';
import type { OperationContext } from './operation.ts';
import { runAnswer } from './present.ts';
import { type ProfileView, readJobReadiness } from './readiness.ts';

/**
 * Occurrences that came due and that nobody has decided yet, one row for each job, as if they were runs.
 * They are computed from the schedule, so none can be forgotten while nobody is awake to record it.
 */
export async function undecidedRuns(
  context: OperationContext,
  view: ProfileView,
  limit: number,
): Promise<RunAnswer[]> {
  const due = await context.store.jobs.due(context.profile, view.now, limit);
  return due.flatMap((job) => undecidedRun(view, job) ?? []);
}

/** The row of one job; null when nothing of it is undecided. */
export function undecidedRun(view: ProfileView, job: Job): RunAnswer | null {
  const id = `undecided:${job.id}`;
  const [row] = decideBeforeChange(job, { now: view.now, newId: () => id });
  if (row === undefined) return null;
  const readiness = readJobReadiness(view, job);
  return {
    ...runAnswer(row, [], { now: view.now, jitterMs: 0 }),
    state: 'undecided',
    reason: readiness.willRun ? null : readiness.code,
    message: readiness.willRun ? 'The owner decides it in a moment.' : readiness.message,
    decidedAt: null,
    notBefore: null,
    endedAt: null,
  };
}
