import { closeSync, openSync, readSync } from 'node:fs';
import type { Moment } from '../../core/instant.ts';
import type { Clock } from '../../ports/clock.ts';

/** The longest single timer: a longer wait is cut into pieces, so that none can overflow. Nobody waits longer, so each is one wake-up. */
const longestTimerMs = 300_000;

/** What a boot clock is made of, so that sleep of the machine can be played in tests. In milliseconds, fractions allowed. */
export type Ticks = {
  /** Monotone and smooth; on Linux it stands still while the machine sleeps. */
  awakeMs(): number;
  /** The wall clock. It goes on while the machine sleeps, and may be set. */
  wallMs(): number;
  /** Counts sleep, never ahead of the truth, coarse, and dear to ask; null where `awakeMs` itself counts sleep. */
  coarseBootMs: (() => number) | null;
};

/** The coarse clock is asked at least so often, in time awake. */
const askAgainMs = 100;
/** More than whole milliseconds and the slewing of a wall clock make of it in that time. */
const jumpMs = 2;

/**
 * Milliseconds since boot, sleep included, smooth, and never going back.
 *
 * The coarse clock is floored to 10 ms, so `coarse - awake` is a lower bound of the time that the machine slept (plus a
 * constant). That time only grows, therefore the greatest bound seen so far is the best estimate: the answer is never
 * ahead of the truth and at most 10 ms behind it. Any call may be the first one after a sleep, and a lease would be trusted too long
 * if that call did not know. A sleep moves the wall clock on against `awake`, so the coarse clock is asked when that moved by more
 * than two milliseconds, and every tenth of a second in any case: somebody may have set the wall clock back by as much.
 */
export function makeBootClock(ticks: Ticks): () => number {
  const { coarseBootMs } = ticks;
  if (coarseBootMs === null) return () => Math.floor(ticks.awakeMs());
  let sleptMs = Number.NEGATIVE_INFINITY;
  let asked = { awakeMs: Number.NEGATIVE_INFINITY, apartMs: 0 };
  return () => {
    const awakeMs = ticks.awakeMs();
    const apartMs = ticks.wallMs() - awakeMs;
    const isKnown =
      awakeMs - asked.awakeMs < askAgainMs && Math.abs(apartMs - asked.apartMs) <= jumpMs;
    if (isKnown) return Math.floor(awakeMs + sleptMs);
    // What comes between is seen by the next call: the coarse clock is asked last.
    asked = { awakeMs, apartMs };
    const coarse = coarseBootMs();
    // Read after the coarse clock: the other order could overestimate.
    const awake = ticks.awakeMs();
    if (coarse - awake > sleptMs) sleptMs = coarse - awake;
    return Math.floor(awake + sleptMs);
  };
}

function awakeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

const zero = 0x30;
const nine = 0x39;

/** Reads the first number of `/proc/uptime` ("1316.33 2588.25") through a file that stays open; the kernel makes it anew at each read. */
export function makeUptimeReader(path: string): { read(): number; close(): void } {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(64);
  const read = (): number => {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    let hundredths = 0;
    let decimals = -1;
    for (let index = 0; index < length; index += 1) {
      const byte = buffer[index] ?? 0;
      if (byte >= zero && byte <= nine) {
        hundredths = hundredths * 10 + (byte - zero);
        if (decimals >= 0) decimals += 1;
      } else if (decimals < 0 && byte === 0x2e) decimals = 0;
      else break;
    }
    if (decimals !== 2) throw new Error(`${path} does not begin with seconds and hundredths`);
    return hundredths * 10;
  };
  return { read, close: () => closeSync(file) };
}

/**
 * The clock of this machine. `boot` is `/proc/uptime` refined by the high-resolution timer on Linux; on macOS the
 * high-resolution timer counts sleep by itself.
 */
export function makeClock(): Clock {
  const coarseBootMs = process.platform === 'linux' ? makeUptimeReader('/proc/uptime').read : null;
  const bootMs = makeBootClock({ awakeMs, wallMs: Date.now, coarseBootMs });
  return {
    now: (): Moment => ({ wall: Date.now(), boot: bootMs() }),
    sleep: (ms, signal) => sleep(ms, signal, null),
    sleepExactly: (ms, signal) => {
      const until = Date.now() + ms;
      return sleep(ms, signal, () => Date.now() >= until);
    },
    // The one counts sleep, the other does not.
    ...(coarseBootMs === null ? {} : { sleptMs: () => bootMs() - awakeMs() }),
  };
}

/**
 * Timers of Node are a millisecond off either way, mostly. Whoever is to be on time is woken so long before; everybody else a millisecond later
 * than asked for, and so once instead of twice.
 */
const timerErrorMs = 1.5;
const surelyOverMs = 1;

/** Ends when the time is over, or as soon as `isTime` says so, which is asked again and again at the end. */
function sleep(
  ms: number,
  signal: AbortSignal | undefined,
  isTime: (() => boolean) | null,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    if (ms <= 0) {
      // The shortest timer lasts a millisecond; all that is wanted is that other work gets its turn.
      setImmediate(resolve);
      return;
    }
    const endsAt = awakeMs() + ms;
    let timer: NodeJS.Timeout | undefined;
    let turn: NodeJS.Immediate | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      clearImmediate(turn);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    // A timer of Node may fire up to a millisecond early; the rest is waited for again.
    const step = (): void => {
      const restMs = endsAt - awakeMs();
      if (restMs <= 0 || isTime?.() === true) finish();
      else if (isTime !== null && restMs <= timerErrorMs) turn = setImmediate(step);
      else
        timer = setTimeout(step, timerMs(restMs, isTime === null ? surelyOverMs : -timerErrorMs));
    };
    signal?.addEventListener('abort', finish, { once: true });
    step();
  });
}

const timerMs = (restMs: number, byMs: number): number =>
  Math.max(1, Math.ceil(Math.min(restMs, longestTimerMs) + byMs));
