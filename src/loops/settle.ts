import { isFinal } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { endTerm } from './hold.ts';
import type { InstanceState, Term } from './state.ts';

/** Settlements written in one commit: short enough for others to write in between. */
const batch = 1_000;

type Settling = {
  readonly moved: (settlement: Settlement) => void;
  readonly moreFollows?: boolean;
};

/**
 * Writes settlements, a batch at a time, and hands each that moved its run to `moved`. One that moved nothing was written before, or
 * this memory of its run is wrong: the run is forgotten here and accounted for anew. Where more follows in this turn, what is written is
 * only kept by that, or by `keepEnds`. Answers whether the term goes on.
 */
export async function settleAll(
  state: InstanceState,
  term: Term,
  settlements: readonly Settlement[],
  { moved, moreFollows = false }: Settling,
): Promise<boolean> {
  for (let start = 0; start < settlements.length; start += batch) {
    const part = settlements.slice(start, start + batch);
    if (moreFollows) term.hasUnkept = true;
    const settled = await state.world.store.runs.settle(term.held.fence, part, { moreFollows });
    if (settled.kind === 'fenced') {
      endTerm(state, term);
      return false;
    }
    if (part.some(({ run }) => isFinal(run.state))) state.mail.wake();
    const ids = new Set(settled.value);
    for (const settlement of part) {
      if (ids.has(settlement.runId)) moved(settlement);
      else {
        forget(term, settlement);
        term.isAccounted = false;
      }
    }
  }
  return true;
}

/** The ends that no start of this turn took along to the disk are forced there by themselves. */
export async function keepEnds(state: InstanceState, term: Term): Promise<void> {
  if (!term.hasUnkept) return;
  const kept = await state.world.store.runs.keep(term.held.fence);
  if (kept.kind === 'fenced') return endTerm(state, term);
  term.hasUnkept = false;
}

const forget = (term: Term, { runId }: Settlement): void => {
  term.waiting.delete(runId);
  term.active.delete(runId);
};

/** Writes the ends of runs that will not be started and forgets them. Answers whether the term goes on. */
export const dismissAll = (
  state: InstanceState,
  term: Term,
  dismissals: readonly Settlement[],
): Promise<boolean> =>
  settleAll(state, term, dismissals, { moved: (settlement) => forget(term, settlement) });
