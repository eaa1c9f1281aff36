import type { LocalTime } from './calendar.ts';
import type { CronExpression } from './cron-expression.ts';
import { nextFireTime } from './fire-times.ts';
import { type Instant, minuteMs, secondMs } from './instant.ts';
import type { InstantReader } from './natural-language.ts';
import { advice, type ReasonCode, Refusal } from './refusal.ts';
import type { Schedule } from './schedule.ts';
import { canonicalText } from './schedule-words.ts';
import { instantOfLocal, instantsOfLocal, toLocalIso } from './time-zone.ts';

/** What a text is read against: the time, the zone that holds if the text names none, and a reader of dates in English. */
export type TextContext = {
  readonly now: Instant;
  readonly zone: string;
  /** Without it, texts such as "tomorrow 8:30" are refused. */
  readonly readInstant?: InstantReader;
};

export type TextReading =
  | {
      readonly kind: 'understood';
      readonly schedule: Schedule;
      /** Means the same when typed again; `canonicalText` of the schedule. */
      readonly canonical: string;
      /** What a person should know about how the text was read. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How far back a one-shot may lie: somebody typed the current minute, or the clocks differ a little. */
const pastAllowedMs = minuteMs;
const endOfTime: Instant = Date.UTC(9990, 0, 1);

/** One of each kind, for those who typed none of them. */
export const examples =
  'Type for example "in 30m", "every 2h", "weekdays at 9am", "tomorrow 8:30", "2027-03-01 14:00" or "0 9 * * 1-5".';

/** A refusal with advice in words: what was typed cannot be meant. */
export function refuse(code: ReasonCode, message: string, remedy: string): TextReading {
  const refusal = new Refusal(code, message, { kind: 'usage', remedy: advice(remedy) });
  return { kind: 'refused', refusal };
}

/** What was typed, cut where it is long. */
export const quoted = (text: string): string =>
  `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;

/** @param zone in which an instant is shown */
export function accept(
  schedule: Schedule,
  zone: string,
  notes: readonly string[] = [],
): TextReading {
  return { kind: 'understood', schedule, canonical: canonicalText(schedule, zone), notes };
}

/** A one-shot in the present minute runs at the next second, because no time that has passed ever fires. */
export function acceptAt(
  at: Instant,
  { now, zone }: TextContext,
  notes: readonly string[] = [],
): TextReading {
  if (!Number.isFinite(at) || at >= endOfTime) {
    return refuse('schedule_invalid', 'That is too far in the future.', 'Choose an earlier time.');
  }
  if (at > now) return accept({ kind: 'at', at }, zone, notes);
  if (at >= now - pastAllowedMs) {
    const next = Math.floor(now / secondMs) * secondMs + secondMs;
    return accept({ kind: 'at', at: next }, zone, [...notes, 'That time is now: it runs at once.']);
  }
  return refuse(
    'schedule_in_past',
    `That time, ${toLocalIso(zone, at)}, has passed: it is ${toLocalIso(zone, now)} now.`,
    'Choose a time in the future, or say "in 5m".',
  );
}

/** A local date and time as typed. A gap moves it, and of two passes the first is meant; both are said. */
export function acceptLocal(local: LocalTime, context: TextContext): TextReading {
  const instants = instantsOfLocal(context.zone, local);
  const at = instantOfLocal(context.zone, local);
  const notes: string[] = [];
  if (instants.length === 0) {
    notes.push(
      `That time does not exist in ${context.zone}: clocks go forward over it. It runs at ${toLocalIso(context.zone, at)}.`,
    );
  }
  if (instants.length > 1) {
    notes.push(
      `That time happens twice in ${context.zone}. It runs at the first, ${toLocalIso(context.zone, at)}.`,
    );
  }
  return acceptAt(at, context, notes);
}

/** An expression that never fires is refused. */
export function acceptCron(
  cron: CronExpression,
  { now, zone }: TextContext,
  notes: readonly string[] = [],
): TextReading {
  const schedule: Schedule = { kind: 'cron', expression: cron.canonical, zone };
  if (nextFireTime(schedule, now) === null) {
    return refuse(
      'schedule_never_fires',
      `"${cron.canonical}" never fires: no such date exists.`,
      'Check day of month and month; "L" as day of month is the last day of every month.',
    );
  }
  return accept(schedule, zone, [...cron.notes, ...notes]);
}
