import type { Job } from '../core/job.ts';
import type { Run } from '../core/run.ts';
import type { EnvironmentFile } from '../core/run-environment.ts';
import type { Early, InstanceState, PreparedStart, Term } from './state.ts';

/** The files that the runs of a profile get their environment from; null when they cannot be used. One that did not change is the same object. */
export function filesFor(
  { world: { environments } }: InstanceState,
  { profile }: Pick<Run, 'profile'>,
): readonly EnvironmentFile[] | null {
  try {
    return environments.base(profile).files;
  } catch {
    // Whoever starts then says what is wrong with them.
    return null;
  }
}

/**
 * What was prepared for this run before it was decided, or before there was room for it, where its job and its environment are still the
 * same; it is kept no longer.
 *
 * @param job as it is now; null where it was not looked at, which will do as long as nobody else wrote
 */
export function takeEarly(
  state: InstanceState,
  term: Term,
  run: Run,
  job: Job | null,
): PreparedStart | null {
  const early = term.early.get(run.jobId);
  if (early?.prepared == null || early.run.id !== run.id) return null;
  if (job === null && !early.isCurrent) return null;
  term.early.delete(run.jobId);
  const revision = job === null ? run.jobRevision : job.revision;
  const files = filesFor(state, run);
  const isSame =
    revision === early.run.jobRevision &&
    files?.length === early.files.length &&
    files.every((file, at) => file === early.files[at]);
  if (isSame) return early.prepared;
  state.world.executor.abandon(early.prepared.order.key);
  return null;
}

/** Takes over the start of this run where it is just being prepared: the loop hears of it when that is done. Answers whether it is. */
export function takeUnderWay(term: Term, run: Run): boolean {
  const early = term.early.get(run.jobId);
  if (early?.run.id !== run.id || early.prepared !== null) return false;
  term.early.delete(run.jobId);
  return true;
}

/** Somebody wrote: the jobs of those that were decided, and those that were seen, may be others by now. */
export function doubtEarly({ early, jobs }: Term): void {
  jobs.clear();
  for (const [jobId, one] of early) early.set(jobId, { ...one, isCurrent: false });
}

/** Closes the gates of starts that were prepared before they were decided: of all of them, or of those that are meant. */
export function dropEarly(
  state: InstanceState,
  term: Term,
  isMeant: (early: Early) => boolean = () => true,
): void {
  for (const early of term.early.values()) {
    if (!isMeant(early)) continue;
    term.early.delete(early.run.jobId);
    if (early.prepared !== null) state.world.executor.abandon(early.prepared.order.key);
  }
}

/** The same of those that did not come as they were expected. Those that wait for room go on waiting. */
export function dropUnexpected(state: InstanceState, term: Term): void {
  if (term.early.size === 0) return;
  const now = state.world.clock.now().wall;
  const isKnown = ({ id }: Run): boolean => term.waiting.has(id) || term.active.has(id);
  dropEarly(state, term, ({ run }) => Number(run.fireTime) <= now && !isKnown(run));
}

/** Its process is gone. */
export const forgetEarly = (term: Term, runId: string): void => {
  for (const { run } of term.early.values()) if (run.id === runId) term.early.delete(run.jobId);
};
