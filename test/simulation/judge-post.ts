import type { Delivery } from '../../src/core/delivery.ts';
import { sentTo } from '../../src/core/target.ts';
import type { Cluster } from './cluster.ts';

/** A try lasts so long at most, and its fate is recorded so soon after. */
const longestTryMs = 90_000;

/**
 * Holds what arrived at the far side against what the store says of it: every end of a run owes what its job says, once; nothing arrived
 * twice; what arrived is never called failed or sent again; nothing is under way without end.
 */
export async function judgePost({ store, post, timeline }: Cluster): Promise<readonly string[]> {
  const faults: string[] = [];
  const arrivals = new Map<string, number>();
  for (const { id } of post.arrived) if (isOwed(id)) arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
  for (const [id, times] of arrivals) if (times > 1) faults.push(`${id} arrived ${times} times`);
  const all = { limit: 100_000 };
  const sent = await store.outbox.list('default', all);
  for (const delivery of sent)
    faults.push(...judgeOne(delivery, arrivals.get(delivery.id) ?? 0, timeline.now().wall));
  const inbox = await store.outbox.list('default', { ...all, target: 'inbox' });
  const known = new Set([...sent, ...inbox].map(({ id }) => id));
  for (const id of arrivals.keys()) if (!known.has(id)) faults.push(`${id} arrived, unknown here`);
  const jobs = await store.jobs.list('default', { after: null, limit: 1_000 });
  const targets = new Map(jobs.map((job) => [job.id, sentTo(job.definition.deliver)]));
  for (const run of await store.runs.list('default', { states: ['ended'], ...all })) {
    if (run.outcome !== 'succeeded') continue;
    for (const n of (targets.get(run.jobId) ?? []).keys())
      if (!known.has(`${run.id}.r${n}`)) faults.push(`the result of ${run.id} is owed to nobody`);
  }
  return faults;
}

/** Signs of life that are worth nothing later are not kept. */
const isOwed = (id: string): boolean => !id.endsWith('.start') && !id.startsWith('heartbeat.');

function judgeOne(delivery: Delivery, arrived: number, now: number): readonly string[] {
  const { id, state, claim, nextTryAt, settledAt } = delivery;
  if (state === 'delivered' && arrived === 0) return [`${id} is delivered, but never arrived`];
  if (arrived > 0 && (state === 'failed' || state === 'pending'))
    return [`${id} arrived, and is ${state}`];
  if (state === 'sending' && (claim === null || claim.until + longestTryMs < now))
    return [`${id} is under way without end`];
  if (state === 'pending' && nextTryAt < now - longestTryMs) return [`${id} was forgotten`];
  const isOver = state === 'delivered' || state === 'failed' || state === 'unknown';
  return isOver === (settledAt !== null) ? [] : [`${id} is ${state}, settled at ${settledAt}`];
}
