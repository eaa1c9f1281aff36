import { Refusal } from '../../core/refusal.ts';
import type { Clock } from '../../ports/clock.ts';

/** How much may come how fast: `burst` at once, and `perSecond` after that. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/** Every address, whoever asks from it. Leaves room for a thousand pages that come back at the same moment. */
export const addressRate: Rate = { burst: 3_000, perSecond: 300 };
/** Attempts to come in that failed, for each address. Those who may come in are not held up by them. */
export const failureRate: Rate = { burst: 20, perSecond: 20 / 60 };
/** Changes, for each session or token. Leaves room for a change of some hundred jobs at once. */
export const changeRate: Rate = { burst: 500, perSecond: 20 };

/** After that many keys the ones that were not seen for longest are forgotten. */
const mostKeys = 10_000;

type Level = { readonly left: number; readonly at: number };

export type Limiter = {
  /** Takes one; answers in how many seconds there is another when there is none left, else 0. */
  take(key: string): number;
};

export function makeLimiter({ burst, perSecond }: Rate, clock: Pick<Clock, 'now'>): Limiter {
  const levels = new Map<string, Level>();
  const look = (key: string): Level => {
    const at = clock.now().boot;
    const known = levels.get(key);
    if (known === undefined) return { left: burst, at };
    const gained = (Math.max(0, at - known.at) / 1_000) * perSecond;
    return { left: Math.min(burst, known.left + gained), at };
  };
  const waitFor = ({ left }: Level): number => (left >= 1 ? 0 : Math.ceil((1 - left) / perSecond));
  return {
    take(key) {
      const level = look(key);
      const seconds = waitFor(level);
      // Put at the end: the first one is then the one that was not seen for longest.
      levels.delete(key);
      levels.set(key, seconds === 0 ? { left: level.left - 1, at: level.at } : level);
      const [oldest] = levels.keys();
      if (levels.size > mostKeys && oldest !== undefined) levels.delete(oldest);
      return seconds;
    },
  };
}

/** Takes one for the key; the refusal when there is none left. */
export function flooded(limiter: Limiter, key: string): Refusal | null {
  const seconds = limiter.take(key);
  if (seconds === 0) return null;
  return new Refusal('too_many_requests', `Too many requests came; try again in ${seconds} s.`, {
    details: { retryAfterMs: seconds * 1_000 },
  });
}
