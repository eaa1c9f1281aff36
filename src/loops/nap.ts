import { renewEveryMs } from '../core/lease-trust.ts';
import { lookAgainMs } from './hindrance.ts';
import { longestSleepMs } from './hold.ts';
import { heartbeatInMs } from './ping.ts';
import type { InstanceState } from './state.ts';

const troublePauseMs = 250;

/** How long to sleep: until the next renewal, fire time or queued start, whichever is first. `isForDue`: it is one of the last two. */
export function napOf(state: InstanceState): { readonly ms: number; readonly isForDue: boolean } {
  const restMs = restMsOf(state);
  const dueMs = dueInMs(state);
  return dueMs < restMs ? { ms: dueMs, isForDue: true } : { ms: restMs, isForDue: false };
}

/** How long nothing else is to be done than what becomes due. */
function restMsOf(state: InstanceState): number {
  if (state.trouble !== null) return troublePauseMs;
  const { term, world } = state;
  if (term === null)
    return Math.min(longestSleepMs(state), renewEveryMs(world.settings.ttlMs), state.lookAgainMs);
  if (term.mustAskAgain || !term.isAccounted) return 0;
  const renewInMs = term.held.asked.boot + renewEveryMs(term.held.ttlMs) - world.clock.now().boot;
  const waits = [longestSleepMs(state), renewInMs];
  if (term.drain !== null) waits.push(100);
  else {
    if (state.hindrance.isSuspected) waits.push(lookAgainMs);
    waits.push(heartbeatInMs(state));
    if (term.earlyAt !== null) waits.push(term.earlyAt - world.clock.now().wall);
    if (term.crowd !== null) waits.push(term.crowd.tellAt - world.clock.now().wall);
  }
  return Math.max(0, Math.min(...waits));
}

function dueInMs({ trouble, term, world }: InstanceState): number {
  if (trouble !== null || term === null || term.drain !== null) return Number.POSITIVE_INFINITY;
  const due = [term.nextFireAt, term.wakeAt].map((at) => at ?? Number.POSITIVE_INFINITY);
  return Math.max(0, Math.min(...due) - world.clock.now().wall);
}
