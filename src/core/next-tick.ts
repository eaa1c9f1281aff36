import type { Instant } from './instant.ts';
import type { ServiceReport } from './service-report.ts';
import { tickPeriodMs } from './tick-period.ts';
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
  const [newest] = ticks;
  const periodMs = tickPeriodMs(ticks.map(({ instance }) => instance));
  if (newest === undefined || periodMs === null) return null;
  return Math.max(0, newest.instance.startedAt + periodMs - now);
}
