import type { Instant } from '../core/instant.ts';
import { doubtAbout } from '../core/instant-doubt.ts';
import { Refusal } from '../core/refusal.ts';
import type { Schedule } from '../core/schedule.ts';
import { understandSchedule } from '../core/schedule-text.ts';
import { canonicalText } from '../core/schedule-words.ts';
import { instantOfLocal, zoneNameOf } from '../core/time-zone.ts';
import type { OperationContext } from './operation.ts';

export type ReadSchedule = { readonly schedule: Schedule; readonly notes: readonly string[] };

/**
 * The schedule that the text means in this zone.
 *
 * @param present the schedule that it would replace; typed again as it is, it stays the same one, with its anchor
 * @throws Refusal whose details name the field
 */
export async function understandText(
  context: OperationContext,
  text: string,
  zone: string,
  present: Schedule | null,
): Promise<ReadSchedule> {
  if (present !== null && isTypedAgain(text, zone, present))
    return { schedule: present, notes: [] };
  const readInstant = await context.language.instantReader();
  const now = context.clock.now().wall;
  const result = understandSchedule(text, { now, zone, readInstant });
  if (result.kind === 'refused') throw result.refusal;
  const { schedule, notes } = result;
  const isSamePace =
    schedule.kind === 'every' && present?.kind === 'every' && schedule.everyMs === present.everyMs;
  return { schedule: isSamePace ? present : schedule, notes };
}

/** Without judging it by the clock: so a time that has passed since can be said again, and a large file is read quickly. */
function isTypedAgain(text: string, zone: string, present: Schedule): boolean {
  const typed = text.trim();
  if (present.kind === 'at')
    return isoInstant(typed) === present.at || datedInstant(typed, zone) === present.at;
  if (typed === canonicalText(present)) return present.kind !== 'cron' || zone === present.zone;
  return present.kind === 'cron' && typed === present.expression && zone === present.zone;
}

/** @throws Refusal `zone_unknown` */
export function readZone(text: string): string {
  const zone = zoneNameOf(text.trim());
  if (zone !== null) return zone;
  throw new Refusal(
    'zone_unknown',
    `"${text.slice(0, 80)}" is not a time zone that is known here.`,
    {
      kind: 'usage',
      details: { field: 'tz' },
      remedy: { kind: 'advice', text: 'Use an IANA name such as Europe/Berlin or UTC.' },
    },
  );
}

const isoWithOffset =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
const isoLocal = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

const dated = /\d{4}-\d{2}-\d{2}/;

/** The instant that a date in figures means, with or without time and zone; null for every other text. It hangs on no clock. */
function datedInstant(text: string, zone: string): Instant | null {
  if (!dated.test(text)) return null;
  const reading = understandSchedule(text, { now: 0, zone });
  return reading.kind === 'understood' && reading.schedule.kind === 'at'
    ? reading.schedule.at
    : null;
}

/** Null unless the text is ISO 8601 with an offset. */
function isoInstant(text: string): Instant | null {
  if (!isoWithOffset.test(text)) return null;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isFinite(at) ? at : null;
}

/**
 * The instant that a text names: ISO 8601 with or without offset, a date (its midnight), or words. Null when it names none.
 *
 * @throws Refusal when its words could mean another
 */
export async function readInstant(
  context: OperationContext,
  text: string,
  zone = context.zone,
): Promise<Instant | null> {
  const typed = text.trim();
  const exact = isoInstant(typed);
  if (exact !== null) return exact;
  const local = isoLocal.exec(typed);
  if (local !== null) {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = local
      .slice(1)
      .map((part) => Number(part ?? 0));
    const reading = Date.UTC(year, month - 1, day, hour, minute, second);
    const isReal = new Date(reading).toISOString().startsWith(typed.slice(0, 10));
    return isReal && hour < 24 && minute < 60 ? instantOfLocal(zone, reading) : null;
  }
  const read = await context.language.instantReader();
  const now = context.clock.now().wall;
  const at = read(typed, now, zone);
  const doubt = at === null ? null : doubtAbout(typed, at, { now, zone });
  if (doubt !== null) throw doubt;
  return at;
}
