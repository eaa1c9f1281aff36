import { type Action, type Job, ownLast } from '../core/job.ts';
import type { ContextPiece, Work } from '../core/work.ts';
import type { StartOrder } from '../ports/executor.ts';
import type { Store } from '../ports/store.ts';
import type { InstanceState } from './state.ts';

/** Of one piece of context; what is longer is cut, and says so. */
const longestPiece = 64 * 1024;
/** How far back a success is looked for. */
const runsLookedAt = 50;

/** What a worker of ours is told of this work, before it is known what an agent should know besides; null for a command of the person. */
export function workOf(action: Action): Work | null {
  switch (action.kind) {
    case 'command':
      return null;
    case 'http':
      return action;
    case 'agent': {
      const { contextFrom: _, ...work } = action;
      return { ...work, context: [] };
    }
  }
}

/** The order of a job that is about to start: an agent is told of the last successes that its job names. */
export async function withContext(
  state: InstanceState,
  order: StartOrder,
  job: Job,
): Promise<StartOrder> {
  const { action } = job.definition;
  if (action.kind !== 'agent' || action.contextFrom.length === 0) return order;
  const pieces = await Promise.all(action.contextFrom.map((id) => lastSuccess(state, job, id)));
  const context = pieces.filter((piece) => piece !== null);
  return { ...order, work: JSON.stringify({ ...workOf(action), context }) };
}

/** Null when there is no success whose output is still kept. */
async function lastSuccess(
  { world: { store, output } }: InstanceState,
  job: Job,
  named: string,
): Promise<ContextPiece | null> {
  const id = named === ownLast ? job.id : named;
  const runs = await store.runs.latest(job.profile, id, runsLookedAt);
  const run = runs.find(({ outcome }) => outcome === 'succeeded');
  if (run === undefined) return null;
  const chunk = await output.read(run.id, null, 0, longestPiece);
  if (chunk.isAbsent) return null;
  const isCut = chunk.bytes.length === longestPiece;
  return {
    from: id === job.id ? 'last success' : `job ${await nameOf(store, job.profile, id)}`,
    text: Buffer.from(chunk.bytes).toString() + (isCut ? '\n[cut here]' : ''),
  };
}

const nameOf = async (store: Store, profile: string, id: string): Promise<string> =>
  (await store.jobs.get(profile, id))?.definition.name ?? id;
