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

/** The last day that was written, up to its `T`: most instants that leave together are of one day, and its date is what takes long. */
let day = Number.NaN;
let date = '';

/** UTC ISO 8601 with milliseconds, the only form in which instants leave the program. */
export function toIso(at: Instant): string {
  const whole = Math.trunc(at);
  const thatDay = Math.floor(whole / dayMs);
  if (thatDay !== day) {
    date = new Date(whole).toISOString().slice(0, -'00:00:00.000Z'.length);
    day = thatDay;
  }
  const ms = whole - thatDay * dayMs;
  const hours = twoDigits(Math.floor(ms / hourMs));
  const minutes = twoDigits(Math.floor((ms % hourMs) / minuteMs));
  const seconds = twoDigits(Math.floor((ms % minuteMs) / secondMs));
  const rest = ms % secondMs;
  return `${date}${hours}:${minutes}:${seconds}.${rest < 100 ? '0' : ''}${twoDigits(rest)}Z`;
}

const twoDigits = (number: number): string => (number < 10 ? `0${number}` : `${number}`);
