import type { Term } from './state.ts';

/** The jobs that have a run which waits or is under way. */
export const busyJobs = (term: Term): ReadonlySet<string> => {
  const busy = new Set<string>();
  for (const { run } of term.waiting.values()) busy.add(run.jobId);
  for (const { waiting } of term.active.values()) busy.add(waiting.run.jobId);
  return busy;
};
