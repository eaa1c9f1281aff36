import { parseDuration } from '../core/duration.ts';
import { dayMs, type Instant } from '../core/instant.ts';
import type { CatchUp } from '../core/job.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { OperationContext } from './operation.ts';
import { readInstant } from './schedule-reading.ts';

/** Readers of the small texts in which fields of a job arrive. Each refusal names its field. */

/** Whether the text clears a field. */
export const isNone = (value: unknown): boolean =>
  value === '' || (typeof value === 'string' && value.trim().toLowerCase() === 'none');

/** `none` clears a number. */
export const clearable = (value: number | 'none'): number | null =>
  value === 'none' ? null : value;

/** Names ignore case. */
export const nameKey = (name: string): string => name.normalize('NFC').trim().toLowerCase();

/** A list in which `none` or an empty text alone stands for no entry. */
export const texts = (list: readonly string[]): readonly string[] =>
  list.length === 1 && isNone(list[0]) ? [] : list;

export const badValue = (field: string, message: string, hint?: string): Refusal =>
  new Refusal('usage', message, {
    kind: 'usage',
    remedy: hint === undefined ? null : advice(hint),
    details: { field },
  });

/** Of a name alone, where no value is known that it could keep. */
export const valueless = (field: string, form: string, name: string): Refusal =>
  badValue(
    field,
    `${field}: ${name} has no value here; write ${form}.`,
    'Write the value beside the name; "export" leaves values out, for they may be secret.',
  );

type Limits = { readonly field: string; readonly leastMs: number; readonly mostMs: number };

/**
 * Milliseconds of `90s` or a whole number; null for `none` and the empty text.
 *
 * @throws Refusal `usage` outside of the limits, and for bare numbers in text
 */
export function readDuration(value: string | number, limits: Limits): number | null {
  if (isNone(value)) return null;
  const { field, leastMs, mostMs } = limits;
  const ms = typeof value === 'number' ? value : parseDuration(value);
  if (ms === null) {
    throw badValue(
      field,
      `${field}: "${value}" is not a duration.`,
      'Write a number with a unit, such as 90s, 15m or 1h30m.',
    );
  }
  if (ms < leastMs || ms > mostMs)
    throw badValue(field, `${field}: it must be from ${leastMs} ms to ${mostMs} ms.`);
  return ms;
}

export async function readInstantField(
  context: OperationContext,
  field: string,
  text: string,
): Promise<Instant | null> {
  if (isNone(text)) return null;
  const at = await readInstant(context, text);
  if (at !== null) return at;
  throw badValue(
    field,
    `${field}: "${text}" is not a point in time.`,
    'Write it as 2026-03-01T09:00:00Z, 2026-03-01 09:00 or "tomorrow 9:00".',
  );
}

const defaultCatchUps = 100;
const mostCatchUps = 1_000;

/** A duration from now on, or back, or a point in time. */
export async function readTime(
  context: OperationContext,
  asked: {
    readonly field: string;
    readonly text: string;
    readonly now: Instant;
    readonly sign: 1 | -1;
  },
): Promise<Instant> {
  const { field, text, now, sign } = asked;
  if (/^\d+(\.\d+)?\s*[a-z]+$/i.test(text.trim())) {
    const limits = { field, leastMs: 1, mostMs: 366 * dayMs };
    return now + sign * (readDuration(text, limits) ?? 0);
  }
  const at = await readInstant(context, text);
  if (at !== null) return at;
  throw badValue(
    field,
    `${field}: "${text.slice(0, 80)}" is not a point in time.`,
    'Write it as "8h", "tomorrow 7:00" or 2026-03-01T07:00.',
  );
}

/** `none`, `latest`, `all` or `all(N)`. */
export function readCatchUp(text: string): CatchUp {
  const word = text.trim().toLowerCase();
  if (word === 'none' || word === '') return { kind: 'none' };
  if (word === 'latest') return { kind: 'latest' };
  const match = /^all(?:[(:=]?(?:max )?(\d{1,4})\)?)?$/.exec(word);
  const max = match === null ? 0 : Number(match[1] ?? defaultCatchUps);
  if (max < 1 || max > mostCatchUps) {
    throw badValue(
      'catchUp',
      `catch-up: "${text}" is not one of its values.`,
      `Use none, latest, all (at most ${defaultCatchUps}) or all(N), N from 1 to ${mostCatchUps}.`,
    );
  }
  return { kind: 'all', max };
}

export const catchUpText = (catchUp: CatchUp): string =>
  catchUp.kind === 'all' ? `all(${catchUp.max})` : catchUp.kind;

/** An absolute path without `.` and `..`; a relative one starts at `base`, which is asked for only then. */
export function readFolder(text: string, base: () => string): string {
  if (text.includes('\0')) throw badValue('cwd', 'cwd: a path cannot contain NUL.');
  if (text === '~' || text.startsWith('~/'))
    throw badValue('cwd', 'cwd: "~" is not expanded here; write the absolute path.');
  const parts: string[] = [];
  const whole = text.startsWith('/') ? text : `${base()}/${text}`;
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
