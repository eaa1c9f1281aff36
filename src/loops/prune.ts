import { endTerm, mayAct } from './hold.ts';
import type { InstanceState, Term } from './state.ts';

const pruneEveryMs = 10 * 60_000;
const slice = 200;
const slicesAtOnce = 10;
const auditKeptMs = 365 * 24 * 3_600_000;

/** Every ten minutes: removes what retention no longer keeps, rows first, in short slices. */
export async function pruneHistory(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock, settings, executor, log } = state.world;
  const now = clock.now();
  if (now.boot - state.prunedBoot < pruneEveryMs) return;
  state.prunedBoot = now.boot;
  const keep = {
    since: now.wall - settings.keepRunsMs,
    runs: settings.keepRuns,
    outputBytes: settings.keepOutputBytes,
  };
  let removed = 0;
  for (let round = 0; round < slicesAtOnce && mayAct(state, term); round += 1) {
    const prunable = await store.upkeep.prunable(self.profile, keep, slice);
    if (prunable.length === 0) break;
    const runIds = prunable.map(({ runId }) => runId);
    const pruned = await store.upkeep.prune(term.held.fence, runIds, now.wall - auditKeptMs);
    if (pruned.kind === 'fenced') return endTerm(state, term);
    await executor.removeOutput(runIds);
    removed += runIds.length;
  }
  if (removed > 0) log.info('pruned', { runs: removed });
}
