import { fireTimes } from '../../src/core/fire-times.ts';
import type { Job } from '../../src/core/job.ts';
import type { Run } from '../../src/core/run.ts';
import { Cluster } from '../simulation/cluster.ts';
import { memory } from '../simulation/memory.ts';

/** What the scenes in virtual time need. */

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const yearMs = 365 * dayMs;

export const openCluster = (seed: number): Promise<Cluster> => Cluster.open(seed, memory);

export const every = (cluster: Cluster, everyMs: number) =>
  ({ kind: 'every', everyMs, anchor: cluster.timeline.now().wall }) as const;

export const rowsOf = async (cluster: Cluster, job: Job): Promise<readonly Run[]> =>
  (await cluster.store.runs.list('default', { jobId: job.id, limit: 100_000 })).toReversed();

/** Occurrences that began more than once, and those that began before their time. */
export function misdeeds(cluster: Cluster): readonly string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const { jobId, fireTime, at } of cluster.machine.witness) {
    const name = `${jobId} ${fireTime}`;
    if (seen.has(name)) found.push(`began twice: ${name}`);
    if (at < Date.parse(fireTime)) found.push(`began early: ${name}`);
    seen.add(name);
  }
  return found;
}

/** Fire times after `from` and up to `until` that have not exactly one decision. */
export async function undecided(
  cluster: Cluster,
  job: Job,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<readonly string[]> {
  const { schedule } = job.definition;
  const decided = new Map<number, number>();
  for (const row of await rowsOf(cluster, job)) {
    const first = row.fireTime ?? 0;
    // A row that stands for more than this is looked at with both its ends only.
    const { times } = fireTimes(schedule, first - 1, row.fireTimeEnd ?? first, 20_000);
    for (const at of times) decided.set(at, (decided.get(at) ?? 0) + 1);
  }
  return fireTimes(schedule, from, until, 20_000)
    .times.filter((at) => decided.get(at) !== 1)
    .map((at) => `${new Date(at).toISOString()}: ${decided.get(at) ?? 0} decisions`);
}
