import type { Clock } from '../ports/clock.ts';

const lookEveryMs = 250;

/**
 * Resolves when the process that started this one has ended: then the kernel gives it another parent. A parent that ended before the
 * first look cannot be told from one that was always there.
 */
export async function whenParentEnds(
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
  parentNow: () => number = () => process.ppid,
): Promise<void> {
  const parent = parentNow();
  while (parentNow() === parent && !signal.aborted) await clock.sleep(lookEveryMs, signal);
}
