import type { Job } from '../core/job.ts';
import type { OperationContext } from './operation.ts';
import { nameKey } from './values.ts';

/** The jobs that are there, by id and by name. */
export type PresentJobs = {
  readonly all: readonly Job[];
  readonly byId: ReadonlyMap<string, Job>;
  readonly byName: ReadonlyMap<string, readonly Job[]>;
};

const pageSize = 1_000;

export async function readPresentJobs({ store, profile }: OperationContext): Promise<PresentJobs> {
  const all: Job[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly Job[] = await store.jobs.list(profile, { after, limit: pageSize });
    all.push(...page);
    after = page.at(-1)?.id ?? null;
    if (page.length < pageSize) break;
  }
  const byName = new Map<string, Job[]>();
  for (const job of all) {
    const key = nameKey(job.definition.name);
    const namesakes = byName.get(key);
    if (namesakes === undefined) byName.set(key, [job]);
    else namesakes.push(job);
  }
  return { all, byId: new Map(all.map((job) => [job.id, job])), byName };
}
