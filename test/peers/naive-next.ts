import { type Instant, minuteMs } from '../../src/core/instant.ts';
import type { Schedule } from '../../src/core/schedule.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows: "02:30". */
function wallClock(zone: string, at: Instant): string {
  const known = clocks.get(zone);
  const options = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = known ?? new Intl.DateTimeFormat('en-GB', options);
  clocks.set(zone, clock);
  return clock.format(at);
}

/** The next run, by looking at the clock each minute. Understands daily times only: "30 2 * * *". */
export function naiveNext(schedule: Schedule, after: Instant): Instant | null {
  if (schedule.kind === 'at') return schedule.at > after ? schedule.at : null;
  if (schedule.kind === 'every') {
    const { everyMs, anchor } = schedule;
    return anchor + (Math.floor((after - anchor) / everyMs) + 1) * everyMs;
  }
  const [minute = '', hour = ''] = schedule.expression.split(' ');
  const wanted = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  let at = (Math.floor(after / minuteMs) + 1) * minuteMs;
  while (wallClock(schedule.zone, at) !== wanted) at += minuteMs;
  return at;
}
