import { type InstanceState, undertake } from './state.ts';

/** While no process can be made here, it is tried again so often. */
export const lookAgainMs = 2_000;

/**
 * Tries to make a process that does nothing, after a start failed and until it succeeds. So the loop never says that it works while
 * nothing can begin, and never the contrary because of one job that cannot be started.
 */
export function lookForHindrance(state: InstanceState): void {
  const { hindrance, world } = state;
  const now = world.clock.now().boot;
  if (!hindrance.isSuspected || now - hindrance.lookedBoot < lookAgainMs) return;
  hindrance.lookedBoot = now;
  undertake(state, 'try to make a process', tryToMakeOne(state));
}

async function tryToMakeOne({ hindrance, world, wake }: InstanceState): Promise<void> {
  const why = await world.executor.probe({ kind: 'readable', path: '/' }, {}, '/');
  const before = hindrance.trouble;
  hindrance.isSuspected = why !== null;
  hindrance.trouble =
    why === null ? null : { code: 'start_failed', message: `no process can be made here: ${why}` };
  if (why !== null && before === null) world.log.warn('no-process-can-be-made', { why });
  wake.wake();
}
