import type { Instant } from './instant.ts';
import { minuteMs } from './instant.ts';
import type { ServiceReport } from './service-report.ts';
import type { TimerTicks } from './timer-readiness.ts';

/**
 * In how long the next tick of a timer comes: as its service manager says, else as the last ticks that were seen make it likely.
 * Null when nothing tells.
 */
export function nextTickMs({
  now,
  ticks,
  installed,
}: {
  readonly now: Instant;
  readonly ticks: TimerTicks;
  readonly installed: readonly ServiceReport[];
}): number | null {
  const armed = installed.flatMap(({ record, state }) =>
    record.isTimer && state.kind === 'known' && state.nextTickAt !== null ? [state.nextTickAt] : [],
  );
  if (armed.length > 0) return Math.max(0, Math.min(...armed) - now);
  const [newest, previous] = ticks;
  if (newest === undefined || previous === undefined) return null;
  const periodMs = Math.max(minuteMs, newest.at - previous.at);
  return Math.max(0, newest.at + periodMs - now);
}
