import { randomBytes } from 'node:crypto';
import { toUlid } from '../../core/id.ts';
import type { Instant } from '../../core/instant.ts';
import type { Ids } from '../../ports/clock.ts';

const randomDigits = 16;

/**
 * ULIDs: ten digits of the wall clock, then sixteen random ones, in Crockford's base 32. Each is greater than the one
 * before it even when the wall clock stands still or steps back: then the former time is kept and the random part grows by one.
 *
 * @param bytes makes that many random bytes
 */
export function makeIds(
  wall: () => Instant = Date.now,
  bytes: (count: number) => Uint8Array = (count) => randomBytes(count),
): Ids {
  let time = -1;
  let digits: number[] = [];
  return {
    next(): string {
      const now = wall();
      if (now > time) {
        time = now;
        digits = Array.from(bytes(randomDigits), (byte) => byte & 31);
      } else if (!increment(digits)) {
        // All sixteen digits were at their highest: borrow the next millisecond.
        time += 1;
        digits = Array.from(bytes(randomDigits), (byte) => byte & 31);
      }
      return toUlid(time, digits);
    },
  };
}

/** Adds one; false when it overflowed. */
function increment(digits: number[]): boolean {
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits[index] ?? 0;
    if (digit < 31) {
      digits[index] = digit + 1;
      return true;
    }
    digits[index] = 0;
  }
  return false;
}
