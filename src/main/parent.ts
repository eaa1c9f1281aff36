import type { Clock } from '../ports/clock.ts';

const lookEveryMs = 250;

/**
 * Resolves when the process that started this one has ended: then the kernel gives it another parent. A parent that ended before the
 * first look cannot be told from one that was always there.
 */
export async function whenParentEnds(clock: Clock, signal: AbortSignal): Promise<void> {
  const parent = process.ppid;
  while (process.ppid === parent && !signal.aborted) await clock.sleep(lookEveryMs, signal);
}
