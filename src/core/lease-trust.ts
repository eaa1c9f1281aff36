import type { Instant, Moment } from './instant.ts';
import type { Fence } from './lease.ts';

/** A term as its holder knows it. `asked` is when the claim or the newest renewal was asked, not when it was answered. */
export type Held = { readonly fence: Fence; readonly asked: Moment; readonly ttlMs: number };

/** How long before the lease ends its holder stops trusting it. A fifth of the TTL, at most 2 s. */
export const trustMarginMs = (ttlMs: number): number => Math.min(2_000, ttlMs / 5);

/** How often a lease of this TTL is renewed. */
export const renewEveryMs = (ttlMs: number): number => ttlMs / 3;

/**
 * Whether the holder may act now: since it asked, neither clock advanced by TTL minus margin.
 * A wall clock that was set back does not lengthen trust, because the boot clock still counts.
 */
export function isTrusted(held: Held, now: Moment): boolean {
  const trustMs = held.ttlMs - trustMarginMs(held.ttlMs);
  return now.boot - held.asked.boot < trustMs && now.wall - held.asked.wall < trustMs;
}

/** The boot-clock millisecond at which trust ends; a gate opened later refuses. */
export const trustEndsAtBootMs = (held: Held): number =>
  Math.floor(held.asked.boot + held.ttlMs - trustMarginMs(held.ttlMs));

export const isRenewalDue = (held: Held, now: Moment): boolean =>
  now.boot - held.asked.boot >= renewEveryMs(held.ttlMs);

/** What happened to this process between two looks at the clocks. */
export type Gap =
  | { readonly kind: 'none' }
  /** It did not run for `ms` longer than planned: stopped, starved or asleep. */
  | { readonly kind: 'paused'; readonly ms: number }
  /** Somebody set the wall clock by `ms`. */
  | { readonly kind: 'stepped'; readonly ms: number };

const clockToleranceMs = 1_000;

/**
 * Compares two looks. A pause is told before a step: after a pause nothing else can be trusted.
 *
 * @param plannedMs how long the process meant to wait in between
 * @param limitMs how much later is still normal
 */
export function judgeGap(
  last: Moment,
  now: Moment,
  planned: { readonly plannedMs: number; readonly limitMs: number },
): Gap {
  const bootMs = now.boot - last.boot;
  const late = bootMs - planned.plannedMs;
  if (late > planned.limitMs) return { kind: 'paused', ms: Math.round(late) };
  const stepMs = now.wall - last.wall - bootMs;
  if (Math.abs(stepMs) > clockToleranceMs) return { kind: 'stepped', ms: Math.round(stepMs) };
  return { kind: 'none' };
}

/** Occurrences between these instants were not served because of a gap. */
export type GapWindow = {
  readonly from: Instant;
  readonly until: Instant;
  readonly kind: 'paused' | 'stepped';
};
