import { advice, Refusal } from './refusal.ts';

/** A cron expression taken apart. Numbers ascend within a set; weekdays count from 0, Sunday. */
export type CronExpression = {
  /** The same expression in its one spelling; reads back as the same expression. */
  readonly canonical: string;
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly monthDays: MonthDays;
  readonly weekdays: Weekdays;
  /** How the two day fields go together. `and` if one of them begins with `*`, as in the daemon of cronie. */
  readonly daysJoin: 'and' | 'or';
  /** True if the minute or the hour field begins with `*` or is an open step: such a schedule fires by elapsed time, every real hour. */
  readonly followsElapsedTime: boolean;
  /** What a person should know about how it was read. */
  readonly notes: readonly string[];
};

export type MonthDays = {
  readonly days: ReadonlySet<number>;
  /** Days before the last one: `L` is 0, `L-3` is 3. */
  readonly beforeLast: ReadonlySet<number>;
  /** `15W`: the weekday nearest to the 15th, within its month. */
  readonly nearestWeekdayTo: ReadonlySet<number>;
  /** `LW`. */
  readonly lastWeekday: boolean;
};

export type Weekdays = {
  readonly days: ReadonlySet<number>;
  /** `5L`: the last Friday of the month. */
  readonly lastOfMonth: ReadonlySet<number>;
  /** `5#3` is `{ weekday: 5, nth: 3 }`. */
  readonly nthOfMonth: readonly { readonly weekday: number; readonly nth: number }[];
};

export type CronReading =
  | { readonly kind: 'cron'; readonly cron: CronExpression }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Field = {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Upper-case names, the first of them standing for `min`. */
  readonly names: readonly string[];
  /** One more than the highest number that a step may have and still mean something. */
  readonly maxStep: number;
};

/** One item of a list as numbers, canonically spelled. */
type Item = { readonly text: string; readonly values: readonly number[]; readonly note?: string };

/** Thrown and caught in this file only: what is wrong with one field. */
class FieldFault extends Error {}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekdayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');
const maxStep = 1_000;

const fields = {
  second: { name: 'second', min: 0, max: 59, names: [], maxStep },
  minute: { name: 'minute', min: 0, max: 59, names: [], maxStep },
  hour: { name: 'hour', min: 0, max: 23, names: [], maxStep },
  monthDay: { name: 'day-of-month', min: 1, max: 31, names: [], maxStep },
  month: { name: 'month', min: 1, max: 12, names: monthNames, maxStep },
  weekday: { name: 'day-of-week', min: 0, max: 6, names: weekdayNames, maxStep: 7 },
} as const satisfies Record<string, Field>;

const macros: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const longestExpression = 300;

function numberIn(field: Field, text: string): number {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return field.min + named;
  const highest = field === fields.weekday ? 7 : field.max;
  if (!/^\d{1,4}$/.test(text)) {
    throw new FieldFault(`"${text}" is not a ${field.name}: it takes ${takes(field)}`);
  }
  const value = Number(text);
  if (value < field.min || value > highest) {
    throw new FieldFault(`${value} is not a ${field.name}: it takes ${takes(field)}`);
  }
  return value;
}

function takes(field: Field): string {
  const numbers = `${field.min} to ${field.max}`;
  if (field === fields.weekday) return `${numbers} (0 or 7 is Sunday) or SUN to SAT`;
  return field.names.length === 0
    ? numbers
    : `${numbers} or ${field.names[0]} to ${field.names.at(-1)}`;
}

function stepIn(field: Field, text: string): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > field.maxStep) {
    throw new FieldFault(`"/${text}" is not a step: a step is a number from 1 to ${field.maxStep}`);
  }
  return step;
}

/** Sunday is 0 except as the end of a range, where it may be 7. */
function inWeek(field: Field, value: number): number {
  return field === fields.weekday ? value % 7 : value;
}

/** From `first` to `last`, over the end of the field and on from its start if `last` is the smaller one. */
function spanned(field: Field, first: number, last: number): readonly number[] {
  const size = field.max - field.min + 1;
  const length = (last >= first ? last - first : last - first + size) + 1;
  return Array.from({ length: Math.min(length, size) }, (_, index) =>
    inWeek(field, field.min + ((first - field.min + index) % size)),
  );
}

function everyNth(values: readonly number[], step: number): readonly number[] {
  return values.filter((_, index) => index % step === 0);
}

function readItem(field: Field, text: string): Item {
  const [range = '', stepText, ...more] = text.split('/');
  if (more.length > 0) throw new FieldFault(`"${text}" has more than one "/"`);
  const step = stepText === undefined ? 1 : stepIn(field, stepText);
  const suffix = step === 1 ? '' : `/${step}`;
  if (range === '*' || range === '?') {
    const values = everyNth(spanned(field, field.min, field.max), step);
    const only = step > 1 && values.length === 1;
    const note = `"*/${step}" in the ${field.name} field only ever means ${field.min}, because the steps begin anew each time.`;
    return { text: `*${suffix}`, values, ...(only ? { note } : {}) };
  }
  const [firstText = '', lastText, ...rest] = range.split('-');
  if (rest.length > 0) throw new FieldFault(`"${range}" has more than one "-"`);
  const first = numberIn(field, firstText);
  if (lastText === undefined) {
    const start = inWeek(field, first);
    if (stepText === undefined) return { text: String(start), values: [start] };
    return {
      text: `${start}/${step}`,
      values: everyNth(spanned(field, start, field.max), step),
    };
  }
  const last = numberIn(field, lastText);
  if (first === last) return { text: String(inWeek(field, first)), values: [inWeek(field, first)] };
  const start = last === 7 && first === 0 ? 0 : inWeek(field, first);
  const values = everyNth(spanned(field, start, last), step);
  return { text: `${start}-${last}${suffix}`, values };
}

type PlainField = {
  readonly text: string;
  readonly values: ReadonlySet<number>;
  readonly notes: readonly string[];
};

/** Splits a list and keeps each item once, in the order typed: the first item decides how the field is read. */
function readList(text: string, read: (item: string) => Item): PlainField {
  const items = text.split(',').map(read);
  const texts = [...new Set(items.map((item) => item.text))];
  return {
    text: texts.join(','),
    values: new Set(items.flatMap((item) => item.values).sort((a, b) => a - b)),
    notes: items.flatMap((item) => item.note ?? []),
  };
}

function readMonthDays(text: string): PlainField & { readonly monthDays: MonthDays } {
  const beforeLast = new Set<number>();
  const nearestWeekdayTo = new Set<number>();
  let lastWeekday = false;
  const plain = readList(text.toUpperCase(), (item) => {
    if (item === 'LW') {
      lastWeekday = true;
      return { text: 'LW', values: [] };
    }
    const last = /^L(?:-(\d{1,2}))?$/.exec(item);
    if (last !== null) {
      const back = Number(last[1] ?? 0);
      if (back > 30) throw new FieldFault(`"${item}" is before the first day of every month`);
      beforeLast.add(back);
      return { text: back === 0 ? 'L' : `L-${back}`, values: [] };
    }
    const nearest = /^(\d{1,2})W$/.exec(item);
    if (nearest === null) return readItem(fields.monthDay, item);
    const day = numberIn(fields.monthDay, nearest[1] ?? '');
    nearestWeekdayTo.add(day);
    return { text: `${day}W`, values: [] };
  });
  return { ...plain, monthDays: { days: plain.values, beforeLast, nearestWeekdayTo, lastWeekday } };
}

function readWeekdays(text: string): PlainField & { readonly weekdays: Weekdays } {
  const lastOfMonth = new Set<number>();
  const nthOfMonth: { weekday: number; nth: number }[] = [];
  const plain = readList(text.toUpperCase(), (item) => {
    if (item === 'L') throw new FieldFault('"L" needs a day: "5L" is the last Friday of the month');
    const last = /^(\w{1,3})L$/.exec(item);
    if (last !== null) {
      const weekday = numberIn(fields.weekday, last[1] ?? '') % 7;
      lastOfMonth.add(weekday);
      return { text: `${weekday}L`, values: [] };
    }
    const nth = /^(\w{1,3})#(\d{1,3})$/.exec(item);
    if (nth === null) return readItem(fields.weekday, item);
    const weekday = numberIn(fields.weekday, nth[1] ?? '') % 7;
    const number = Number(nth[2]);
    if (number < 1 || number > 5) throw new FieldFault(`"${item}": a month has #1 to #5`);
    nthOfMonth.push({ weekday, nth: number });
    return { text: `${weekday}#${number}`, values: [] };
  });
  return { ...plain, weekdays: { days: plain.values, lastOfMonth, nthOfMonth } };
}

const beginsWithStar = (text: string): boolean => text.startsWith('*');
const isOpenStep = (text: string): boolean => /^\d+\//.test(text);

function readFields(texts: readonly string[]): CronExpression {
  const [secondText, minuteText, hourText, monthDayText = '', monthText, weekdayText = ''] =
    texts.length === 6 ? texts : ['0', ...texts];
  const plain = (field: Field, text = '') => readList(text, (item) => readItem(field, item));
  const second = plain(fields.second, secondText);
  const minute = plain(fields.minute, minuteText);
  const hour = plain(fields.hour, hourText);
  const monthDay = readMonthDays(monthDayText);
  const month = plain(fields.month, monthText);
  const weekday = readWeekdays(weekdayText);
  const all = [second, minute, hour, monthDay, month, weekday];
  const eitherDayStar = beginsWithStar(monthDay.text) || beginsWithStar(weekday.text);
  const notes = all.flatMap((field) => field.notes);
  if (eitherDayStar && monthDay.text !== '*' && weekday.text !== '*') {
    notes.push('Both day fields must match, as in cron, because one of them begins with "*".');
  }
  return {
    canonical: (second.text === '0' ? all.slice(1) : all).map((field) => field.text).join(' '),
    seconds: second.values,
    minutes: minute.values,
    hours: hour.values,
    months: month.values,
    monthDays: monthDay.monthDays,
    weekdays: weekday.weekdays,
    daysJoin: eitherDayStar ? 'and' : 'or',
    followsElapsedTime: [minute.text, hour.text].some(
      (text) => beginsWithStar(text) || isOpenStep(text),
    ),
    notes,
  };
}

function refused(text: string, fault: string, remedy: string): CronReading {
  const message = `The cron expression "${text.slice(0, 80)}" is not valid: ${fault}.`;
  return {
    kind: 'refused',
    refusal: new Refusal('schedule_invalid', message, { kind: 'usage', remedy: advice(remedy) }),
  };
}

const fieldOrder =
  'The five fields are minute, hour, day of month, month, day of week, as in "0 9 * * 1-5"; a sixth goes first and means seconds.';

/**
 * Reads five fields, or six with seconds first, or one of `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
 * Says nothing about whether the expression ever fires. Never throws.
 */
export function readCron(text: string): CronReading {
  const trimmed = text.trim();
  if (trimmed.length > longestExpression) return refused(trimmed, 'it is too long', fieldOrder);
  if (trimmed.startsWith('@')) {
    const expansion = macros.get(trimmed.toLowerCase());
    if (expansion !== undefined) return readCron(expansion);
    const known = [...macros.keys()].join(', ');
    return trimmed.toLowerCase() === '@reboot'
      ? refused(trimmed, 'a start of the machine is not a time', `Use a time, or one of ${known}.`)
      : refused(trimmed, 'this name is not known', `Use one of ${known}.`);
  }
  const texts = trimmed.split(/\s+/);
  if (texts.length !== 5 && texts.length !== 6) {
    return refused(trimmed, `it has ${texts.length} fields, not 5 or 6`, fieldOrder);
  }
  try {
    return { kind: 'cron', cron: readFields(texts) };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return refused(trimmed, error.message, fieldOrder);
  }
}
