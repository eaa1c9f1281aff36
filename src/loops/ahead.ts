import { crowdAtMost, crowdOf } from '../core/crowd.ts';
import type { InstanceState, Term } from './state.ts';

/** Learns when something is due next, and whether a crowd comes then. */
export async function learnFireTimes({ world }: InstanceState, term: Term): Promise<void> {
  const { store, self, settings } = world;
  const limit = Math.min(settings.maxRunning, crowdAtMost);
  const fireTimes = await store.jobs.nextFireTimes(self.profile, limit);
  term.nextFireAt = fireTimes[0] ?? null;
  term.crowd = crowdOf(fireTimes);
}

/** Has made beforehand what a crowd needs to start. */
export function tellCrowd({ world }: InstanceState, term: Term): void {
  if (term.crowd === null || world.clock.now().wall < term.crowd.tellAt) return;
  world.executor.expect(term.crowd.size);
  term.crowd = null;
}
