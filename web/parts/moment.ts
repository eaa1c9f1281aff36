import { useSyncExternalStore } from 'react';

/** The zone of whoever looks. */
export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for the whole page; it runs while somebody looks at it. */
export const useNow = (): number =>
  useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      timer ??= setInterval(() => {
        now = Date.now();
        for (const each of watchers) each();
      }, 1_000);
      return () => {
        watchers.delete(tell);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    () => now,
  );

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${zone} ${JSON.stringify(parts)}`;
  const kept = formats.get(name);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone, hourCycle: 'h23' });
  formats.set(name, made);
  return made;
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;

const isSameDay = (one: number, other: number, zone: string): boolean =>
  format(zone, day).format(one) === format(zone, day).format(other);

const dayMs = 86_400_000;

/** `09:30`, `Mon 09:30` within six days, `Mon 30 Nov 09:30`, with the year in another one. */
export function pointInTime(at: number, zone: string, seen: number, withSeconds = false): string {
  const time = withSeconds ? { ...clock, second: '2-digit' as const } : clock;
  if (isSameDay(at, seen, zone)) return format(zone, time).format(at);
  if (Math.abs(at - seen) < 6 * dayMs)
    return format(zone, { weekday: 'short', ...time })
      .format(at)
      .replace(',', '');
  const sameYear =
    format(zone, { year: 'numeric' }).format(at) === format(zone, { year: 'numeric' }).format(seen);
  const date = { weekday: 'short', day: 'numeric', month: 'short', ...time } as const;
  return format(zone, sameYear ? date : { ...date, year: 'numeric' })
    .format(at)
    .replaceAll(',', '');
}

/** Everything about an instant, for a title. */
export const wholeTime = (at: number, zone: string): string =>
  `${format(zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...clock, second: '2-digit' }).format(at)} ${zone}`;

/** The last part of a zone, as people say it: `Berlin`. */
export const placeOf = (zone: string): string =>
  (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

const units: readonly (readonly [name: string, ms: number])[] = [
  ['d', dayMs],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `12 min`, `2 h 5 min`, `1.2 s`, `340 ms`: at most two units. */
export function spanWords(ms: number): string {
  const span = Math.abs(ms);
  if (span < 1_000) return `${Math.round(span)} ms`;
  if (span < 10_000) return `${(span / 1_000).toFixed(1).replace('.0', '')} s`;
  const at = units.findIndex(([, unit]) => span >= unit);
  const [name, unit] = units[at] ?? ['s', 1_000];
  const whole = Math.floor(span / unit);
  const [smaller, part] = units[at + 1] ?? ['', 0];
  const rest = part === 0 || whole >= 10 ? 0 : Math.floor((span - whole * unit) / part);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${smaller}`;
}

/** `in 12 min`, `5 s ago`, `now`. */
export function awayWords(at: number, seen: number): string {
  const ms = at - seen;
  if (Math.abs(ms) < 1_000) return 'now';
  const whole = Math.round(Math.abs(ms) / 1_000) * 1_000;
  return ms > 0 ? `in ${spanWords(whole)}` : `${spanWords(whole)} ago`;
}
