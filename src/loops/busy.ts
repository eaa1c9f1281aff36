import type { Instant } from '../core/instant.ts';
import { againAt } from '../core/settlement.ts';
import { isPastGrace } from '../core/start-plan.ts';
import type { Active, Term } from './state.ts';

/** The attempts that are not over. */
export const occupying = ({ active, ends }: Term): readonly Active[] =>
  [...active.values()].filter(({ waiting }) => !ends.has(waiting.run.id));

/** The jobs that have a run which waits or is under way. One whose grace passed will never run. */
export const busyJobs = (term: Term, now: Instant): ReadonlySet<string> => {
  const busy = new Set<string>();
  for (const waiting of term.waiting.values())
    if (!isPastGrace(waiting, now)) busy.add(waiting.run.jobId);
  for (const { waiting } of term.active.values()) {
    const end = term.ends.get(waiting.run.id);
    // What is to be tried again waits as soon as that is written.
    if (end === undefined || againAt(end) !== null) busy.add(waiting.run.jobId);
  }
  return busy;
};
