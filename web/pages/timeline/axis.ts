import type { Stretch } from './lanes.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const steps = [
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
];
const leastPx = 64;

export type Tick = { readonly at: number; readonly words: string; readonly isDay: boolean };

/** Times that are round where the viewer is, as close as their words allow. */
export function ticksOf({ since, until }: Stretch, widthPx: number): readonly Tick[] {
  const wanted = Math.max(2, Math.floor(widthPx / leastPx));
  const step = steps.find((one) => (until - since) / one <= wanted) ?? 24 * hourMs;
  const ticks: Tick[] = [];
  for (let at = firstOn(since, step); at < until; at += step) {
    const date = new Date(at);
    const isDay = date.getHours() === 0 && date.getMinutes() === 0;
    const words = isDay
      ? date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' })
      : date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    ticks.push({ at, words, isDay });
  }
  return ticks;
}

/** Counted from local midnight; behind a change of the clocks the words tell the truth, even if they are less round. */
function firstOn(since: number, step: number): number {
  const midnight = new Date(since);
  midnight.setHours(0, 0, 0, 0);
  const start = midnight.getTime();
  return start + Math.ceil((since - start) / step) * step;
}

/** Where an instant lies, in per cent. */
export const placeOf = ({ since, until }: Stretch, at: number): number =>
  Math.max(0, Math.min(100, ((at - since) / (until - since)) * 100));
