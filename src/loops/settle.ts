import { isFinal } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { againAt, countEnd } from '../core/settlement.ts';
import { endTerm } from './hold.ts';
import type { InstanceState, Term } from './state.ts';
import { letWait } from './waiting.ts';

/** Settlements written in one commit: short enough for others to write in between. */
const batch = 1_000;

/**
 * Writes settlements, a batch at a time, and hands each that moved its run to `moved`. Answers whether the term goes on.
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
    takeIn(state, term, part, { ids: new Set(settled.value), moved });
  }
  return true;
}

/**
 * Takes in what the store answered. A settlement that moved nothing was written before, or this memory of its run is wrong: the run is
 * forgotten here and accounted for anew.
 */
function takeIn(
  state: InstanceState,
  term: Term,
  settlements: readonly Settlement[],
  { ids, moved }: { ids: ReadonlySet<string>; moved: (settlement: Settlement) => void },
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

/** The ends of attempts that were written, and which of their runs moved. */
export const takeInEnds = (
  state: InstanceState,
  term: Term,
  ends: readonly Settlement[],
  ids: ReadonlySet<string>,
): void => takeIn(state, term, ends, { ids, moved: (end) => moveOn(term, end) });

/** Writes the ends that no start of this turn took along. Answers whether the term goes on. */
export const settleEnds = (state: InstanceState, term: Term): Promise<boolean> =>
  settleAll(state, term, [...term.ends.values()], (end) => moveOn(term, end));

/** The run is gone from here, or waits again. */
function moveOn(term: Term, settlement: Settlement): void {
  const active = term.active.get(settlement.runId);
  term.active.delete(settlement.runId);
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

/** Writes the ends of runs that will not be started and forgets them. Answers whether the term goes on. */
export const dismissAll = (
  state: InstanceState,
  term: Term,
  dismissals: readonly Settlement[],
): Promise<boolean> => settleAll(state, term, dismissals, (settlement) => forget(term, settlement));
