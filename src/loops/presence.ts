import type { Instance } from '../core/instance.ts';
import { levelRank, type Provenance } from '../core/provenance.ts';
import { maxTicks } from '../core/tick-period.ts';
import type { InstanceState } from './state.ts';
import { undertake } from './state.ts';

const presenceEveryMs = 30_000;
const probeEveryMs = 30_000;
/** A probe that fails keeps the last level for so long. */
const levelKeptMs = 60_000;

/** Asks kernel and service manager again when the last answer is old. The loop does not wait for the answer. */
export function refreshProvenance(state: InstanceState): void {
  const asked = state.world.clock.now().boot;
  if (asked - state.probedBoot < probeEveryMs) return;
  state.probedBoot = asked;
  undertake(state, 'probe', probeAgain(state, asked));
}

async function probeAgain(state: InstanceState, asked: number): Promise<void> {
  const { provenance, self } = state.world;
  const before = state.provenance.level;
  const probed = await provenance.probe(self.role);
  if (mayHaveFailed(probed, state.provenance) && asked - state.provenanceBoot < levelKeptMs) return;
  state.provenance = probed;
  state.provenanceBoot = asked;
  if (probed.level === before) return;
  if (state.term !== null) state.term.mustAskAgain = true;
  state.wake.wake();
}

/**
 * Less than before may be a bus that was gone for a moment. A contradiction is no silence: it counts at once. A probe that did not
 * even see this process itself could not look: for want of descriptors, for one.
 */
const mayHaveFailed = (probed: Provenance, before: Provenance): boolean =>
  (probed.level !== 'mismatch' && levelRank(probed.level) < levelRank(before.level)) ||
  (probed.chain.length === 0 && before.chain.length > 0);

/** This instance as a row that is due, and what is kept of it once it was written. */
export type Presence = { readonly row: Instance; readonly boot: number; readonly key: string };

/**
 * Writes this instance's row when something about it changed, and every 30 s. A holder's goes with a renewal where it can. Then the
 * rows of others are looked at.
 */
export async function reportPresence(state: InstanceState): Promise<void> {
  const due = duePresence(state);
  if (due !== null) {
    await state.world.store.instances.report(due.row);
    notePresence(state, due);
  }
  const isOfThisTick = state.presenceBoot !== null && state.presenceBoot >= state.last.boot;
  if (isOfThisTick) await forgetTheDead(state);
}

/** Null when the row was written lately and nothing changed. */
export function duePresence(state: InstanceState): Presence | null {
  const { clock, self, processes, reception } = state.world;
  const now = clock.now();
  const key = `${state.standing}|${state.standingReason}|${state.provenance.level}`;
  const isFresh = state.presenceBoot !== null && now.boot - state.presenceBoot < presenceEveryMs;
  if (isFresh && key === state.presenceKey) return null;
  const row = {
    id: self.id,
    profile: self.profile,
    role: self.role,
    schedules: self.schedules,
    process: processes.self(),
    host: self.host,
    startedAt: state.startedAt,
    version: self.version,
    url: self.url,
    command: self.command,
    socket: reception.path,
    standing: state.standing,
    reasonCode: state.standingCode,
    reason: state.standingReason,
    provenance: state.provenance,
    channels: self.channels,
    seenAt: now.wall,
  };
  return { row, boot: now.boot, key };
}

/** The row was written. */
export function notePresence(state: InstanceState, { boot, key }: Presence): void {
  state.presenceBoot = boot;
  state.presenceKey = key;
}

/** Removes rows of instances that are dead on this host. The newest ticks of a timer stay: readiness rests on them. */
async function forgetTheDead(state: InstanceState): Promise<void> {
  const { store, self, processes } = state.world;
  const instances = await store.instances.list(self.profile);
  const newestFirst = [...instances].sort((one, other) => other.startedAt - one.startedAt);
  let timers = 0;
  for (const instance of newestFirst) {
    if (instance.id === self.id || processes.life(instance.process) !== 'dead') continue;
    if (instance.role === 'timer') {
      timers += 1;
      if (timers <= maxTicks) continue;
    }
    await store.instances.remove(self.profile, instance.id);
  }
}
