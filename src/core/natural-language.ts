import { type Instant, minuteMs } from './instant.ts';
import { instantOfLocal, offsetAt } from './time-zone.ts';

/** Reads a text that names one instant as a whole, such as "tomorrow 8:30"; null if it does not, or leaves the hour open. */
export type InstantReader = (text: string, now: Instant, zone: string) => Instant | null;

/** Describes a cron expression in English: "at 09:00, Monday through Friday". */
export type CronWords = (expression: string) => string;

const longestText = 80;

/** Says its offset, or that it is UTC. The reader takes "art" for Argentina and "cat" for Africa, where a person means just that. */
const zoned = /(?:\b|\d)(?:utc|gmt|z)(?![a-z])|\+\d|(?<!\d{4}|-\d\d)-\d/i;

/** "next month at 9" and "march 2027 at 9" name no day, for which the reader takes one. "In 2 months" counts from this one. */
const namesDay = (
  text: string,
  isCertain: (part: 'year' | 'month' | 'day' | 'weekday') => boolean,
): boolean =>
  (!isCertain('year') && !isCertain('month')) ||
  isCertain('day') ||
  isCertain('weekday') ||
  /^in (?:an?|one|\d)|\bfrom now\b/i.test(text);

/**
 * Loads the reader of dates in English. Only here, because loading takes a tenth of a second.
 * The reader finds the local date and time; which instant that is, our own zones decide.
 */
export async function loadInstantReader(): Promise<InstantReader> {
  const { parse } = await import('chrono-node');
  return (text, now, zone) => {
    if (text.length > longestText) return null;
    const offsetMs = offsetAt(zone, now);
    const reference = { instant: new Date(now), timezone: Math.round(offsetMs / minuteMs) };
    const [found, ...others] = parse(text, reference, { forwardDate: true });
    if (found === undefined || others.length > 0 || found.text !== text) return null;
    const { start } = found;
    if ((found.end ?? null) !== null || !start.isCertain('hour')) return null;
    if (!namesDay(text, (part) => start.isCertain(part))) return null;
    if (start.isCertain('timezoneOffset')) return zoned.test(text) ? found.date().getTime() : null;
    const local = Date.UTC(
      Number(start.get('year')),
      Number(start.get('month')) - 1,
      Number(start.get('day')),
      Number(start.get('hour')),
      Number(start.get('minute')),
      start.isCertain('second') ? Number(start.get('second')) : 0,
    );
    if (!Number.isFinite(local) || Math.abs(local) > 8e15) return null;
    return instantOfLocal(zone, local);
  };
}

const fieldStarts = [0, 0, 1, 1, 0];
const fieldSizes = [60, 24, 31, 12, 7];

/** A step that is longer than its field only ever means the field's first value; the words have to say so. */
function withoutLongSteps(fields: readonly string[]): readonly string[] {
  const first = fields.length - fieldSizes.length;
  return fields.map((field, index) => {
    const size = index < first ? 60 : (fieldSizes[index - first] ?? 60);
    const start = index < first ? 0 : (fieldStarts[index - first] ?? 0);
    return field.replace(/\*\/(\d+)/g, (whole, step) =>
      Number(step) >= size ? String(start) : whole,
    );
  });
}

/** "at 09:00, on day 1 of the month" and "at 09:00, only on Friday" share their beginning and perhaps their end. */
function joinedByOr(byDate: string, byWeekday: string): string {
  const a = byDate.split(', ');
  const b = byWeekday.split(', ');
  let head = 0;
  while (head < Math.min(a.length, b.length) - 1 && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head - 1 && a.at(-1 - tail) === b.at(-1 - tail)) {
    tail += 1;
  }
  const middle = (parts: readonly string[]): string =>
    parts.slice(head, parts.length - tail).join(', ');
  const weekdays = middle(b).replace(/^only on /, 'on ');
  return [...a.slice(0, head), `${middle(a)} or ${weekdays}`, ...a.slice(a.length - tail)].join(
    ', ',
  );
}

/** Loads the describer of cron expressions. It takes canonical expressions only. */
export async function loadCronWords(): Promise<CronWords> {
  const { default: cronstrue } = await import('cronstrue');
  const describe = (fields: readonly string[]): string =>
    cronstrue.toString(fields.join(' '), { use24HourTimeFormat: true });
  return (expression) => {
    const fields = withoutLongSteps(expression.split(' '));
    const dateField = fields.length - 3;
    const typed = expression.split(' ');
    const eitherDay = !typed[dateField]?.startsWith('*') && !typed.at(-1)?.startsWith('*');
    try {
      const words = eitherDay
        ? joinedByOr(describe([...fields.slice(0, -1), '*']), describe(fields.with(dateField, '*')))
        : describe(fields);
      return words.charAt(0).toLowerCase() + words.slice(1);
    } catch {
      // Some valid expressions, such as a list with `15W`, have no description there.
      return `at the times of the cron expression "${expression}"`;
    }
  };
}
