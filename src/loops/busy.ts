import type { Active, Term } from './state.ts';

/** The attempts that are not over. */
export const occupying = ({ active, ends }: Term): readonly Active[] =>
  [...active.values()].filter(({ waiting }) => !ends.has(waiting.run.id));

/** The jobs that have a run which waits or is under way. */
export const busyJobs = (term: Term): ReadonlySet<string> => {
  const busy = new Set<string>();
  for (const { run } of term.waiting.values()) busy.add(run.jobId);
  for (const { waiting } of occupying(term)) busy.add(waiting.run.jobId);
  return busy;
};
