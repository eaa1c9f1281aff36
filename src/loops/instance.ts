import type { Trouble } from '../core/readiness.ts';
import { inheritedOf } from '../core/run-environment.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { accountForPredecessors } from './account.ts';
import { learnFireTimes, prepareEarly, prepareNext, tellCrowd } from './ahead.ts';
import { answerAsks, askLoop } from './answer.ts';
import { answerRequests, fireDue, followOpenRuns } from './decide.ts';
import { deliverOwed } from './deliver.ts';
import { doubtEarly, dropUnexpected } from './early.ts';
import { standForElection } from './elect.ts';
import { endOverdue } from './end.ts';
import { examineCommand } from './examine.ts';
import { takeReports } from './finish.ts';
import { tellGaps } from './gaps.ts';
import { lookForHindrance } from './hindrance.ts';
import {
  beginDrain,
  endTerm,
  forgiveWaiting,
  guardGap,
  holdDuring,
  holdLease,
  mayAct,
} from './hold.ts';
import { napOf } from './nap.ts';
import { sendHeartbeat } from './ping.ts';
import { refreshProvenance, reportPresence } from './presence.ts';
import { pruneHistory } from './prune.ts';
import { settleEnds } from './settle.ts';
import { authorisePrepared, closeGates, setLateAside, startQueued } from './start.ts';
import type { Drain, InstanceState, Term } from './state.ts';
import { errorText, makeState, report } from './state.ts';
import { beginToStop, leaveRuns, leftBehind, waitsForRuns } from './stop.ts';
import { sweepEscaped } from './sweep.ts';
import { watchOwner } from './watch-owner.ts';
import type { World } from './world.ts';

/** How long gates in flight may take to resolve before a draining holder releases all the same. */
const drainMs = 5_000;
const stepAsideMs = 10_000;
const idleHorizonMs = 60_000;

export type InstanceOptions = {
  /** `forever`, or `idle`: release and end when nothing runs and nothing is due within a minute, or when another owns. */
  readonly until: 'forever' | 'idle';
};

/**
 * Lives as one instance of one profile: stands for election, and while it holds the lease decides, starts and records.
 * Everything happens in one loop, a tick at a time; what takes long reports back to it.
 * Resolves after `signal` aborts and the lease is released. What then becomes of its runs is in `stop.ts`.
 */
export async function runInstance(
  world: World,
  signal: AbortSignal,
  options: InstanceOptions,
): Promise<void> {
  const state = makeState(world, await world.provenance.probe(world.self.role));
  world.executor.listen((event) => report(state, { kind: 'executor', event }));
  if (world.self.schedules) await world.executor.open();
  await world.reception.open({
    answer: () => askLoop(state),
    poked: () => state.wake.wake(),
    environment: () => inheritedOf(world.environments.own),
    examine: (look) => examineCommand(world, look),
  });
  const stop = (): void => beginToStop(state);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const delivering = deliverOwed(state, state.stopped.signal);
  try {
    for (;;) {
      const isOver = await oneTick(state, options);
      answerAsks(state);
      tellSupervisor(state);
      if (isOver) return;
      const { ms, isForDue } = napOf(state);
      state.plannedMs = ms;
      await state.wake.wait(ms, isForDue);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await leave(state, delivering);
  }
}

/** One tick. A store that cannot answer is not the end: nothing runs, and the next tick tries again. */
async function oneTick(state: InstanceState, options: InstanceOptions): Promise<boolean> {
  try {
    guardGap(state);
    refreshProvenance(state);
    await tick(state);
    if (state.term !== null) await settleEnds(state, state.term);
    tellGaps(state);
    watchOwner(state);
    sendHeartbeat(state);
    await reportPresence(state);
    state.trouble = null;
    return state.term === null ? isOverWithoutTerm(state, options) : await isIdle(state, options);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.message !== state.trouble?.message) tellTrouble(state, trouble, error);
    state.trouble = trouble;
    // A write may have happened although nobody said so: what is true is read anew before anything else starts.
    if (state.term !== null) state.term.isAccounted = false;
    forgiveWaiting(state);
    // The next tick of the timer tries again; ticks that wait for a broken store would pile up.
    if (state.term === null && options.until === 'idle') throw error;
    return state.isStopping;
  }
}

/**
 * A whole tick is the sign of life, and none that was only begun. A store that cannot answer is no fault of this process; of what
 * nobody expected, a new process may be free.
 */
function tellSupervisor({ trouble, world }: InstanceState): void {
  if (trouble?.code !== 'owner_stalled') world.supervisor.atWork();
}

/** Long messages would not fit into an answer over the socket. */
const longestTrouble = 500;

const troubleOf = (error: unknown): Trouble =>
  error instanceof StoreUnavailable
    ? { code: error.code, message: error.message.slice(0, longestTrouble) }
    : { code: 'owner_stalled', message: errorText(error).slice(0, longestTrouble) };

/** An outage is told in a sentence; where it came from matters only of what nobody expected. */
function tellTrouble({ world: { log } }: InstanceState, trouble: Trouble, error: unknown): void {
  if (error instanceof StoreUnavailable) log.warn('tick-failed', { error: trouble.message });
  else
    log.error('tick-failed', {
      error: trouble.message,
      stack: error instanceof Error ? error.stack : null,
    });
}

async function tick(state: InstanceState): Promise<void> {
  const { term } = state;
  if (term === null) {
    state.reports.length = 0;
    if (!state.isStopping) await standForElection(state);
    return;
  }
  await holdLease(state, term);
  if (!mayAct(state, term)) return;
  if (!term.isAccounted) await accountForPredecessors(state, term);
  if (!term.isAccounted || !mayAct(state, term)) return;
  if (state.isStopping) beginDrain(state, term, 'it was stopped');
  await takeReports(state, term);
  if (!mayAct(state, term)) return;
  if (term.drain !== null) return drainOn(state, term, term.drain);
  setLateAside(state, term);
  await authorisePrepared(state, term);
  if (mayAct(state, term)) await decideAndStart(state, term);
}

async function decideAndStart(state: InstanceState, term: Term): Promise<void> {
  await followChanges(state, term);
  if (term.drain !== null || !mayAct(state, term)) return;
  if (term.nextFireAt !== null && term.nextFireAt <= state.world.clock.now().wall)
    await fireDue(state, term);
  if (!mayAct(state, term)) return;
  await startQueued(state, term);
  dropUnexpected(state, term);
  if (mayAct(state, term)) await authorisePrepared(state, term);
  tellCrowd(state, term);
  if (mayAct(state, term)) await prepareEarly(state, term);
  if (mayAct(state, term)) prepareNext(state, term);
  lookForHindrance(state);
  endOverdue(state, term);
  sweepEscaped(state, term);
  await pruneHistory(state, term);
}

/** Takes in what others wrote. It counts as seen only when all of it was acted on. */
async function followChanges(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  const changeToken = await store.upkeep.changeToken();
  if (changeToken === term.changeToken) return;
  doubtEarly(term);
  // Somebody may owe a message now.
  state.mail.wake();
  const { version } = await store.appointments.current(self.profile);
  if (version !== term.appointmentVersion) {
    // Renewing tells whether this term was ended by force, and judges it by the new rule.
    term.mustAskAgain = true;
    return;
  }
  await answerRequests(state, term);
  if (!mayAct(state, term)) return;
  await followOpenRuns(state, term);
  await learnFireTimes(state, term);
  if (mayAct(state, term)) term.changeToken = changeToken;
}

/** Draining: gates that were not released are closed; those in flight resolve; then the lease is free. */
async function drainOn(state: InstanceState, term: Term, drain: Drain): Promise<void> {
  const { store, executor, clock, self, log, processes } = state.world;
  closeGates(state, term);
  const inFlight = [...term.active.values()].some(({ phase }) => phase !== 'running');
  const { why } = drain;
  const sinceMs = clock.now().boot - drain.sinceBoot;
  if (inFlight && sinceMs < drainMs) return;
  if (waitsForRuns(state, term, sinceMs)) return;
  await holdDuring(state, term, executor.close(leftBehind(state, term)));
  if (state.term !== term) return;
  const released = await store.leases.release(term.held.fence, {
    profile: self.profile,
    at: clock.now().wall,
    actor: `instance:${self.id}`,
    kind: 'owner.release',
    subject: self.id,
    detail: {
      epoch: term.held.fence.epoch,
      why,
      running: term.active.size,
      bootId: processes.self().bootId,
    },
  });
  log.info('released', { why, running: term.active.size, fenced: released.kind === 'fenced' });
  endTerm(state, term);
  state.standing = 'standby';
  state.standingReason = `It handed over: ${why}.`;
  if (state.stepDownAsked !== null) state.stepAsideUntilBoot = clock.now().boot + stepAsideMs;
  state.stepDownAsked = null;
  await pokeOthers(state);
  if (!state.isStopping) await executor.open();
}

async function pokeOthers(state: InstanceState): Promise<void> {
  const { store, self, neighbours, processes } = state.world;
  for (const instance of await store.instances.list(self.profile)) {
    if (instance.id !== self.id && processes.life(instance.process) === 'alive')
      await neighbours.poke(instance.socket);
  }
}

function isOverWithoutTerm(state: InstanceState, options: InstanceOptions): boolean {
  if (state.isStopping) return true;
  // A holder in another pid namespace is only known dead by its silence. Ticks that did not wait for it would each leave the profile to it.
  return options.until === 'idle' && state.standing !== 'holder' && !state.mayBeGone;
}

/** For a timer's tick: nothing runs, nothing waits, nothing is due soon. Then it drains, and the next tick ends it. */
async function isIdle(state: InstanceState, options: InstanceOptions): Promise<boolean> {
  const { term, world } = state;
  if (options.until !== 'idle' || term === null || !term.isAccounted || term.drain !== null)
    return false;
  const horizon = world.clock.now().wall + idleHorizonMs;
  if (term.active.size > 0 || term.probes.isLooking) return false;
  for (const { run } of term.waiting.values()) if (run.notBefore <= horizon) return false;
  if (term.nextFireAt !== null && term.nextFireAt <= horizon) return false;
  const waiting = await world.store.requests.waiting(world.self.profile, 1);
  if (waiting.length > 0) return false;
  if (await isOwing(world, horizon)) return false;
  state.isStopping = true;
  state.wake.wake();
  return false;
}

/** Whether a message is under way, or is to be tried soon. */
async function isOwing({ store, self }: World, horizon: number): Promise<boolean> {
  const { sending, nextTryAt } = await store.outbox.look(self.profile, {
    until: horizon,
    mayExecute: self.schedules,
  });
  if (nextTryAt !== null && nextTryAt <= horizon) return true;
  return sending.some(({ claim }) => claim?.instanceId === self.id);
}

/** Leaves the profile: presence, socket and starter go; a lease that could not be released is left to run out. */
async function leave(state: InstanceState, delivering: Promise<void>): Promise<void> {
  const { reception, store, self, log, supervisor } = state.world;
  state.holderWatch?.watch.close();
  answerAsks(state);
  await leaveRuns(state);
  state.stopped.abort();
  state.mail.wake();
  await Promise.allSettled([...state.tasks, delivering]);
  await reception.close();
  supervisor.close();
  if (self.role === 'timer') return;
  try {
    await store.instances.remove(self.profile, self.id);
  } catch (error) {
    log.warn('presence-left-behind', { error: errorText(error) });
  }
}
