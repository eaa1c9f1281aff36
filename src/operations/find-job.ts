import { isId } from '../core/id.ts';
import type { Job } from '../core/job.ts';
import { nearestNames } from '../core/near-names.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';

/** Among how many jobs near names are looked for. */
const maxCompared = 1_000;

/**
 * The job with this id, else the one with this name in any case.
 *
 * @throws Refusal `ambiguous` with the candidates, `not_found` with near names
 */
export async function findJob(context: OperationContext, reference: string): Promise<Job> {
  const job = await lookForJob(context, reference);
  if (job !== null) return job;
  const { profile } = context;
  const near = await jobsNamedLike(context, reference);
  const question = near.length === 0 ? '' : ` Did you mean ${near.map(quoted).join(' or ')}?`;
  throw new Refusal(
    'not_found',
    `There is no job ${quoted(reference)} in profile "${profile}".${question}`,
    {
      remedy: commandIn(profile, 'list'),
      details: { near },
    },
  );
}

/** Names of jobs that may have been meant, the nearest first. */
export async function jobsNamedLike(
  { profile, store }: OperationContext,
  reference: string,
): Promise<readonly string[]> {
  const jobs = await store.jobs.list(profile, { after: null, limit: maxCompared });
  return nearestNames(
    reference,
    jobs.map(({ definition }) => definition.name),
  );
}

/** The job that a reference means; null when there is none. */
export async function lookForJob(
  context: OperationContext,
  reference: string,
): Promise<Job | null> {
  const { profile, store } = context;
  const upper = reference.trim().toUpperCase();
  if (isId(upper)) {
    const job = await store.jobs.get(profile, upper);
    if (job !== null) return job;
  }
  const named = await store.jobs.byName(profile, reference.trim().normalize('NFC'));
  if (named.length > 1) throw ambiguous(reference, named);
  return named[0] ?? null;
}

const ambiguous = (reference: string, candidates: readonly Job[]): Refusal =>
  new Refusal(
    'ambiguous',
    `${candidates.length} jobs are named ${quoted(reference)}: ${candidates.map(({ id }) => id).join(', ')}.`,
    {
      remedy: advice('Use the id of the one you mean.'),
      details: {
        candidates: candidates.map(({ id, state, definition }) => ({
          id,
          name: definition.name,
          state,
        })),
      },
    },
  );

const quoted = (text: string): string => `"${text.slice(0, 80)}"`;
