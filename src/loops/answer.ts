import type { LoopAnswer } from '../ports/neighbours.ts';
import { mayAct } from './hold.ts';
import type { InstanceState, Term } from './state.ts';

/**
 * The answer comes from the loop itself, after a whole tick, so that a stuck loop stays silent. After a tick that failed it is
 * given at once: the next one may wait for the store for seconds, and the trouble is what is asked for.
 */
export function askLoop(state: InstanceState): Promise<LoopAnswer> {
  return new Promise((resolve) => {
    state.asks.push(resolve);
    if (state.trouble !== null) answerAsks(state);
    else state.wake.wake();
  });
}

/** Answers everybody who asked; after each tick. */
export function answerAsks(state: InstanceState): void {
  const { term, world } = state;
  const isMine =
    term !== null && state.trouble === null && mayAct(state, term) && term.drain === null;
  const trouble = state.trouble ?? state.hindrance.trouble;
  const answer: LoopAnswer = {
    instanceId: world.self.id,
    profile: world.self.profile,
    epoch: isMine ? term.held.fence.epoch : null,
    overdueMs: term === null ? 0 : overdueMs(state, term),
    running: term?.active.size ?? 0,
    queued: term?.waiting.size ?? 0,
    ...(trouble === null ? {} : { trouble }),
  };
  for (const resolve of state.asks.splice(0)) resolve(answer);
}

/**
 * How long the oldest due occurrence has waited for its decision, or a run that was chosen to start for its beginning. While others
 * begin, one that does not is the trouble of its job alone.
 */
function overdueMs({ world }: InstanceState, term: Term): number {
  const { wall, boot } = world.clock.now();
  let longestMs = term.nextFireAt === null ? 0 : Math.max(0, wall - term.nextFireAt);
  for (const { phase, sinceBoot } of term.active.values()) {
    if (phase === 'running') continue;
    longestMs = Math.max(longestMs, boot - Math.max(sinceBoot, term.beganBoot));
  }
  return longestMs;
}
