import type { Holder, Lease } from '../core/lease.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import { reportPresence } from './presence.ts';
import type { SeenLease } from './seen-lease.ts';
import type { InstanceState } from './state.ts';

const starterPatienceMs = 1_000;
const killPatienceMs = 5_000;
/** A loop that waits for a locked store answers when its patience with the store is over. */
const answerPatienceMs = 6_500;
/** Once this process could write, a holder that is alive has so long to renew. */
const soonMs = 1_000;

/**
 * A store that cannot be written silences every holder, so a holder is ended only if this process could write and the holder
 * stayed silent for a second after that, or if it does not even answer: then it may itself be what keeps the store locked, stopped
 * in the middle of a write. Answers whether it was ended.
 */
export async function endSilentHolder(
  state: InstanceState,
  holder: Holder,
  { lease, seen }: { readonly lease: Lease; readonly seen: SeenLease },
): Promise<boolean> {
  const { processes, log } = state.world;
  if (!seen.couldWrite && (await canWriteOrAnswers(state, holder))) {
    state.seen = { ...seen, unchangedMs: lease.ttlMs - soonMs, couldWrite: true };
    state.lookAgainMs = soonMs + 1;
    return false;
  }
  log.warn('ending-silent-holder', { pid: holder.process.pid, epoch: lease.epoch });
  await processes.kill(holder.process, killPatienceMs);
  return true;
}

/** False when this process cannot write and the holder does not answer. @throws when it answers: the store is what is wrong */
async function canWriteOrAnswers(state: InstanceState, holder: Holder): Promise<boolean> {
  const answer = state.world.neighbours.ask(holder.socket, answerPatienceMs);
  state.presenceBoot = null;
  try {
    await reportPresence(state);
    return true;
  } catch (error) {
    if ((await answer) !== null) throw error;
    return false;
  }
}

/** A starter ends by itself when its owner's connection closes; one that does not is ended. */
export async function seeEnded(state: InstanceState, starter: ProcessIdentity): Promise<void> {
  const { clock, processes } = state.world;
  const since = clock.now().boot;
  while (processes.life(starter) === 'alive' && clock.now().boot - since < starterPatienceMs) {
    await clock.sleep(5);
  }
  if (processes.life(starter) === 'alive') await processes.kill(starter, killPatienceMs);
}
