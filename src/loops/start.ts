import type { Instant } from '../core/instant.ts';
import { trustEndsAtBootMs } from '../core/lease-trust.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { Attempt } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { dismiss } from '../core/settlement.ts';
import { inOrder, isPastGrace, planStarts, type Room } from '../core/start-plan.ts';
import type { StartOrder } from '../ports/executor.ts';
import { occupying } from './busy.ts';
import { dropEarly, takeEarly, takeUnderWay } from './early.ts';
import { overdueFrom } from './end.ts';
import { endTerm, mayAct } from './hold.ts';
import { nowPrepared, prepare } from './prepare.ts';
import { settleAll, takeIn } from './settle.ts';
import type { Active, InstanceState, Term, Waiting } from './state.ts';
import { report, undertake } from './state.ts';
import { letWait } from './waiting.ts';

/** Chooses what starts now and begins to prepare it; dismisses what waited too long. */
export async function startQueued(state: InstanceState, term: Term): Promise<void> {
  const now = state.world.clock.now();
  const taken = occupying(term);
  const busy = new Set(taken.map(({ waiting }) => waiting.run.jobId));
  const lookAt = term.isPlanned ? (term.wakeAt ?? Number.POSITIVE_INFINITY) : now.wall;
  if (!term.isPlanned) putInOrder(term, now.wall);
  // Until what the plan ends is written: a write that fails leaves it to the next tick.
  term.isPlanned = false;
  const room = roomOf(state, taken);
  const scope = { room, lookAt, lanes: term.lanes };
  const plan = planStarts(term.waiting.values(), now.wall, busy, scope);
  term.lanes = plan.lanes;
  term.wakeAt = Number.isFinite(plan.wakeAt) ? plan.wakeAt : null;
  const settlements: Settlement[] = [
    ...plan.expired.map((run) =>
      dismiss(
        run,
        {
          state: 'missed',
          reason: 'deadline_passed',
          message: 'Its grace passed while it waited.',
          hasBegun: false,
        },
        now.wall,
      ),
    ),
    ...plan.cancelled.map(({ run, begun }) =>
      dismiss(
        run,
        {
          state: 'ended',
          outcome: 'cancelled',
          reason: 'cancelled_by_request',
          message: 'Cancelled before it began.',
          hasBegun: begun > 0,
        },
        now.wall,
      ),
    ),
  ];
  if (!(await settleAll(state, term, settlements))) return;
  term.isPlanned = true;
  for (const run of plan.start) {
    const waiting = term.waiting.get(run.id);
    if (waiting !== undefined) beginToPrepare(state, term, waiting, now.boot);
  }
}

function putInOrder({ waiting }: Term, now: Instant): void {
  const ordered = inOrder(waiting.values(), now);
  waiting.clear();
  for (const one of ordered) waiting.set(one.run.id, one);
}

function roomOf({ world: { settings } }: InstanceState, taken: readonly Active[]): Room {
  let commands = settings.maxRunning;
  let work = settings.maxWork;
  for (const { waiting } of taken) {
    if (waiting.lane === 'work') work -= 1;
    else commands -= 1;
  }
  return { commands, work };
}

function beginToPrepare(
  state: InstanceState,
  term: Term,
  waiting: Waiting,
  sinceBoot: number,
): void {
  const { run } = waiting;
  term.waiting.delete(run.id);
  const early = takeEarly(state, term, run, null);
  const active: Active = {
    waiting,
    key: { runId: run.id, number: waiting.nextNumber },
    phase: 'preparing',
    process: null,
    order: null,
    isEnding: false,
    sinceBoot,
    overdueBoot: Number.POSITIVE_INFINITY,
    isEarly: early === null && takeUnderWay(term, run),
  };
  term.active.set(run.id, early === null ? active : nowPrepared(active, early));
  if (early === null && !active.isEarly)
    undertake(state, 'prepare', prepareAndReport(state, term, waiting));
}

/** The loop hears of the result. */
export async function prepareAndReport(
  state: InstanceState,
  term: Term,
  waiting: Waiting,
): Promise<void> {
  const preparation = await prepare(state, term, waiting);
  if (state.term === term) report(state, { kind: 'preparation', preparation });
  else if (preparation.kind === 'prepared') state.world.executor.abandon(preparation.order.key);
}

/**
 * Whose grace passed while its start was prepared, or while that could not be written, waits again: the next plan says that it is missed.
 * Whatever kept it may have lasted for hours, and what was found before is as old.
 */
export function setLateAside(state: InstanceState, term: Term): void {
  const now = state.world.clock.now().wall;
  for (const active of term.active.values()) {
    if (!isPrepared(active) || !isPastGrace(active.waiting, now)) continue;
    state.world.executor.abandon(active.key);
    term.active.delete(active.waiting.run.id);
    letWait(term, active.waiting);
  }
}

/**
 * Authorises prepared attempts in one commit with the ends that made room for them, and opens their gates. The guard is asked before the
 * commit and again before each gate; an attempt that was authorised but may not be released now waits until the term is trusted again.
 */
export async function authorisePrepared(state: InstanceState, term: Term): Promise<void> {
  const prepared = [...term.active.values()].filter(isPrepared);
  if (prepared.length > 0) {
    const at = state.world.clock.now().wall;
    const ends = [...term.ends.values()];
    const authorised = await state.world.store.runs.authorise(
      term.held.fence,
      prepared.map((active) => ({ attempt: attemptOf(state, term, active, at) })),
      ends,
    );
    if (authorised.kind === 'fenced') return endTerm(state, term);
    const moved = new Set(authorised.value);
    takeIn(state, term, ends, { ids: moved });
    for (const active of prepared) {
      const { run } = active.waiting;
      if (moved.has(run.id)) term.active.set(run.id, { ...active, phase: 'authorised' });
      else leaveToAccounting(state, term, active);
    }
  }
  releaseAuthorised(state, term);
}

/** The store did not let it start: its end was asked for, or this memory of it is wrong. What is true is read anew. */
function leaveToAccounting(state: InstanceState, term: Term, active: Active): void {
  state.world.executor.abandon(active.key);
  term.active.delete(active.waiting.run.id);
  term.isAccounted = false;
}

function releaseAuthorised(state: InstanceState, term: Term): void {
  const { executor, clock } = state.world;
  for (const active of term.active.values()) {
    if (active.phase !== 'authorised' || active.order === null) continue;
    if (!mayAct(state, term)) {
      term.mustAskAgain = true;
      return;
    }
    // The machine may have slept since; with its gate closed it is over as one that never began.
    const now = clock.now();
    if (isPastGrace(active.waiting, now.wall)) executor.abandon(active.key);
    else executor.release(active.key, trustEndsAtBootMs(term.held));
    const overdueBoot = overdueFrom(now, active.order.timeoutMs);
    term.active.set(active.waiting.run.id, {
      ...active,
      phase: 'released',
      order: null,
      overdueBoot,
    });
  }
}

/** While draining: gates that are not open yet stay shut. An authorised attempt is over when its wrapper is. */
export function closeGates(state: InstanceState, term: Term): void {
  dropEarly(state, term);
  for (const active of term.active.values()) {
    if (active.phase === 'released' || active.phase === 'running') continue;
    state.world.executor.abandon(active.key);
    if (active.phase !== 'authorised') term.active.delete(active.waiting.run.id);
  }
}

type Prepared = Active & { readonly process: ProcessIdentity; readonly order: StartOrder };

const isPrepared = (active: Active): active is Prepared =>
  active.phase === 'prepared' && active.process !== null && active.order !== null;

const attemptOf = (
  state: InstanceState,
  term: Term,
  { waiting, process, order }: Prepared,
  authorisedAt: Instant,
): Attempt => ({
  runId: waiting.run.id,
  number: waiting.nextNumber,
  state: 'authorised',
  epoch: term.held.fence.epoch,
  instanceId: state.world.self.id,
  process,
  provenance: state.provenance,
  adoptedBy: null,
  authorisedAt,
  timeoutMs: order.timeoutMs,
  startedAt: null,
  endedAt: null,
  outcome: null,
  exitCode: null,
  reason: null,
});
