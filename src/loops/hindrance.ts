import { type InstanceState, undertake } from './state.ts';

/** While nothing can begin here, it is tried again so often. */
export const lookAgainMs = 2_000;

/**
 * Tries what every start needs, after a start failed and until it succeeds. So the loop never says that it works while nothing can
 * begin, and never the contrary because of one job that cannot be started.
 */
export function lookForHindrance(state: InstanceState): void {
  const { hindrance, world } = state;
  const now = world.clock.now().boot;
  if (!hindrance.isSuspected || now - hindrance.lookedBoot < lookAgainMs) return;
  hindrance.lookedBoot = now;
  undertake(state, 'try to begin', tryToBegin(state));
}

async function tryToBegin({ hindrance, world, wake }: InstanceState): Promise<void> {
  const trouble = await world.executor.trial();
  const before = hindrance.trouble;
  hindrance.isSuspected = trouble !== null;
  hindrance.trouble = trouble;
  if (trouble !== null && before === null) world.log.warn('nothing-can-begin', { ...trouble });
  wake.wake();
}
