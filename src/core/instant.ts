/** A point in time: milliseconds since 1970-01-01T00:00:00Z, UTC. Local time exists only inside `time-zone.ts`. */
export type Instant = number;

/**
 * Two clocks read together. `wall` may jump when somebody sets the clock.
 * `boot` counts milliseconds since the machine booted, sleep included, and never jumps.
 */
export type Moment = { readonly wall: Instant; readonly boot: number };

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** UTC ISO 8601 with milliseconds, the only form in which instants leave the program. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString();
}
