import { monthLength } from './calendar.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { dayMs, minuteMs, secondMs } from './instant.ts';
import { doubtAbout } from './instant-doubt.ts';
import {
  accept,
  acceptAt,
  acceptLocal,
  examples,
  quoted,
  refuse,
  type TextContext,
  type TextReading,
} from './schedule-answers.ts';
import { readAsCron, readCronText, takeZone } from './schedule-cron-text.ts';
import { readPhrase, readTimeAlone, readWeekday } from './schedule-phrases.ts';
import { instantOfLocal, localTimeAt, toLocalIso } from './time-zone.ts';

export type { TextContext, TextReading } from './schedule-answers.ts';

const longestText = 500;
const shortestPeriodMs = secondMs;
const longestPeriodMs = 3_660 * dayMs;
const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:(?:[T ]| at )(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d{2}:?\d{2}(?::\d{2})?)?$/i;

function offsetMsOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const [hours = 0, minutes = 0, seconds = 0] = [...text.matchAll(/\d\d/g)].map(([digits]) =>
    Number(digits),
  );
  const ms = ((hours * 60 + minutes) * 60 + seconds) * secondMs;
  return text.startsWith('-') ? -ms : ms;
}

function readAsIso(text: string, context: TextContext): TextReading | null {
  if (!/^\d{4}-\d{2}/.test(text)) return null;
  const match = isoForm.exec(text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? [])
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const exists =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
  if (match === null || !exists || hour > 23 || minute > 59 || second > 59) {
    return refuse(
      'schedule_invalid',
      `${quoted(text)} is not a date and time that exists.`,
      'Type it as "2027-03-01 14:00", with or without an offset such as "+02:00" or "Z".',
    );
  }
  const milliseconds = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1_000);
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const offset = match[8];
  if (offset === undefined) return acceptLocal(local, context);
  const offsetMs = offsetMsOf(offset);
  if (Math.abs(offsetMs) >= dayMs) {
    return refuse(
      'schedule_invalid',
      `${quoted(offset)} is not an offset.`,
      'An offset looks like "+02:00".',
    );
  }
  return acceptAt(local - offsetMs, context);
}

const unitAlone = /^(second|minute|hour|day|week)$/;

/** "2h", "hour", "an hour", "half an hour"; null for anything else. */
function amountOf(text: string): number | null {
  if (/^half an? hour$/.test(text)) return 30 * minuteMs;
  const unit = /^(?:an? |one )?(.+)$/.exec(text)?.[1] ?? '';
  return unitAlone.test(unit) ? parseDuration(`1 ${unit}`) : parseDuration(text);
}

function readEvery(amount: string, context: TextContext): TextReading | null {
  const everyMs = amountOf(amount);
  if (everyMs === null) return null;
  if (everyMs < shortestPeriodMs || everyMs > longestPeriodMs) {
    return refuse(
      'schedule_invalid',
      `An interval of ${formatDuration(everyMs)} is too ${everyMs < shortestPeriodMs ? 'short' : 'long'}.`,
      'An interval is between one second and ten years, such as "every 30m".',
    );
  }
  const anchor = Math.floor(context.now / secondMs) * secondMs;
  return accept({ kind: 'every', everyMs, anchor }, context.zone);
}

/** "every 2 days at 9:00" cannot be cron exactly: the count would begin anew each month. One day is "every day". */
function readEveryAtTime(text: string, context: TextContext): TextReading | null {
  const match = /^every (other day|.{1,40}?) at (.{1,60})$/.exec(text);
  if (match === null) return null;
  const [, amount = '', time = ''] = match;
  const everyMs = amount === 'other day' ? 2 * dayMs : amountOf(amount);
  if (everyMs === null || amount === 'day') return null;
  if (everyMs === dayMs) return readRecurrence(`every day at ${time}`, context);
  const daily = readPhrase(`every day at ${time}`);
  if (daily.kind !== 'cron' && daily.kind !== 'ambiguous') return null;
  const start = daily.kind === 'cron' ? daily.expression.split(' ').slice(0, 2).join(' ') : null;
  const days = everyMs / dayMs;
  const monthly =
    start !== null && Number.isInteger(days) && days > 1 && days < 31
      ? ` "${start} */${days} * *" counts from the 1st of each month.`
      : '';
  return refuse(
    'schedule_invalid',
    `${quoted(text)} cannot be kept exactly: an interval has no time of day.`,
    `"every ${formatDuration(everyMs)}" keeps the interval, from now on.${monthly}`,
  );
}

const hoursOfDay = 24;

/** With as many times of a day as were promised, all with the same minutes, as one schedule needs it; more than hours is an interval. */
function withSampleTime(text: string, count: number): string {
  if (count > hoursOfDay)
    return `every ${formatDuration(Math.max(secondMs, Math.floor(dayMs / count / secondMs) * secondMs))}`;
  return `${text.slice(0, 60)} at ${sampleTimes(text, count)}`;
}

function sampleTimes(text: string, count: number): string {
  if (count === 1) return /(?:afternoon|evening)$/.test(text) ? '5pm' : '9am';
  const hours = Array.from({ length: count }, (_, index) =>
    Math.floor((index * hoursOfDay) / count),
  );
  const times = count === 2 ? ['9am', '5pm'] : hours.map((hour) => `${hour}:00`);
  return `${times.slice(0, -1).join(', ')} and ${times.at(-1)}`;
}

function readRecurrence(text: string, context: TextContext): TextReading | null {
  const phrase = readPhrase(text);
  switch (phrase.kind) {
    case 'cron':
      return readCronText(phrase.expression, context);
    case 'no-time':
      return refuse(
        'schedule_ambiguous',
        `${quoted(text)} names no time of day.`,
        `Say when, as in "${withSampleTime(text, phrase.timesPerDay)}".`,
      );
    case 'ambiguous':
      return refuse(
        'schedule_ambiguous',
        `${quoted(text)} ${phrase.message}.`,
        `Type ${phrase.ways.map((way) => `"${way}"`).join(' or ')}.`,
      );
    case 'impossible':
      return refuse(
        'schedule_invalid',
        `${quoted(text)} cannot be kept: ${phrase.message}.`,
        phrase.instead,
      );
    case 'unknown':
      return null;
  }
}

function readEnglish(text: string, context: TextContext): TextReading | null {
  const lower = text.toLowerCase();
  const recurrence = readEveryAtTime(lower, context) ?? readRecurrence(lower, context);
  const weekday = readWeekday(lower);
  if (recurrence?.kind !== 'understood' || weekday === null) return recurrence;
  const once = weekday.once === null ? null : onceFrom(weekday.once, context);
  if (weekday.isOn) return refuseWeekday(text, { every: weekday.every, once });
  if (once === null) return recurrence;
  const note = `Understood as every week; for once, type "${once}".`;
  return { ...recurrence, notes: [...recurrence.notes, note] };
}

/** "this friday 5pm", unless that has passed on this very Friday; a midnight that begins the day says so. */
function onceFrom(once: string, context: TextContext): string {
  const clear = once.replace(/\bmidnight$/, '0:00');
  const reading = readAsInstant(clear, context);
  const hasPassed = reading?.kind === 'refused' && reading.refusal.code === 'schedule_in_past';
  return hasPassed ? clear.replace(/^this /, 'next ') : clear;
}

const refuseWeekday = (
  text: string,
  { every, once }: { readonly every: string; readonly once: string | null },
): TextReading =>
  refuse(
    'schedule_ambiguous',
    `${quoted(text)} could mean once or every week.`,
    `Type "${every}"${once === null ? '' : ` or "${once}"`}.`,
  );

/** "on friday at 5 in the afternoon", "friday evening at 5": no phrase of ours, but a day of the week that nothing says to be one or all. */
const openWeekday =
  /^(?!.*(?:\b(?:this|next|last|coming|following|after|from)\b|\d(?:st|nd|rd|th)\b|\d[/.-]\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))(?:.* )?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(day)?\b/;
const endOfMonth = /\bend of (?:the )?month\b/;

/** Words that only the reader of dates knows. They are a time of one day, where they cannot mean another, or each of such days. */
function readAsInstant(text: string, context: TextContext): TextReading | null {
  const dated = text.replace(/^on (?:the )?(?=\d|(?!at )[a-z]+ \d)/i, '');
  const instant = context.readInstant?.(dated, context.now, context.zone) ?? null;
  if (instant === null) return null;
  const lower = text.toLowerCase();
  const refusal = doubtAbout(text, instant, context);
  if (refusal !== null) return { kind: 'refused', refusal };
  const [, name, day = ''] = openWeekday.exec(lower) ?? [];
  const isMonthly = endOfMonth.test(lower);
  if (name === undefined && !isMonthly) return acceptAt(instant, context);
  const local = localTimeAt(context.zone, instant);
  const minutes = Math.floor((local % dayMs) / minuteMs);
  const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  if (isMonthly)
    return refuse(
      'schedule_ambiguous',
      `${quoted(text)} could mean once or every month.`,
      `Type "last day of every month at ${time}" or "${toLocalIso(context.zone, instant).slice(0, 16).replace('T', ' ')}".`,
    );
  return refuseWeekday(text, {
    every: `every ${name}${day} ${time}`,
    once: onceFrom(`this ${name}${day} ${time}`, context),
  });
}

/** The next time that a clock in the zone shows this, in minutes after midnight. */
function readTimeOfDay(minutes: number, context: TextContext): TextReading {
  const local = localTimeAt(context.zone, context.now);
  const today = Math.floor(local / dayMs) * dayMs + minutes * minuteMs;
  const isLater = instantOfLocal(context.zone, today) > context.now;
  return acceptLocal(isLater ? today : today + dayMs, context);
}

function readAsDuration(text: string, context: TextContext): TextReading | null {
  const lower = text.toLowerCase();
  if (lower.startsWith('in ')) {
    const ms = amountOf(lower.slice(3).trim());
    if (ms === 0)
      return refuse('schedule_invalid', `${quoted(text)} is now.`, 'Say when, as in "in 5m".');
    return ms === null ? null : acceptAt(context.now + ms, context);
  }
  if (lower.startsWith('every ')) return readEvery(lower.slice(6).trim(), context);
  if (unitAlone.test(lower)) return readEvery(lower, context);
  const bareMs = parseDuration(lower);
  if (bareMs === null) return null;
  const shown = bareMs === 0 ? '5m' : lower;
  return refuse(
    'schedule_ambiguous',
    `${quoted(text)} could mean once or again and again.`,
    `Type "in ${shown}" for once, or "every ${shown}" for again and again.`,
  );
}

function readText(text: string, context: TextContext): TextReading {
  const reading =
    readAsCron(text, context) ??
    readAsIso(text, context) ??
    readAsDuration(text, context) ??
    readEnglish(text, context);
  if (reading !== null) return reading;
  const time = readTimeAlone(text);
  if (time !== null) return readTimeOfDay(time, context);
  return (
    readAsInstant(text, context) ??
    refuse('schedule_invalid', `${quoted(text)} is not understood as a schedule.`, examples)
  );
}

/**
 * Understands a schedule typed by a person or an agent: cron, `in`, `every`, ISO dates, or plain English, each with an
 * optional zone. Whatever could mean two things, never fires or has passed is refused with what to type instead.
 * Never throws; the same text and context always give the same answer.
 */
export function understandSchedule(text: string, context: TextContext): TextReading {
  if (text.length > longestText) {
    return refuse(
      'schedule_invalid',
      `A schedule has at most ${longestText} characters.`,
      examples,
    );
  }
  const trimmed = text.trim().replace(/\s+/g, ' ');
  if (trimmed === '') return refuse('schedule_invalid', 'The schedule is empty.', examples);
  const zoned = takeZone(trimmed, context.zone);
  if ('kind' in zoned) return zoned;
  return readText(zoned.text, { ...context, zone: zoned.zone });
}
