import { ownLast } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import { findJob } from './find-job.ts';
import type { OperationContext } from './operation.ts';
import type { PresentJobs } from './present-jobs.ts';
import { isNone, nameKey } from './values.ts';

/** A job of a file: how others may call it, and the id that it has or will have. */
export type NamedJob = {
  readonly id: string | null;
  readonly name: string;
  readonly jobId: string;
};

/**
 * Reads which jobs are meant in a file. They may stand in the file, in any order, and be new; a job of the file goes before one that is
 * there. Ids, so that a rename changes nothing.
 */
export function contextReader(
  context: OperationContext,
  file: readonly NamedJob[],
): (references: readonly string[]) => Promise<readonly string[]> {
  const byId = new Map(file.flatMap(({ id, jobId }) => (id === null ? [] : [[id, jobId]])));
  const byName = new Map<string, string[]>();
  for (const { name, jobId } of file) {
    const key = nameKey(name);
    byName.set(key, [...(byName.get(key) ?? []), jobId]);
  }
  const read = async (reference: string): Promise<string> => {
    const own = byId.get(reference.trim().toUpperCase());
    if (own !== undefined) return own;
    const [named, ...others] = byName.get(nameKey(reference)) ?? [];
    if (others.length > 0)
      throw new Refusal('ambiguous', `Several jobs of the file are named "${reference}".`, {
        kind: 'usage',
        details: { field: 'contextFrom' },
      });
    return named ?? (await findJob(context, reference)).id;
  };
  return async (references) => {
    const ids: string[] = [];
    for (const one of references) ids.push(one === ownLast ? ownLast : await read(one));
    return [...new Set(ids)];
  };
}

/**
 * What the job is told when a file wants `wanted`. A file does not name what is gone or done, so that this is left out there is no wish.
 *
 * @param before what it is told now
 */
export async function contextAfter(
  { store, profile }: OperationContext,
  wanted: readonly string[],
  before: readonly string[],
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const id of before) {
    if (wanted.includes(id)) left.push(id);
    else if (id === ownLast || isNameable(await store.jobs.get(profile, id))) left.push(id);
  }
  return left.join() === wanted.join() ? before : wanted;
}

const isNameable = (job: { readonly state: string } | null | undefined): boolean =>
  job !== null && job !== undefined && job.state !== 'done';

/** Whether a job is told apart in a file by its id alone. */
export const needsId = (name: string, { byName }: PresentJobs): boolean =>
  (byName.get(nameKey(name)) ?? []).length > 1 || nameKey(name) === ownLast || isNone(name);

/** The jobs that a job is told of, as a file names them that holds all that are not done. */
export const contextNames = (ids: readonly string[], present: PresentJobs): readonly string[] =>
  ids.flatMap((id) => {
    const job = present.byId.get(id);
    if (job === undefined || !isNameable(job)) return id === ownLast ? [ownLast] : [];
    const { name } = job.definition;
    return [needsId(name, present) ? id : name];
  });
