import type { Appointment } from './appointment.ts';
import { judgeEligibility } from './eligibility.ts';
import type { Instance } from './instance.ts';
import type { Instant } from './instant.ts';
import { serviceOf, timerOf } from './service-record.ts';
import { isUp, type ServiceReport } from './service-report.ts';
import { shortestPeriodMs, tickPeriodMs } from './tick-period.ts';

/** Ticks of a timer or crontab line that were seen, newest first. */
export type TimerTicks = readonly { readonly at: Instant; readonly instance: Instance }[];

/** What a judgement about a timer rests on. */
export type TimerView = {
  readonly now: Instant;
  readonly appointment: Appointment;
  /** By how much the oldest due and undecided occurrence is late; 0 when none. */
  readonly overdueMs: number;
  readonly ticks: TimerTicks;
  readonly installed: readonly ServiceReport[];
};

/** A timer that runs the jobs. `tick` is its newest; null when none was seen yet. */
export type RunningTimer = { readonly message: string; readonly tick: Instance | null };

const longestTimerPeriodMs = 3_600_000;

/**
 * Whether a timer runs the jobs, while nobody holds the profile. A timer of a service manager counts as long as its manager says
 * that it is armed; of a crontab line only the ticks can be seen. Null when no timer does.
 */
export function findTimer(view: TimerView): RunningTimer | null {
  const timers = view.installed.filter(({ record }) => record.isTimer);
  const told = timers.filter(({ state }) => state.kind !== 'silent');
  if (told.length === 0) return seenTimer(view);
  for (const timer of told) {
    const running = managedTimer(view, timer);
    if (running !== null) return running;
  }
  return null;
}

/** A timer that was installed and that its manager does not keep armed. */
export const stoppedTimer = (installed: readonly ServiceReport[]): ServiceReport | null =>
  installed.find((report) => report.record.isTimer && isStopped(report)) ?? null;

const isStopped = (report: ServiceReport): boolean =>
  report.state.kind !== 'silent' && !isUp(report);

function managedTimer(view: TimerView, report: ServiceReport): RunningTimer | null {
  const { record, state } = report;
  if (state.kind !== 'known' || !state.isActive || state.nextTickAt === null) return null;
  if (view.overdueMs > 2 * shortestPeriodMs) return null;
  const own = view.ticks.find(({ instance }) => isOf(instance, report))?.instance ?? null;
  if (!mayOwn(view.appointment, own, report)) return null;
  const inMs = Math.max(0, state.nextTickAt - view.now);
  return {
    message: `A timer runs them: ${timerOf(record.unit)} is armed and ticks in ${seconds(inMs)}. This rests on what the service manager says, not on a process that is alive now.`,
    tick: own,
  };
}

const isOf = ({ provenance }: Instance, { record }: ServiceReport): boolean =>
  provenance.service?.manager === record.manager && provenance.service.unit === record.unit;

/** A timer that has not ticked yet is judged by what its tick will be able to prove. */
function mayOwn(
  appointment: Appointment,
  seen: Instance | null,
  { record }: ServiceReport,
): boolean {
  if (seen !== null) return isEligible(appointment, seen);
  if (appointment.rule.kind === 'auto') return true;
  const service = serviceOf(record);
  return appointment.rule.choices.some(
    (choice) =>
      choice.kind === 'service' &&
      choice.service.manager === service.manager &&
      choice.service.unit === service.unit,
  );
}

const isEligible = (appointment: Appointment, instance: Instance): boolean =>
  judgeEligibility(appointment, instance).kind === 'eligible';

/** Only ticks that may own count. It takes two, a period apart, to tell a timer: others may have been typed by hand. */
function seenTimer({ ticks, now, appointment, overdueMs }: TimerView): RunningTimer | null {
  const own = ticks.filter(({ instance }) => isEligible(appointment, instance));
  const [newest] = own;
  const seenMs = tickPeriodMs(own.map(({ instance }) => instance));
  if (newest === undefined || seenMs === null) return null;
  const periodMs = Math.min(longestTimerPeriodMs, seenMs);
  const ageMs = now - newest.at;
  if (Math.max(ageMs, overdueMs) > 2 * periodMs) return null;
  return {
    message: `A timer runs them: the last tick was ${seconds(ageMs)} ago, about one every ${seconds(periodMs)}. This rests on the ticks seen, not on a process that is alive now.`,
    tick: newest.instance,
  };
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
