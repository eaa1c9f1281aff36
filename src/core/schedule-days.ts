/** The three day fields of a cron expression, and how many times a day the words promise, if they do. */
export type Days = {
  readonly date: string;
  readonly month: string;
  readonly weekday: string;
  readonly timesPerDay?: number;
};

const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const months =
  'january february march april may june july august september october november december'.split(
    ' ',
  );
const ordinals = 'first second third fourth fifth'.split(' ');
const counts = 'once twice'.split(' ');
const everyDay: Days = { date: '*', month: '*', weekday: '*' };

/** The place of a name or of its beginning of at least three letters; a plural "s" is allowed. */
function placeIn(names: readonly string[], word: string): number {
  const singular = word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word;
  if (singular.length < 3) return -1;
  return names.findIndex(
    (name) => name === singular || (singular.length <= 5 && name.startsWith(singular)),
  );
}

/** `first`, `1st`, `21st`; -1 for anything else. */
function ordinalOf(word: string): number {
  const named = ordinals.indexOf(word);
  if (named >= 0) return named + 1;
  const match = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word);
  return match === null ? -1 : Number(match[1]);
}

function weekdayList(words: readonly string[]): string | null {
  const found = new Set<number>();
  for (let index = 0; index < words.length; index += 1) {
    const [firstName = '', lastName, ...more] = (words[index] ?? '').split('-');
    const first = placeIn(weekdays, firstName);
    if (first < 0 || more.length > 0) return null;
    const joins = ['to', 'through', 'thru', 'until', 'till'].includes(words[index + 1] ?? '');
    const lastWord = lastName ?? (joins ? (words[index + 2] ?? '') : firstName);
    const last = placeIn(weekdays, lastWord);
    if (last < 0) return null;
    if (joins && lastName === undefined) index += 2;
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === last) break;
    }
    if (words[index + 1] === 'and') {
      index += 1;
      if (index === words.length - 1) return null;
    }
  }
  if (found.size === 0) return null;
  const days = [...found].sort((a, b) => a - b).join(',');
  return days === '1,2,3,4,5' ? '1-5' : days === '0,1,2,3,4,5,6' ? '*' : days;
}

/** Days of a month: "1st and 15th", "last day", "first monday", "last weekday". */
function daysOfMonth(words: readonly string[]): Days | null {
  const dates: string[] = [];
  const nth: string[] = [];
  const items = words.join(' ').split(' and ');
  const lastWords = (items.at(-1) ?? '').split(' ');
  for (const item of items) {
    // In "first and third monday" the weekday stands at the end, for both.
    const [which = '', ...own] = item.split(' ');
    const isShared = own.length === 0 && lastWords.length === 2;
    const named = isShared ? lastWords.slice(1) : own;
    if (named.length > 1) return null;
    const [day] = named;
    const weekday = day === undefined ? -1 : placeIn(weekdays, day);
    // In "1st and last friday" the figures may as well be a day of the month.
    if (isShared && weekday >= 0 && /^\d/.test(which) !== /^\d/.test(lastWords[0] ?? ''))
      return null;
    const ordinal = ordinalOf(which);
    if (which === 'last') {
      if (day === 'day') dates.push('L');
      else if (day === 'weekday' || day === 'workday') dates.push('LW');
      else if (weekday >= 0) nth.push(`${weekday}L`);
      else return null;
    } else if (weekday >= 0) {
      if (ordinal < 1 || ordinal > 5) return null;
      nth.push(`${weekday}#${ordinal}`);
    } else {
      const date = ordinal > 0 ? ordinal : /^\d{1,2}$/.test(which) ? Number(which) : 0;
      if (date < 1 || date > 31 || (day !== undefined && day !== 'day')) return null;
      dates.push(String(date));
    }
  }
  if (dates.length > 0 && nth.length > 0) return null;
  return { date: dates.join(',') || '*', month: '*', weekday: nth.join(',') || '*' };
}

/** The last days of a quarter are in its last month, all others in its first. No expression has both, so such words are not understood. */
function daysOfQuarter(days: Days): Days | null {
  const named = `${days.date},${days.weekday}`.split(',').filter((day) => day !== '*');
  const last = named.filter((day) => day.includes('L'));
  if (last.length === 0) return { ...days, month: '1,4,7,10' };
  return last.length === named.length ? { ...days, month: '3,6,9,12' } : null;
}

/** "march 1", "1st of march", "1 march". */
function dayOfYear(words: readonly string[]): Days | null {
  const [first = '', second = '', ...more] = words.filter(
    (word) => word !== 'of' && word !== 'the',
  );
  if (more.length > 0) return null;
  const isMonthFirst = placeIn(months, first) >= 0;
  const month = placeIn(months, isMonthFirst ? first : second);
  const day = isMonthFirst ? second : first;
  const date = /^\d{1,2}$/.test(day) ? Number(day) : ordinalOf(day);
  if (month < 0 || date < 1 || date > 31) return null;
  return { date: String(date), month: String(month + 1), weekday: '*' };
}

function timesPerDayOf(words: readonly string[]): Days | null {
  const [count = '', ...rest] = words;
  const named = counts.indexOf(count) + 1;
  const per = (named > 0 ? rest : rest.slice(1)).join(' ');
  const number = named > 0 ? named : rest[0] === 'times' ? Number(count) : 0;
  if (!Number.isInteger(number) || number < 1) return null;
  const isDaily = ['a day', 'per day', 'every day', 'each day', 'daily'].includes(per);
  return isDaily ? { ...everyDay, timesPerDay: number } : null;
}

const monthEnds = [
  'of the month',
  'of every month',
  'of each month',
  'of a month',
  'each month',
  'every month',
];

/** Reads the words about days, in lower case and with "and" for commas; null if a word of them is not understood. */
export function readDays(phrase: string): Days | null {
  const words = phrase.split(' ').filter((word) => word !== '');
  while (words[0] === 'on' || words[0] === 'the') words.shift();
  const isEvery = words[0] === 'every' || words[0] === 'each';
  if (isEvery) words.shift();
  while (words[0] === 'on' || words[0] === 'the' || words[0] === 'single') words.shift();
  const [first = ''] = words;
  const rest = words.slice(1).filter((word) => word !== 'on' && word !== 'the');
  if (words.length === 1) {
    if (first === 'daily' || first === 'everyday' || (isEvery && first === 'day')) return everyDay;
    if (/^(week|work)days?$/.test(first)) return { ...everyDay, weekday: '1-5' };
    if (/^weekends?$/.test(first)) return { ...everyDay, weekday: '0,6' };
  }
  if (/^(business|working|work) days?$/.test(words.join(' ')))
    return { ...everyDay, weekday: '1-5' };
  if (first === 'weekly' || (isEvery && first === 'week')) {
    const weekday = weekdayList(rest);
    return weekday === null ? null : { ...everyDay, weekday };
  }
  if (first === 'monthly' || (isEvery && first === 'month')) return daysOfMonth(rest);
  if (first === 'quarterly' || (isEvery && first === 'quarter')) {
    const days = daysOfMonth(rest);
    return days === null ? null : daysOfQuarter(days);
  }
  if (['yearly', 'annually'].includes(first) || (isEvery && first === 'year'))
    return dayOfYear(rest);
  const joined = words.join(' ');
  const end = monthEnds.find((ending) => joined.endsWith(` ${ending}`));
  if (end !== undefined) {
    const before = joined.slice(0, -end.length - 1).split(' ');
    return daysOfMonth(before.filter((word) => word !== 'the'));
  }
  const weekday = weekdayList(words);
  if (weekday !== null) return { ...everyDay, weekday };
  return (isEvery ? dayOfYear(words) : null) ?? timesPerDayOf(words);
}
