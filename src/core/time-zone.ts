import { type CalendarDay, calendarDay, dayOf, type LocalTime } from './calendar.ts';
import { dayMs, hourMs, type Instant, minuteMs, secondMs } from './instant.ts';

/**
 * A stretch of time in which a zone keeps one offset. `from` is inclusive, `until` exclusive.
 * Stretches may be cut where nothing changes, so neighbours may have equal offsets.
 */
export type Stretch = {
  readonly from: Instant;
  readonly until: Instant;
  /** Local time minus UTC. */
  readonly offsetMs: number;
  /**
   * Every local time before this one was on the clock before `from`, or never will be.
   * Above `from + offsetMs`: the times between happen for a second time. Below it: the times between never happen.
   */
  readonly passedUntil: LocalTime;
};

type Zone = {
  readonly offsetByIntl: (at: Instant) => number;
  readonly blocks: Map<number, readonly Stretch[]>;
};

/** A local date and time, read off a wall clock. */
export type LocalParts = CalendarDay & {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly offsetMs: number;
};

/** A schedule's usual window then needs one look-up, and an unused year costs nothing. */
const blockMs = 400 * dayMs;
/** No zone has changed its offset and back within this time; `scripts/fire-time-grid.ts`, which looks at every day, would tell. */
const sampleMs = 5 * dayMs;
/** How long before its block a stretch is looked for, so that a repeated hour across the cut would still be known as one. No zone has one there yet. */
const lookBackMs = 2 * dayMs;
const maxBlocksPerZone = 1_000;
const maxZones = 2_000;
/** Intl is asked only between these, where local years have four digits; before and after, the offset at the limit is used. */
const earliest: Instant = Date.UTC(1800, 0, 1);
const latest: Instant = Date.UTC(9998, 0, 1);

const zones = new Map<string, Zone>();
const always: Stretch = {
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  offsetMs: 0,
  passedUntil: Number.NEGATIVE_INFINITY,
};

function formatterFor(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** `formatted` is `MM/DD/YYYY, HH:MM:SS`, as `formatterFor` writes it. */
function localTimeIn(formatted: string): LocalTime {
  const number = (start: number): number => Number(formatted.slice(start, start + 2));
  return Date.UTC(
    Number(formatted.slice(6, 10)),
    number(0) - 1,
    number(3),
    number(12),
    number(15),
    number(18),
  );
}

function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const formatter = formatterFor(name);
  const offsetByIntl = (at: Instant): number => {
    const second = Math.floor(Math.min(Math.max(at, earliest), latest) / secondMs) * secondMs;
    return localTimeIn(formatter.format(second)) - second;
  };
  const zone: Zone = { offsetByIntl, blocks: new Map() };
  if (zones.size >= maxZones) zones.clear();
  zones.set(name, zone);
  return zone;
}

/** The first whole second after `low` with another offset, given that `high` has another one. */
function changeBetween(zone: Zone, low: Instant, high: Instant): Instant {
  const before = zone.offsetByIntl(low);
  let unchanged = low;
  let changed = high;
  while (changed - unchanged > secondMs) {
    const middle = Math.floor((unchanged + changed) / 2 / secondMs) * secondMs;
    if (zone.offsetByIntl(middle) === before) unchanged = middle;
    else changed = middle;
  }
  return changed;
}

function findStretches(zone: Zone, block: number): readonly Stretch[] {
  const end = (block + 1) * blockMs;
  const start = block * blockMs - lookBackMs;
  const found: Stretch[] = [];
  let from = start;
  let offsetMs = zone.offsetByIntl(from);
  let passedUntil = from + offsetMs;
  let sampled = from;
  while (sampled < end) {
    const next = Math.min(sampled + sampleMs, end);
    const nextOffset = zone.offsetByIntl(next);
    if (nextOffset === offsetMs) {
      sampled = next;
      continue;
    }
    const change = changeBetween(zone, sampled, next);
    if (change >= end) break;
    found.push({ from, until: change, offsetMs, passedUntil });
    passedUntil = Math.max(passedUntil, change + offsetMs);
    from = change;
    offsetMs = zone.offsetByIntl(change);
    sampled = change;
  }
  found.push({ from, until: end, offsetMs, passedUntil });
  return found;
}

/**
 * The stretch of equal offset around an instant. Its ends are cut at distant round instants, never more than 400 days on.
 *
 * @throws RangeError if the zone is not known; ask `isZone` first
 */
export function stretchAt(zone: string, at: Instant): Stretch {
  if (zone === 'UTC') return always;
  const known = zoneNamed(zone);
  const block = Math.floor(at / blockMs);
  let stretches = known.blocks.get(block);
  if (stretches === undefined) {
    if (known.blocks.size >= maxBlocksPerZone) known.blocks.clear();
    stretches = findStretches(known, block);
    known.blocks.set(block, stretches);
  }
  for (const stretch of stretches) {
    if (at < stretch.until) return stretch;
  }
  throw new Error(`No offset of ${zone} was found at ${at}.`);
}

/** Answers of `zoneNameOf` by what was asked, because asking Intl costs a tenth of a millisecond and much memory. */
const spellings = new Map<string, string | null>();

function findSpelling(text: string): string | null {
  const lower = text.toLowerCase();
  if (lower === 'utc') return 'UTC';
  try {
    const resolved = formatterFor(text).resolvedOptions().timeZone;
    if (resolved.toLowerCase() === lower) return resolved;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  if (text !== lower) return text;
  return text.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * The usual spelling of a zone's IANA name, whatever its case: `europe/berlin` gives `Europe/Berlin`. Old names stay as they are.
 *
 * @returns null if the runtime does not know the zone, and for bare offsets such as `+02:00`
 */
export function zoneNameOf(text: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,60}$/.test(text)) return null;
  const known = spellings.get(text);
  if (known !== undefined) return known;
  const found = findSpelling(text);
  if (spellings.size >= maxZones) spellings.clear();
  spellings.set(text, found);
  return found;
}

const plainZone = /^(?:[A-Za-z_]{2,}\/[A-Za-z][A-Za-z0-9_+\-/]*|UTC|GMT)$/i;

/** Whether a word is meant as a zone wherever it stands. Others, such as `CET` or `Japan`, are one only where a zone is asked for. */
export const looksLikeZone = (word: string): boolean => plainZone.test(word);

/** Whether this is the name of a zone that the runtime knows, in any case. */
export function isZone(name: string): boolean {
  return zoneNameOf(name) !== null;
}

/** Local time minus UTC, in milliseconds; east of Greenwich is positive. */
export function offsetAt(zone: string, at: Instant): number {
  return stretchAt(zone, at).offsetMs;
}

/** What a wall clock in the zone shows at an instant. */
export function localTimeAt(zone: string, at: Instant): LocalTime {
  return at + offsetAt(zone, at);
}

/** The same, taken apart. */
export function localParts(zone: string, at: Instant): LocalParts {
  const offsetMs = offsetAt(zone, at);
  const local = at + offsetMs;
  const days = dayOf(local);
  const inDay = local - days * dayMs;
  return {
    ...calendarDay(days),
    hour: Math.floor(inDay / hourMs),
    minute: Math.floor((inDay % hourMs) / minuteMs),
    second: Math.floor((inDay % minuteMs) / secondMs),
    offsetMs,
  };
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function offsetText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / secondMs);
  const whole = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}`;
  const rest = seconds % 60 === 0 ? '' : `:${twoDigits(seconds % 60)}`;
  return `${offsetMs < 0 ? '-' : '+'}${whole}${rest}`;
}

/** ISO 8601 with the offset in force: `2026-03-08T03:00:00-04:00`. Milliseconds are shown only if there are any. */
export function toLocalIso(zone: string, at: Instant): string {
  const offsetMs = offsetAt(zone, at);
  const reading = new Date(at + offsetMs).toISOString().replace('.000Z', '').replace('Z', '');
  return `${reading}${offsetText(offsetMs)}`;
}

/** Every instant at which a wall clock in the zone shows this: none in a gap, two in a repeated hour; ascending, as the stretches are. */
export function instantsOfLocal(zone: string, local: LocalTime): readonly Instant[] {
  const found = new Set<Instant>();
  for (let at = local - dayMs; at <= local + dayMs; ) {
    const stretch = stretchAt(zone, at);
    const instant = local - stretch.offsetMs;
    if (instant >= stretch.from && instant < stretch.until) found.add(instant);
    at = stretch.until;
  }
  return [...found];
}

/** The first instant at which a wall clock shows this; if the clock skips it, the first instant after the gap. */
export function instantOfLocal(zone: string, local: LocalTime): Instant {
  const [first] = instantsOfLocal(zone, local);
  if (first !== undefined) return first;
  for (let at = local - dayMs; at <= local + dayMs; ) {
    const stretch = stretchAt(zone, at);
    if (local >= stretch.passedUntil && local < stretch.from + stretch.offsetMs)
      return stretch.from;
    at = stretch.until;
  }
  throw new Error(`No instant of ${zone} was found for the local time ${local}.`);
}
