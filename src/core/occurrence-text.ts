import { dayOf, monthLength, weekdayOf } from './calendar.ts';
import { dayMs, type Instant, minuteMs, secondMs } from './instant.ts';
import { readTimeAlone } from './schedule-phrases.ts';
import { instantOfLocal, instantsOfLocal, localTimeAt, toLocalIso } from './time-zone.ts';

/** Instants at or after `from` and before `until`: as exactly as somebody named a time. */
export type Span = { readonly from: Instant; readonly until: Instant };

const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/i;
const weekdayForm = /^(sun|mon|tue|wed|thu|fri|sat)[a-z]*,? (.+)$/i;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const secondsForm = /^([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)$/;
const daysOfWeek = 7;

/** How much time a reading leaves open: what is not typed is not meant. */
function sizeOf(clock: string): number {
  const fraction = clock.split('.')[1];
  if (fraction !== undefined) return 10 ** (3 - Math.min(3, fraction.length));
  return /:\d{2}:\d{2}$/.test(clock) ? secondMs : minuteMs;
}

const spanOf = (from: Instant, size: number): Span => ({ from, until: from + size });

/** A repeated hour has a time twice; one that the clock skips is the first instant after the gap. */
function spansOfLocal(zone: string, local: number, size: number): readonly Span[] {
  const found = instantsOfLocal(zone, local);
  const starts = found.length === 0 ? [instantOfLocal(zone, local)] : found;
  return starts.map((from) => spanOf(from, size));
}

function readDate(text: string, zone: string): readonly Span[] | null {
  const match = isoForm.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', clock, offset] = match;
  const isDay = Number(day) >= 1 && Number(day) <= monthLength(Number(year), Number(month));
  if (!isDay || Number(month) > 12) return null;
  const date = `${year}-${month}-${day}`;
  const local = Date.parse(`${date}T${clock ?? '00:00'}Z`);
  if (!Number.isFinite(local)) return null;
  if (clock === undefined) {
    const until = instantOfLocal(zone, local + dayMs);
    return [{ from: instantOfLocal(zone, local), until }];
  }
  if (offset === undefined) return spansOfLocal(zone, local, sizeOf(clock));
  const at = Date.parse(`${date}T${clock}${offset.replace(/(\d{2}):?(\d{2})$/, '$1:$2')}`);
  return Number.isFinite(at) ? [spanOf(at, sizeOf(clock))] : null;
}

/** Milliseconds after midnight. */
function readClock(text: string): { readonly inDay: number; readonly size: number } | null {
  const match = secondsForm.exec(text);
  if (match !== null) {
    const [hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
    return { inDay: ((hour * 60 + minute) * 60 + second) * secondMs, size: secondMs };
  }
  const minutes = readTimeAlone(text);
  return minutes === null ? null : { inDay: minutes * minuteMs, size: minuteMs };
}

/** The newest time that has passed at which a clock showed this, then the next: who asks why asks about the past first. */
function readTime(text: string, now: Instant, zone: string, weekday: number): readonly Span[] {
  const clock = readClock(text);
  if (clock === null) return [];
  const today = dayOf(localTimeAt(zone, now));
  const passed: Span[] = [];
  const ahead: Span[] = [];
  for (let day = today - daysOfWeek; day <= today + daysOfWeek; day += 1) {
    if (weekday >= 0 && weekdayOf(day) !== weekday) continue;
    for (const span of spansOfLocal(zone, day * dayMs + clock.inDay, clock.size))
      (span.from <= now ? passed : ahead).push(span);
  }
  return [...passed.slice(-1), ...ahead.slice(0, 1)];
}

/**
 * The times that a text can mean to somebody who asks about an occurrence, the likeliest first: whatever we show ourselves, such as
 * "17:57", "Mon 09:00", "Sun 2026-11-29 17:51:51", a date, and ISO 8601. Empty when it is none of these.
 */
export function readSpans(text: string, now: Instant, zone: string): readonly Span[] {
  const typed = text.trim().replace(/\s+/g, ' ');
  const [, name = '', rest = typed] = weekdayForm.exec(typed) ?? [];
  const weekday = weekdays.indexOf(name.toLowerCase());
  return readDate(rest, zone) ?? readTime(rest, now, zone, weekday);
}

/** The same for a text whose words were read as this instant. */
export const spanAt = (at: Instant, text: string): Span =>
  spanOf(at, /:\d{2}:\d{2}/.test(text) ? secondMs : minuteMs);

/** The zone that is shown by its place alone, as "Berlin" is, when the text ends with it; null when none of these is. */
export function zoneShownIn(text: string, zones: readonly string[]): string | null {
  const lower = text.toLowerCase();
  const place = (zone: string): string => zone.replace(/^.*\//, '').replaceAll('_', ' ');
  return zones.find((zone) => lower.endsWith(` ${place(zone).toLowerCase()}`)) ?? null;
}

/** The text without the place of its zone at the end. */
export const withoutPlace = (text: string, zone: string): string =>
  text.slice(0, -zone.replace(/^.*\//, '').length - 1);

/** "2026-11-29 17:51:51 Europe/Berlin": readable, and understood again when it is typed. */
export const timeInZone = (zone: string, at: Instant): string =>
  `${toLocalIso(zone, at).slice(0, 19).replace('T', ' ')} ${zone}`;
