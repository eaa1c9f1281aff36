import { isFinal } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { againAt, countEnd } from '../core/settlement.ts';
import { endTerm } from './hold.ts';
import type { InstanceState, Term } from './state.ts';
import { letWait } from './waiting.ts';

/** Settlements written in one commit: short enough for others to write in between. */
const batch = 1_000;

/** What the store answered of settlements: the runs that moved; and what becomes of each of them. */
type Answer = {
  readonly ids: ReadonlySet<string>;
  readonly moved?: ((settlement: Settlement) => void) | undefined;
};

/**
 * Writes settlements, a batch at a time: ends of attempts, or of runs that will not be started. Answers whether the term goes on.
 *
 * @param moved what becomes of a run that a settlement moved
 */
export async function settleAll(
  state: InstanceState,
  term: Term,
  settlements: readonly Settlement[],
  moved?: Answer['moved'],
): Promise<boolean> {
  for (let start = 0; start < settlements.length; start += batch) {
    const part = settlements.slice(start, start + batch);
    const settled = await state.world.store.runs.settle(term.held.fence, part);
    if (settled.kind === 'fenced') {
      endTerm(state, term);
      return false;
    }
    takeIn(state, term, part, { ids: new Set(settled.value), moved });
  }
  return true;
}

/** Writes the ends that no start of this turn took along. Answers whether the term goes on. */
export const settleEnds = (state: InstanceState, term: Term): Promise<boolean> =>
  settleAll(state, term, [...term.ends.values()]);

/**
 * Takes in what the store answered: the ids of the runs that moved. A settlement that moved nothing was written before, or this memory of
 * its run is wrong: the run is forgotten here and accounted for anew.
 */
export function takeIn(
  state: InstanceState,
  term: Term,
  settlements: readonly Settlement[],
  { ids, moved = (settlement) => moveOn(term, settlement) }: Answer,
): void {
  if (settlements.some(({ run }) => isFinal(run.state))) state.mail.wake();
  for (const settlement of settlements) {
    term.ends.delete(settlement.runId);
    if (ids.has(settlement.runId)) moved(settlement);
    else {
      forget(term, settlement);
      term.isAccounted = false;
    }
  }
}

/** The run is gone from here, or waits again. */
function moveOn(term: Term, settlement: Settlement): void {
  const active = term.active.get(settlement.runId);
  forget(term, settlement);
  const notBefore = againAt(settlement);
  if (active === undefined || notBefore === null) return;
  const { waiting } = active;
  letWait(term, {
    ...waiting,
    nextNumber: waiting.nextNumber + 1,
    ...countEnd(waiting, settlement),
    run: { ...waiting.run, state: 'queued', notBefore },
  });
}

const forget = (term: Term, { runId }: Settlement): void => {
  term.waiting.delete(runId);
  term.active.delete(runId);
};
