import { judgeEligibility } from '../core/eligibility.ts';
import type { Moment } from '../core/instant.ts';
import { isRenewalDue, isTrusted, judgeGap, renewEveryMs } from '../core/lease-trust.ts';
import { dropEarly } from './early.ts';
import { noteGap, takeSlept } from './gaps.ts';
import { duePresence, notePresence } from './presence.ts';
import type { InstanceState, Term } from './state.ts';
import { undertake } from './state.ts';

const normalDelayMs = 1_000;
const keptGaps = 16;

/**
 * The gap guard: the first statement of every tick. If this process was not awake when it meant to be, or the wall clock was set,
 * it must ask the store before anything else, and what it observed of others no longer counts.
 */
export function guardGap(state: InstanceState): Moment {
  const now = state.world.clock.now();
  const limitMs = Math.max(normalDelayMs, state.world.settings.ttlMs / 3);
  const gap = judgeGap(state.last, now, { plannedMs: state.plannedMs, limitMs });
  const sleptMs = takeSlept(state);
  if (gap.kind !== 'none') {
    state.gaps.push({ from: state.last.wall, until: now.wall, kind: gap.kind });
    if (state.gaps.length > keptGaps) state.gaps.shift();
    noteGap(state, gap, now, sleptMs);
    state.seen = null;
    state.outranksMs = 0;
    if (state.term !== null) {
      state.term.mustAskAgain = true;
      // Their order was one of instants that may lie ahead again.
      state.term.isPlanned = false;
    }
    // What waits for an instant of the wall clock may be due now.
    state.mail.wake();
    state.world.log.warn(gap.kind === 'paused' ? 'was-paused' : 'clock-stepped', { ms: gap.ms });
  } else {
    const awakeMs = now.boot - state.last.boot;
    if (state.seen !== null)
      state.seen = { ...state.seen, unchangedMs: state.seen.unchangedMs + awakeMs };
    state.outranksMs += awakeMs;
  }
  state.last = now;
  return now;
}

/** A tick that waited for a store in vain was no sleep of the machine; but what was observed of others meanwhile does not count. */
export function forgiveWaiting(state: InstanceState): void {
  state.last = state.world.clock.now();
  state.seen = null;
  state.outranksMs = 0;
}

/** Whether this process may act on its term at this very moment. Part of every path that leads to a start. */
export const mayAct = (state: InstanceState, term: Term): boolean =>
  state.term === term && !term.mustAskAgain && isTrusted(term.held, state.world.clock.now());

/**
 * Renews when due or when something happened that makes the term doubtful. Ends the term when the store says that it is over.
 * Notices a changed appointment, and a standby that should own instead: then the term drains.
 */
export async function holdLease(state: InstanceState, term: Term): Promise<void> {
  const { store, clock, log } = state.world;
  const asked = clock.now();
  if (!term.mustAskAgain && !isRenewalDue(term.held, asked) && isTrusted(term.held, asked)) return;
  // A commit of its own would wake this process, and the disk, once more.
  const presence = duePresence(state);
  const renewed = await store.leases.renew(term.held.fence, state.provenance, presence?.row);
  if (renewed.kind === 'fenced') {
    log.warn('term-ended', { epoch: term.held.fence.epoch, by: renewed.epoch });
    endTerm(state, term);
    return;
  }
  if (presence !== null) notePresence(state, presence);
  term.held = { ...term.held, asked, ttlMs: renewed.value.ttlMs };
  term.mustAskAgain = false;
  try {
    await watchAppointment(state, term, renewed.value.preferredId);
  } catch (error) {
    // A rule that could not be read is not known to be met.
    term.mustAskAgain = true;
    throw error;
  }
}

/** Never one long timer: clocks are set and machines sleep. And so often that whoever watches this process hears of it in time. */
export const longestSleepMs = ({ world }: InstanceState): number =>
  Math.min(30_000, (world.supervisor.patienceMs ?? Number.POSITIVE_INFINITY) / 3);

/**
 * Waits for work that may take longer than a TTL and goes on renewing meanwhile, so that a busy holder is not taken for a silent one.
 * Keeps the gap guard's look fresh, too. The work itself must notice when the term is over.
 */
export async function holdDuring<T>(
  state: InstanceState,
  term: Term,
  work: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const watched = work.finally(() => over.abort());
  // Its failure is told to the caller below; until then it must not count as unhandled.
  void watched.catch(() => {});
  while (!over.signal.aborted && state.term === term) {
    state.plannedMs = Math.min(renewEveryMs(term.held.ttlMs), longestSleepMs(state));
    await state.world.clock.sleep(state.plannedMs, over.signal);
    guardGap(state);
    state.plannedMs = 0;
    state.world.supervisor.atWork();
    // A renewal without answer is asked again, here or by the next tick, which also tells about it.
    if (!over.signal.aborted) await holdLease(state, term).catch(() => {});
  }
  return watched;
}

async function watchAppointment(
  state: InstanceState,
  term: Term,
  preferredId: string | null,
): Promise<void> {
  const { store, self } = state.world;
  const appointment = await store.appointments.current(self.profile);
  term.appointmentVersion = appointment.version;
  const eligibility = judgeEligibility(appointment, {
    role: self.role,
    schedules: self.schedules,
    provenance: state.provenance,
  });
  if (eligibility.kind !== 'eligible') {
    beginDrain(state, term, `no longer eligible: ${eligibility.message}`);
  } else if (preferredId !== null && preferredId !== self.id) {
    beginDrain(state, term, 'a standby of a higher tier takes over');
  }
}

/** Stops deciding and starting; the lease is released when no gate is in flight. */
export function beginDrain(state: InstanceState, term: Term, why: string): void {
  if (term.drain !== null) return;
  term.drain = { why, sinceBoot: state.world.clock.now().boot };
  state.world.log.info('draining', { why });
  state.wake.wake();
}

/**
 * The term is over. Gates that are still closed are closed for good. Attempts that run are the next holder's on this host, unless
 * the term was ended by force: then their trees are ended here, for there may be no next holder.
 */
export function endTerm(state: InstanceState, term: Term): void {
  if (state.term !== term) return;
  state.term = null;
  state.seen = null;
  state.outranksMs = 0;
  state.standing = 'standby';
  state.standingReason = 'Its term ended.';
  state.wake.wake();
  state.mail.wake();
  dropEarly(state, term);
  for (const active of term.active.values()) {
    if (active.phase !== 'running') state.world.executor.abandon(active.key);
  }
  if (term.active.size > 0) undertake(state, 'end-forced', endForcedRuns(state, term));
}

async function endForcedRuns(state: InstanceState, term: Term): Promise<void> {
  const { store, executor, self } = state.world;
  const lease = await store.leases.read(self.profile);
  if (lease.endRunsUpTo < term.held.fence.epoch) return;
  const verdict = { outcome: 'cancelled', reason: 'lease_lost' } as const;
  await Promise.all(
    [...term.active.values()].map(async ({ key, process, phase }) => {
      if (process !== null && (phase === 'running' || phase === 'released'))
        await executor.end(key, process, verdict);
    }),
  );
}
