import { isId } from '../core/id.ts';
import { Refusal } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import { shellWord } from '../core/shell-word.ts';
import { commandIn } from './commands.ts';
import { findJob, lookForJob } from './find-job.ts';
import type { OperationContext } from './operation.ts';

/** @throws Refusal `not_found` */
export async function findRun(context: OperationContext, reference: string): Promise<Run> {
  const { store, profile } = context;
  const id = reference.trim().toUpperCase();
  const run = isId(id) ? await store.runs.get(profile, id) : null;
  if (run !== null) return run;
  const named = await store.jobs.byName(profile, reference.trim().normalize('NFC'));
  const hint = named.length === 0 ? '' : ' A job has this name; its runs have ids.';
  throw new Refusal(
    'not_found',
    `There is no run "${reference.slice(0, 80)}" in profile "${profile}".${hint}`,
    {
      remedy: commandIn(
        profile,
        named.length === 0 ? 'runs' : `runs ${shellWord(reference.trim())}`,
      ),
    },
  );
}

/**
 * The id by which runs of a job are listed. A job that was removed is known by its id only.
 *
 * @throws Refusal `ambiguous` or `not_found`
 */
export async function findJobId(context: OperationContext, reference: string): Promise<string> {
  const { store, profile } = context;
  const job = await lookForJob(context, reference);
  if (job !== null) return job.id;
  const id = reference.trim().toUpperCase();
  if (isId(id) && (await store.runs.list(profile, { jobId: id, limit: 1 })).length > 0) return id;
  return (await findJob(context, reference)).id;
}

/** Of a job that was asked for again and again more may wait; then the newest of those is shown. */
const newestLooked = 50;

/** The run with this id, else the newest run of this job that began; if none did, its newest decision. */
export async function findNewestRun(context: OperationContext, subject: string): Promise<Run> {
  const { store, profile } = context;
  const id = subject.trim().toUpperCase();
  const run = isId(id) ? await store.runs.get(profile, id) : null;
  if (run !== null) return run;
  const jobId = await findJobId(context, subject);
  // One that waits for its next attempt is queued, and has begun.
  const states = ['queued', 'running', 'ended'] as const;
  const runs = await store.runs.list(profile, { jobId, states, limit: newestLooked });
  const newest = runs.find(({ state, startedAt }) => state !== 'queued' || startedAt !== null);
  const [decision] =
    newest === undefined ? await store.runs.list(profile, { jobId, limit: 1 }) : [];
  const found = newest ?? decision;
  if (found !== undefined) return found;
  throw new Refusal('not_found', `The job "${subject.slice(0, 80)}" has not run yet.`, {
    remedy: commandIn(profile, `next ${jobId}`),
  });
}
