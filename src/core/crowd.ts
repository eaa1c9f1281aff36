import type { Instant } from './instant.ts';

/** Jobs that are due soon after each other. */
export type Crowd = {
  /** From then on it is worth getting ready for them: two seconds before the first. */
  readonly tellAt: Instant;
  readonly size: number;
};

/** What a crowd needs is not made for more. */
export const crowdAtMost = 64;
/** Of those that wait for a place, perhaps for hours, so many are prepared: as many as usually find one in the same turn. */
export const nextAtMost = 16;
/** What is made for starts is not kept for more. */
export const keptAtMost = crowdAtMost + nextAtMost;

/** Long enough to make what they need, and short enough that it is not made for what is taken back by then. */
const leadMs = 2_000;

/**
 * The crowd that comes next; null where one job comes alone.
 *
 * @param fireTimes the next ones, the earliest first
 */
export function crowdOf(fireTimes: readonly Instant[]): Crowd | null {
  const [first] = fireTimes;
  if (first === undefined) return null;
  const size = fireTimes.filter((at) => at <= first + leadMs).length;
  return size < 2 ? null : { tellAt: first - leadMs, size };
}
