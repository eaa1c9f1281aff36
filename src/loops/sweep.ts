import { isFinal } from '../core/run.ts';
import type { AttemptKey } from '../ports/executor.ts';
import { type InstanceState, type Term, undertake } from './state.ts';

const sweepEveryMs = 5_000;
/** A look at every process costs so much that a start would feel it; it waits for a quiet moment, but not for ever. */
const sweepAtLatestMs = 15_000;
const quietMs = 250;
/** What outlived its run by more was told to end by a holder that did not live to see it. */
const overdueMs = 5_000;

/**
 * From time to time: ends processes that escaped from attempts which are over. A run that goes on or waits for another attempt is left
 * for later, because processes are marked by their run alone.
 */
export function sweepEscaped(state: InstanceState, term: Term): void {
  seekRemnants(state, term);
  const now = state.world.clock.now().boot;
  const sinceMs = now - state.sweptBoot;
  if (state.overSinceSweep.length === 0 || sinceMs < sweepEveryMs) return;
  if (sinceMs < sweepAtLatestMs && isStarting(term, now)) return;
  state.sweptBoot = now;
  const isBusy = ({ runId }: AttemptKey): boolean =>
    term.active.has(runId) || term.waiting.has(runId);
  const over = state.overSinceSweep.filter((key) => !isBusy(key));
  state.overSinceSweep = state.overSinceSweep.filter(isBusy);
  if (over.length > 0) undertake(state, 'sweep', sweep(state, over, false));
}

const isStarting = (term: Term, now: number): boolean =>
  now - term.beganBoot < quietMs ||
  [...term.active.values()].some(({ phase }) => phase !== 'running');

/** What could not be looked for is looked for again. */
async function sweep(
  state: InstanceState,
  over: readonly AttemptKey[],
  isOverdue: boolean,
): Promise<void> {
  try {
    const ended = await state.world.executor.sweep(over, isOverdue);
    if (ended > 0) state.world.log.warn('escaped-ended', { processes: ended });
  } catch (error) {
    state.overSinceSweep.push(...over);
    throw error;
  }
}

/** Once in a term: what escaped from runs that ended before it. Their holder may have died before it looked. */
function seekRemnants(state: InstanceState, term: Term): void {
  if (term.soughtRemnants) return;
  term.soughtRemnants = true;
  undertake(state, 'seek-remnants', addRemnants(state));
}

/** Where one holder dies after the other, what does not listen to TERM would be told politely by each of them. */
async function addRemnants(state: InstanceState): Promise<void> {
  const { executor, store, self, clock } = state.world;
  const overdue: AttemptKey[] = [];
  for (const runId of await executor.marked()) {
    const run = await store.runs.get(self.profile, runId);
    if (run === null || !isFinal(run.state)) continue;
    const isOverdue = clock.now().wall - Number(run.endedAt) > overdueMs;
    (isOverdue ? overdue : state.overSinceSweep).push({ runId, number: 1 });
  }
  if (overdue.length > 0) await sweep(state, overdue, true);
}
