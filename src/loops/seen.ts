import type { Job } from '../core/job.ts';
import type { InstanceState, Term } from './state.ts';

/** More are hardly started before somebody writes; the oldest go first. */
const seenAtMost = 2_000;

/**
 * Keeps jobs that were just read for the starts of their runs. They are good until somebody else writes: this process changes nothing of a
 * job that a start depends on.
 */
export function keepSeen({ jobs: seen }: Term, jobs: Iterable<Job>): void {
  for (const job of jobs) {
    seen.set(job.id, job);
    if (seen.size <= seenAtMost) continue;
    const { value: oldest } = seen.keys().next();
    if (oldest !== undefined) seen.delete(oldest);
  }
}

/** The job as it is, for one start: as it was seen, or read anew. Null when it was removed. */
export async function jobForStart(
  { world: { store, self } }: InstanceState,
  { jobs: seen }: Term,
  jobId: string,
): Promise<Job | null> {
  const known = seen.get(jobId);
  seen.delete(jobId);
  return known ?? (await store.jobs.get(self.profile, jobId));
}
