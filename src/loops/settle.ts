import { isFinal } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { endTerm } from './hold.ts';
import type { InstanceState, Term } from './state.ts';

/** Settlements written in one commit: short enough for others to write in between. */
const batch = 1_000;

/**
 * Writes settlements, a batch at a time, and hands each that moved its run to `moved`. One that moved nothing was written before, or
 * this memory of its run is wrong: the run is forgotten here and accounted for anew. Answers whether the term goes on.
 */
export async function settleAll(
  state: InstanceState,
  term: Term,
  settlements: readonly Settlement[],
  moved: (settlement: Settlement) => void,
): Promise<boolean> {
  for (let start = 0; start < settlements.length; start += batch) {
    const part = settlements.slice(start, start + batch);
    const settled = await state.world.store.runs.settle(term.held.fence, part);
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

const forget = (term: Term, { runId }: Settlement): void => {
  term.waiting.delete(runId);
  term.active.delete(runId);
};

/** Writes the ends of runs that will not be started and forgets them. Answers whether the term goes on. */
export const dismissAll = (
  state: InstanceState,
  term: Term,
  dismissals: readonly Settlement[],
): Promise<boolean> => settleAll(state, term, dismissals, (settlement) => forget(term, settlement));
