import { dependsOnItself } from '../core/expected-run.ts';
import type { Job } from '../core/job.ts';
import { laneOf } from '../core/start-plan.ts';
import type { Term, Waiting } from './state.ts';

/** What a run that waits has from its job. */
export const waitingOf = (
  job: Job | null | undefined,
): Pick<Waiting, 'allowsOverlap' | 'lane' | 'mayPrepare' | 'failedStarts'> => ({
  allowsOverlap: job?.definition.overlap === 'allow',
  lane: laneOf(job?.definition.action),
  mayPrepare: job != null && dependsOnItself(job),
  failedStarts: 0,
});

/** Puts a run among those that wait, or changes it there. */
export function letWait(term: Term, waiting: Waiting): void {
  term.waiting.set(waiting.run.id, waiting);
  term.isPlanned = false;
}
