import type { Instant, Moment } from '../core/instant.ts';
import type { Settlement } from '../core/settlement.ts';
import { dismiss, mayFollow, settleEnded, settleNotStarted } from '../core/settlement.ts';
import type { AttemptKey, ExecutorEvent, Over } from '../ports/executor.ts';
import { seenEnd } from './account.ts';
import { forgetEarly } from './early.ts';
import { endTerm } from './hold.ts';
import { pingStart } from './ping.ts';
import { nowPrepared } from './prepare.ts';
import { settleAll, settleEnds } from './settle.ts';
import type { Active, InstanceState, Preparation, Report, Term } from './state.ts';
import { report, undertake } from './state.ts';
import { letWait } from './waiting.ts';

/** A child that cannot be made, or a gate that never opens, is tried this often, a second apart. */
const startTries = 5;
const startPauseMs = 1_000;

/** What the reports of one tick amount to, written in two commits at most. */
type Harvest = {
  /** When they were taken in. */
  readonly now: Moment;
  readonly settlements: Settlement[];
  readonly dismissals: Settlement[];
  readonly begun: (AttemptKey & { startedAt: Instant })[];
};

/** Takes in what the executor and the preparations reported, and writes it down. */
export async function takeReports(state: InstanceState, term: Term): Promise<void> {
  const reports = state.reports.splice(0);
  if (reports.length === 0) return;
  const now = state.world.clock.now();
  const harvest: Harvest = { now, settlements: [], dismissals: [], begun: [] };
  try {
    for (const entry of reports) await take(state, term, entry, harvest);
    await write(state, term, harvest);
  } catch (error) {
    // Nothing was lost: what is not written is reported again, or found by the next look.
    state.reports.unshift(...reports);
    throw error;
  }
}

async function take(
  state: InstanceState,
  term: Term,
  entry: Report,
  harvest: Harvest,
): Promise<void> {
  if (entry.kind === 'executor') await takeEvent(state, term, entry.event, harvest);
  else takePreparation(state, term, entry.preparation, harvest);
}

function takePreparation(
  state: InstanceState,
  term: Term,
  entry: Preparation,
  harvest: Harvest,
): void {
  const active = term.active.get(entry.runId);
  if (active === undefined || active.phase !== 'preparing') {
    // Nobody waits for it any more; the same report taken twice is not meant.
    if (entry.kind === 'prepared' && active?.process !== entry.process)
      state.world.executor.abandon(entry.order.key);
    return;
  }
  const { run, begun } = active.waiting;
  const hasBegun = begun > 0;
  const now = harvest.now.wall;
  switch (entry.kind) {
    case 'prepared':
      term.active.set(run.id, nowPrepared(active, entry));
      return;
    case 'refused':
      harvest.dismissals.push(
        dismiss(
          run,
          { state: 'refused', reason: entry.reason, message: entry.message, hasBegun },
          now,
        ),
      );
      return;
    case 'job-gone':
      harvest.dismissals.push(
        dismiss(
          run,
          { state: 'missed', reason: 'job_removed', message: 'The job was removed.', hasBegun },
          now,
        ),
      );
      return;
    case 'start-failed':
      state.hindrance.isSuspected = true;
      takeFailedStart(term, active, entry, harvest);
  }
}

function takeFailedStart(
  term: Term,
  active: Active,
  entry: Extract<Preparation, { kind: 'start-failed' }>,
  harvest: Harvest,
): void {
  const { run } = active.waiting;
  const now = harvest.now.wall;
  const failedStarts = active.waiting.failedStarts + 1;
  if (failedStarts >= startTries) {
    harvest.dismissals.push(
      dismiss(
        run,
        {
          state: 'ended',
          outcome: 'failed',
          reason: entry.reason,
          message: entry.message,
          hasBegun: active.waiting.begun > 0,
        },
        now,
      ),
    );
    return;
  }
  term.active.delete(run.id);
  letWait(term, {
    ...active.waiting,
    failedStarts,
    run: { ...run, notBefore: now + startPauseMs },
  });
}

async function takeEvent(
  state: InstanceState,
  term: Term,
  event: ExecutorEvent,
  harvest: Harvest,
): Promise<void> {
  if (event.kind === 'starter-lost') {
    term.early.clear();
    // One that cannot live keeps everything from beginning.
    state.hindrance.isSuspected = true;
    await openStarter(state, term, harvest.now);
    return;
  }
  const active = term.active.get(event.key.runId);
  if (event.kind === 'over') forgetEarly(term, event.key.runId);
  if (active === undefined || active.key.number !== event.key.number) return;
  if (event.kind === 'began') {
    harvest.begun.push({ ...event.key, startedAt: event.startedAt });
    term.beganBoot = harvest.now.boot;
    if (active.phase !== 'running') pingStart(state, active);
    term.active.set(event.key.runId, { ...active, phase: 'running' });
    return;
  }
  // An earlier try under the same name; the one that is being made reports by itself.
  if (active.phase === 'preparing') return;
  // A gate that closed before its attempt was authorised is no attempt at all.
  if (active.phase === 'prepared') {
    state.world.executor.abandon(event.key);
    state.hindrance.isSuspected = true;
    takeFailedStart(
      term,
      active,
      {
        kind: 'start-failed',
        runId: event.key.runId,
        reason: 'start_failed',
        message: 'Its process ended at the gate.',
      },
      harvest,
    );
    return;
  }
  if (couldNotBegin(event.inspection)) state.hindrance.isSuspected = true;
  harvest.settlements.push(await settlementOf(state, active, event, harvest.now.wall));
  state.overSinceSweep.push(event.key);
}

/** A new starter, at once; after one that lived for less than a second, a second later. */
async function openStarter(state: InstanceState, term: Term, now: Moment): Promise<void> {
  const { world, stopped } = state;
  if (now.boot - state.starterBoot < startPauseMs) {
    const again = (): void => report(state, { kind: 'executor', event: { kind: 'starter-lost' } });
    undertake(state, 'starter', world.clock.sleep(startPauseMs, stopped.signal).then(again));
    return;
  }
  const starter = await world.executor.open();
  const recorded = await world.store.leases.recordStarter(term.held.fence, starter);
  // Only now: one that could not be recorded is recorded before anything starts.
  state.starterBoot = now.boot;
  if (recorded.kind === 'fenced') endTerm(state, term);
}

/** Whether nothing of the command came to be: that may be the trouble of every other, too. */
const couldNotBegin = (seen: Over): boolean =>
  seen.kind === 'not-started' || (seen.kind === 'ended' && seen.end.reason === 'start_failed');

async function settlementOf(
  state: InstanceState,
  active: Active,
  event: Extract<ExecutorEvent, { kind: 'over' }>,
  now: Instant,
): Promise<Settlement> {
  const { store, self } = state.world;
  const { run, begun } = active.waiting;
  const isLost = event.inspection.kind === 'not-started' && active.phase === 'running';
  const seen = isLost ? ({ kind: 'lost', startedAt: null } as const) : event.inspection;
  if (seen.kind === 'ended' || seen.kind === 'lost') {
    const end = seenEnd(seen, now);
    const job = mayFollow(end) ? await store.jobs.get(self.profile, run.jobId) : null;
    return settleEnded(run, job, {
      number: event.key.number,
      begun: begun + 1,
      deferred: active.waiting.deferred,
      end,
    });
  }
  return settleNotStarted(run, { number: event.key.number, begun }, now);
}

async function write(state: InstanceState, term: Term, harvest: Harvest): Promise<void> {
  const { store } = state.world;
  const begun = stillUntold(harvest);
  if (begun.length > 0) {
    const marked = await store.runs.markBegan(term.held.fence, begun);
    if (marked.kind === 'fenced') return endTerm(state, term);
  }
  for (const end of harvest.settlements) term.ends.set(end.runId, end);
  if (!mayStart(term) && !(await settleEnds(state, term))) return;
  await settleAll(state, term, harvest.dismissals);
}

/** Whether this turn may authorise something; that commit then takes the ends along. */
const mayStart = ({ drain, waiting, active }: Term): boolean =>
  drain === null &&
  (waiting.size > 0 || [...active.values()].some(({ phase }) => phase === 'prepared'));

/** An end that says when its attempt began tells it, too; that need not be written twice. */
function stillUntold({ begun, settlements }: Harvest): Harvest['begun'] {
  const told = new Set<string>();
  for (const { runId, attempt } of settlements)
    if (attempt !== null && attempt.startedAt !== null) told.add(`${runId} ${attempt.number}`);
  return begun.filter(({ runId, number }) => !told.has(`${runId} ${number}`));
}
