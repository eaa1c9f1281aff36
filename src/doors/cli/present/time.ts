import type { Instant } from '../../../core/instant.ts';
import { dayMs, hourMs, minuteMs, secondMs, toIso } from '../../../core/instant.ts';
import type { View } from './view.ts';

type TimeView = Pick<View, 'now' | 'zone'>;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, format);
  return format;
}

type Local = {
  readonly date: string;
  readonly weekday: string;
  readonly clock: string;
  readonly seconds: string;
};

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Intl is not needed for it, whose first answer takes a third as long as the start of Node. */
function utcOf(at: Instant): Local {
  const [date = '', time = ''] = toIso(at).split(/[TZ]/);
  const weekday = weekdays[(((Math.floor(at / dayMs) + 4) % 7) + 7) % 7] ?? '';
  return { date, weekday, clock: time.slice(0, 5), seconds: time.slice(6, 8) };
}

function localOf(at: Instant, zone: string): Local {
  if (zone === 'UTC') return utcOf(at);
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = value;
  const of = (type: string): string => parts[type] ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    weekday: of('weekday'),
    clock: `${of('hour')}:${of('minute')}`,
    seconds: of('second'),
  };
}

export const instantOf = (iso: string): Instant => Date.parse(iso);

/** "Berlin" for Europe/Berlin. */
export const zoneLabel = (zone: string): string =>
  (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** As short as it can be told from now: "09:30", "Mon 09:00", "2027-01-04 09:00". */
export function absoluteTime(at: Instant, view: TimeView): string {
  const local = localOf(at, view.zone);
  if (local.date === localOf(view.now, view.zone).date) return local.clock;
  if (Math.abs(at - view.now) < 6 * dayMs) return `${local.weekday} ${local.clock}`;
  return `${local.date} ${local.clock}`;
}

/** "09:30:05", for what happens now. */
export function clockTime(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  return `${local.clock}:${local.seconds}`;
}

/** "Mon 2026-11-23 09:00:00", for lists in which the date matters. */
export function fullTime(at: Instant, zone: string): string {
  const local = localOf(at, zone);
  return `${local.weekday} ${local.date} ${local.clock}:${local.seconds}`;
}

const units = [
  [dayMs, 'd'],
  [hourMs, 'h'],
  [minuteMs, 'min'],
  [secondMs, 's'],
] as const;

/** The two largest units: "2 d 3 h", "12 min", "1.5 s". */
export function duration(ms: number): string {
  if (ms < 10 * secondMs) return ms < 100 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
  let index = units.findIndex(([size]) => ms >= size);
  const smaller = units[index + 1]?.[0] ?? secondMs;
  const rounded = Math.round(ms / smaller) * smaller;
  if (rounded >= (units[index - 1]?.[0] ?? Number.POSITIVE_INFINITY)) index -= 1;
  const [size, unit] = units[index] ?? units[3];
  const next = units[index + 1];
  const rest = next === undefined ? 0 : Math.round((rounded % size) / next[0]);
  const first = `${Math.floor(rounded / size)} ${unit}`;
  return rest > 0 && next !== undefined ? `${first} ${rest} ${next[1]}` : first;
}

const coarse = (ms: number): string => {
  if (ms < minuteMs) return `${Math.round(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  return duration(Math.floor(ms / minuteMs) * minuteMs);
};

/** "in 12 min", "3 h 5 min ago", "now". */
export function relativeTime(at: Instant, now: Instant): string {
  const ms = at - now;
  if (Math.abs(ms) < secondMs / 2) return 'now';
  return ms > 0 ? `in ${coarse(ms)}` : `${coarse(-ms)} ago`;
}

/** "in 12 min (09:30 Berlin)". */
export const relativeAndAbsolute = (iso: string, view: TimeView): string => {
  const at = instantOf(iso);
  return `${relativeTime(at, view.now)} (${absoluteTime(at, view)} ${zoneLabel(view.zone)})`;
};

/** "Mon 09:00", or null as a dash. */
export const shortTime = (iso: string | null, view: TimeView): string =>
  iso === null ? '–' : absoluteTime(instantOf(iso), view);
