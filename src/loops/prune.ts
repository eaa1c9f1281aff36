import { endTerm, mayAct } from './hold.ts';
import type { InstanceState, Term } from './state.ts';
import { undertake } from './state.ts';

const pruneEveryMs = 10 * 60_000;
/** While there is more to remove: a slice that often, so that starts never wait for it. */
const sliceEveryMs = 1_000;
const slice = 200;
const auditKeptMs = 365 * 24 * 3_600_000;

/**
 * Every ten minutes: removes what retention no longer keeps, one short slice at a time, and puts away what was written. Traces that are of
 * no run go with the runs, or by themselves where every run is kept.
 */
export async function pruneHistory(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock, settings } = state.world;
  const now = clock.now();
  if (now.boot < state.pruneBoot) return;
  state.pruneBoot = now.boot + pruneEveryMs;
  const keep = {
    since: now.wall - settings.keepRunsMs,
    runs: settings.keepRuns,
    outputBytes: settings.keepOutputBytes,
  };
  const prunable = await store.upkeep.prunable(self.profile, keep, slice);
  if (prunable.length < slice) undertake(state, 'write-back', store.upkeep.writeBack());
  if (!mayAct(state, term)) return;
  const runIds = prunable.map(({ runId }) => runId);
  undertake(state, 'prune', pruneSlice(state, term, runIds));
}

/**
 * The output goes first: should this end in between, the rows still tell the next pass what to remove, while output without its row
 * would stay for ever. Starts do not wait for it.
 */
async function pruneSlice(
  state: InstanceState,
  term: Term,
  runIds: readonly string[],
): Promise<void> {
  const { store, clock, executor, log } = state.world;
  await executor.removeOutput(runIds);
  if (!mayAct(state, term)) return;
  const now = clock.now();
  const pruned = await store.upkeep.prune(term.held.fence, runIds, now.wall - auditKeptMs);
  if (pruned.kind === 'fenced') return endTerm(state, term);
  if (runIds.length > 0) log.info('pruned', { runs: runIds.length });
  if (runIds.length === slice) state.pruneBoot = now.boot + sliceEveryMs;
}
