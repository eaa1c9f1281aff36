/**
 * A second, deliberately naive computation of fire times, to hold the real one to. It shares no code with it: it asks
 * Intl for the wall clock of every single minute, reads expressions by splitting text, and applies the published rule for
 * clock changes word by word. Minutes only, five fields only.
 */

/** One minute of real time and what the wall clock showed then, as a number of minutes since 1970 on that clock. */
export type Minute = { readonly at: number; readonly wall: number };

type Wall = {
  readonly date: number;
  readonly month: number;
  readonly weekday: number;
  readonly daysInMonth: number;
};

const minuteMs = 60_000;

/** Reads wall clocks of one zone off Intl, minute by minute. */
export function wallClock(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => {
    const text = format.format(at);
    const number = (start: number, end: number): number => Number(text.slice(start, end));
    const day = Date.UTC(number(6, 10), number(3, 5) - 1, number(0, 2));
    return day / minuteMs + number(12, 14) * 60 + number(15, 17);
  };
}

/** Every minute from `from` up to, not including, `until`. */
export function minutesOf(
  wall: (at: number) => number,
  from: number,
  until: number,
): readonly Minute[] {
  const minutes: Minute[] = [];
  for (let at = from; at < until; at += minuteMs) minutes.push({ at, wall: wall(at) });
  return minutes;
}

function readDay(day: number): Wall {
  const date = new Date(day * 1_440 * minuteMs);
  return {
    date: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    daysInMonth: new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  };
}

function inPlainItem(item: string, value: number, min: number, max: number): boolean {
  const [range = '', step] = item.split('/');
  const [low, high] = range === '*' ? [min, max] : range.split('-').map(Number);
  const first = low ?? min;
  const last = high ?? (step === undefined ? first : max);
  const size = max - min + 1;
  for (let walked = first, n = 0; n < size; n += 1, walked += 1) {
    const now = min + ((walked - min) % size);
    if (now === value && n % Number(step ?? 1) === 0) return true;
    if (walked === last || now === last) return false;
  }
  return false;
}

function inPlain(field: string, value: number, min: number, max: number): boolean {
  return field.split(',').some((item) => inPlainItem(item, value, min, max));
}

function isNearestWeekdayTo(day: number, wall: Wall): boolean {
  if (day > wall.daysInMonth || wall.weekday === 0 || wall.weekday === 6) return false;
  const weekdayOfTarget = (((wall.weekday + day - wall.date) % 7) + 7) % 7;
  if (weekdayOfTarget === 6) return wall.date === (day === 1 ? 3 : day - 1);
  if (weekdayOfTarget === 0) return wall.date === (day === wall.daysInMonth ? day - 2 : day + 1);
  return wall.date === day;
}

function matchesDate(field: string, wall: Wall): boolean {
  return field.split(',').some((item) => {
    if (item === 'LW') return isNearestWeekdayTo(wall.daysInMonth, wall);
    if (item.endsWith('W')) return isNearestWeekdayTo(Number(item.slice(0, -1)), wall);
    if (item.startsWith('L')) return wall.date === wall.daysInMonth + Number(item.slice(1) || 0);
    return inPlainItem(item, wall.date, 1, 31);
  });
}

function matchesWeekday(field: string, wall: Wall): boolean {
  return field.split(',').some((item) => {
    const [weekday, nth] = item.split('#');
    if (nth !== undefined) {
      return wall.weekday === Number(weekday) && Math.ceil(wall.date / 7) === Number(nth);
    }
    if (item.endsWith('L')) {
      return wall.weekday === Number(item.slice(0, -1)) && wall.date + 7 > wall.daysInMonth;
    }
    return inPlainItem(item.replace(/^7$/, '0'), wall.weekday, 0, 6);
  });
}

/** Whether the expression names this wall minute, and whether it is one of fixed times. */
export function naiveCron(expression: string): {
  readonly isFixed: boolean;
  readonly names: (wallMinute: number) => boolean;
} {
  const [minute = '', hour = '', date = '', month = '', weekday = ''] = expression.split(' ');
  const bothDays = date.startsWith('*') || weekday.startsWith('*');
  const isWild = (field: string): boolean => field.startsWith('*') || /^\d+\//.test(field);
  // Asked once for each value that a field can have, then only looked up.
  const table = (field: string, min: number, max: number): readonly boolean[] =>
    Array.from({ length: max + 1 }, (_, value) => inPlain(field, value, min, max));
  const minutes = table(minute, 0, 59);
  const hours = table(hour, 0, 23);
  const months = table(month, 1, 12);
  const matchesDay = (day: number): boolean => {
    const wall = readDay(day);
    if (months[wall.month] !== true) return false;
    const byDate = matchesDate(date, wall);
    const byWeekday = matchesWeekday(weekday, wall);
    return bothDays ? byDate && byWeekday : byDate || byWeekday;
  };
  const days = new Map<number, boolean>();
  const names = (wallMinute: number): boolean => {
    const day = Math.floor(wallMinute / 1_440);
    const inDay = wallMinute - day * 1_440;
    if (minutes[inDay % 60] !== true || hours[Math.floor(inDay / 60)] !== true) return false;
    const known = days.get(day) ?? matchesDay(day);
    days.set(day, known);
    return known;
  };
  return { isFixed: !isWild(minute) && !isWild(hour), names };
}

/**
 * The fire times among the given minutes. Fixed times: once at the first showing; if the clock skips one, once at the
 * first minute after the gap. All others: whenever the clock shows a named minute. What was shown before the first of the
 * given minutes is not known.
 */
export function stepThrough(
  cron: ReturnType<typeof naiveCron>,
  minutes: readonly Minute[],
): readonly number[] {
  const fires: number[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (const { at, wall } of minutes) {
    if (!cron.isFixed) {
      if (cron.names(wall)) fires.push(at);
      continue;
    }
    let due = wall > highest && cron.names(wall);
    for (let skipped = highest + 1; Number.isFinite(highest) && skipped < wall; skipped += 1) {
      due ||= cron.names(skipped);
    }
    if (due) fires.push(at);
    highest = Math.max(highest, wall);
  }
  return fires;
}
