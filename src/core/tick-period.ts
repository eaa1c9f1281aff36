import type { Instance } from './instance.ts';
import { type Instant, minuteMs } from './instant.ts';

/** The shortest period of a crontab line, and that of the timers that we install. */
export const shortestPeriodMs = minuteMs;
/** By how much a tick may begin sooner after the one before it: a busy machine starts one late and the next one in time. */
const jitterMs = 15_000;
/** So many ticks are looked at: some that were typed by hand must not hide those of a timer. */
export const maxTicks = 8;

/**
 * The period of a timer, by when its ticks began: from the newest back to the first that is a period older. Ticks closer together were
 * typed by hand, or one of them was; they tell nothing. Null when no two of them tell.
 */
export function tickPeriodMs(ticks: readonly Pick<Instance, 'startedAt'>[]): number | null {
  const [newest, ...earlier] = ticks
    .map(({ startedAt }): Instant => startedAt)
    .sort((one, other) => other - one);
  if (newest === undefined) return null;
  const previous = earlier.find((at) => newest - at >= shortestPeriodMs - jitterMs);
  return previous === undefined ? null : Math.max(shortestPeriodMs, newest - previous);
}
