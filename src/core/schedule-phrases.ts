import { readDays } from './schedule-days.ts';

// Plain English recurrences: "every weekday at 9am", "first monday of the month at 10", "at 9am and 5pm on weekends".
// A phrase is days and times in either order. Whatever is not understood to the last word is not understood.

/** A five-field expression; or days without a time; or what could mean two things; or a wish that no expression can carry; or no such phrase at all. */
export type PhraseReading =
  | { readonly kind: 'cron'; readonly expression: string; readonly note?: string }
  | { readonly kind: 'ambiguous'; readonly message: string; readonly ways: readonly string[] }
  | { readonly kind: 'no-time'; readonly timesPerDay: number }
  | { readonly kind: 'impossible'; readonly message: string; readonly instead: string }
  | { readonly kind: 'unknown' };

/** Minutes after midnight. */
type TimeOfDay = number;

/** `9`, `9am`, `9:30pm`, `17:30`, `noon`, `midnight`; null for anything else. */
function timeOf(word: string): TimeOfDay | null {
  if (word === 'noon' || word === 'midday') return 720;
  if (word === 'midnight') return 0;
  const match = /^(\d{1,2})(?:[:.]([0-5]\d))?(am|pm)?$/.exec(word);
  if (match === null) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  if (match[3] === undefined) return hour <= 23 ? hour * 60 + minute : null;
  if (hour < 1 || hour > 12) return null;
  return ((hour % 12) + (match[3] === 'pm' ? 12 : 0)) * 60 + minute;
}

/** A time that needs no "at" before it: a bare number could be anything. */
const isPlainTime = (word: string): boolean => timeOf(word) !== null && !/^\d+$/.test(word);

/** Puts spaces and joins in one form, so that words can be compared. A comma is a word of its own: beside a time it may join nothing. */
function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replace(/(\d) ?([ap])\.?m\b\.?/g, '$1$2m')
    .replace(/ ?(?:,| & |;) ?and /g, ' and ')
    .replace(/ ?(?: & |;) ?/g, ' and ')
    .replace(/ ?, ?/g, ' , ')
    .replace(/\beveryday\b/g, 'every day')
    .replace(/o'clock/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What a comma does between days, and between times. */
const joined = (words: readonly string[]): string =>
  words.map((word) => (word === ',' ? 'and' : word)).join(' ');

/** Which half of the day a time is in: said, or seen by a clock of 24 hours, or open, as that of an hour from 1 to 12 without "am" or "pm". */
type Half = 'am' | 'pm' | 'named' | 'of-24' | 'open';

function halfOf(word: string): Half {
  if (/[ap]m$/.test(word)) return word.endsWith('am') ? 'am' : 'pm';
  if (/^\D/.test(word)) return 'named';
  return /^(?:[1-9]|1[0-2])(?:\D\d\d)?$/.test(word) ? 'open' : 'of-24';
}

type Split = {
  readonly days: string;
  /** The words that were taken out. */
  readonly said: string;
  readonly times: readonly TimeOfDay[];
  /** One for each time. */
  readonly halves: readonly Half[];
};

/** Takes the one run of times out of the words; what is left over is about days. */
function splitTimes(words: readonly string[]): Split | null {
  const start = words.findIndex(
    (word, index) =>
      (word === 'at' && timeOf(words[index + 1] ?? '') !== null) || isPlainTime(word),
  );
  if (start < 0)
    return words.includes('at') ? null : { days: joined(words), said: '', times: [], halves: [] };
  const times: TimeOfDay[] = [];
  const halves: Half[] = [];
  let index = words[start] === 'at' ? start + 1 : start;
  let end = index;
  while (index < words.length) {
    const time = timeOf(words[index] ?? '');
    if (time === null) break;
    times.push(time);
    halves.push(halfOf(words[index] ?? ''));
    end = index + 1;
    if (words[end] !== 'and' && words[end] !== ',') break;
    index = words[end + 1] === 'at' ? end + 2 : end + 1;
  }
  // "friday, 5pm" is "friday 5pm".
  const before = words.slice(0, words[start - 1] === ',' ? start - 1 : start);
  const after = words.slice(words[end] === ',' ? end + 1 : end);
  return {
    days: joined([...before, ...after]),
    said: joined(words.slice(start, end)),
    times,
    halves,
  };
}

const halfDay = 720;
const wholeDay = 1_440;

/**
 * The other way to read open hours beside times that speak against the first: in "1 and 3pm" the "pm" may be that of both, and in "9 and 5" the
 * second is hardly the earlier. Null where nothing speaks against it, or one time shows a clock of 24 hours.
 */
function otherTimes({ times, halves }: Split): readonly TimeOfDay[] | null {
  if (halves.includes('of-24')) return null;
  const other: TimeOfDay[] = [];
  for (const [index, time] of times.entries()) {
    const isDoubted = times.some(
      (next, place) =>
        place > index &&
        ((halves[place] === 'pm' && next - halfDay > time) ||
          (halves[place] === 'am' && next < time)),
    );
    const isLater = halves[index] === 'open' && (isDoubted || time <= (other.at(-1) ?? -1));
    other.push(isLater ? (time + halfDay) % wholeDay : time);
  }
  return other.every((time, index) => time === times[index]) ? null : other;
}

/** "9:30am": in either order of the times it means one thing. */
function clockText(time: TimeOfDay): string {
  if (time % halfDay === 0) return time === 0 ? 'midnight' : 'noon';
  const minute = time % 60 === 0 ? '' : `:${String(time % 60).padStart(2, '0')}`;
  return `${Math.floor((time % halfDay) / 60) || 12}${minute}${time < halfDay ? 'am' : 'pm'}`;
}

/** What both readings of the times have to be typed as. */
function readOpenTimes(split: Split): PhraseReading | null {
  const other = otherTimes(split);
  if (other === null) return null;
  const [, on, day = '', more = ''] = weekdayFirst.exec(split.days) ?? [];
  const days = on === undefined ? split.days : `every ${day}${more}`;
  return {
    kind: 'ambiguous',
    message: 'leaves open which hours are before noon and which after it',
    ways: [split.times, other].map((times) => `${days} at ${times.map(clockText).join(' and ')}`),
  };
}

const severalDashes =
  /^(?:(?:on|every|each) )?((?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:-[a-z]+){2,})$/;

/** "mon-wed-fri": a range has two ends, and a list has commas. */
function readDashes({ days, said }: Split): PhraseReading | null {
  const list = severalDashes.exec(days)?.[1]?.replaceAll('-', ', ');
  if (list === undefined || readDays(list.replaceAll(', ', ' and ')) === null) return null;
  return {
    kind: 'ambiguous',
    message: 'has more than two days between its dashes',
    ways: [`${list} ${said}`.trim()],
  };
}

/** The minute and hour fields that name exactly these times; null if no such pair does. */
function timeFields(times: readonly TimeOfDay[]): string | null {
  const ascending = (values: readonly number[]): readonly number[] =>
    [...new Set(values)].sort((a, b) => a - b);
  const minutes = ascending(times.map((time) => time % 60));
  const hours = ascending(times.map((time) => Math.floor(time / 60)));
  if (minutes.length * hours.length !== new Set(times).size) return null;
  return `${minutes.join(',')} ${hours.join(',')}`;
}

const wholePhrases: ReadonlyMap<string, string> = new Map([
  ['hourly', '0 * * * *'],
  ['every quarter hour', '*/15 * * * *'],
  ['every quarter of an hour', '*/15 * * * *'],
  ['every half hour', '*/30 * * * *'],
  ['every hour on the hour', '0 * * * *'],
]);

/** "every 15 minutes on weekdays": exact only where the steps fill the hour or the day. */
function readStepsOnDays(phrase: string): PhraseReading | null {
  const match = /^every (\d{1,2}) (min|hour|hr)[a-z]{0,4} (?:on )?(.+)$/.exec(phrase);
  const days = match === null ? null : readDays(match[3] ?? '');
  if (match === null || days === null) return null;
  const step = Number(match[1]);
  const isMinutes = match[2] === 'min';
  if (step < 1 || (isMinutes ? 60 : 24) % step !== 0) {
    return {
      kind: 'impossible',
      message: `steps of ${step} do not fill ${isMinutes ? 'an hour' : 'a day'} evenly`,
      instead: `Choose a number that divides ${isMinutes ? 60 : 24}.`,
    };
  }
  const time = isMinutes ? `*/${step} *` : `0 */${step}`;
  return { kind: 'cron', expression: `${time} ${days.date} ${days.month} ${days.weekday}` };
}

const partsOfDay = /^(?:every|each) (morning|afternoon|evening)$/;
/** Where a part of the day begins and ends, in minutes. */
const bounds: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['morning', [0, 720]],
  ['afternoon', [720, 1_440]],
  ['evening', [960, 1_440]],
]);

/** "every evening at 8" is 20:00; null if the words do not name a part of the day, or the time is not in it. */
function readPartOfDay({ days, said, times, halves }: Split): Split | null {
  const part = partsOfDay.exec(days)?.[1] ?? '';
  const [from, until] = bounds.get(part) ?? [0, 0];
  // "every evening at 08:30": the part of the day says which half, however the hour is written.
  const isMovable = (time: number, half: Half | undefined): boolean =>
    time < halfDay && (half === 'open' || (half === 'of-24' && time >= 60));
  const moved = times.map((time, index) =>
    part !== 'morning' && isMovable(time, halves[index]) ? time + halfDay : time,
  );
  const fits = until > 0 && moved.every((time) => time >= from && time < until);
  return fits ? { days: 'every day', said, times: moved, halves: times.map(() => 'named') } : null;
}

/** Reads a recurrence. Days without a time are told apart from what is no recurrence at all. */
export function readPhrase(text: string): PhraseReading {
  const words = wordsOf(text);
  const phrase = joined(words);
  const whole = wholePhrases.get(phrase);
  if (whole !== undefined) return { kind: 'cron', expression: whole };
  const minuteOfHour = /^(?:hourly|every hour) at (?::|minute )([0-5]?\d)(?: past)?$/.exec(phrase);
  if (minuteOfHour !== null)
    return { kind: 'cron', expression: `${Number(minuteOfHour[1])} * * * *` };
  const steps = readStepsOnDays(phrase);
  if (steps !== null) return steps;
  const typed = splitTimes(words);
  if (typed === null) return { kind: 'unknown' };
  const split = readPartOfDay(typed) ?? typed;
  const days = readDays(split.days);
  if (days === null) return readDashes(split) ?? { kind: 'unknown' };
  if (split.times.length === 0) return { kind: 'no-time', timesPerDay: days.timesPerDay ?? 1 };
  if (days.timesPerDay !== undefined && days.timesPerDay !== split.times.length) {
    return {
      kind: 'impossible',
      message: `it promises ${days.timesPerDay} times a day but names ${split.times.length}`,
      instead: 'Name as many times as you want, as in "every day at 9 and 17".',
    };
  }
  const time = timeFields(split.times);
  if (time === null) {
    return {
      kind: 'impossible',
      message:
        'one schedule can have several times a day only if all of them have the same minutes',
      instead: 'Make one job for each time, or choose times such as "at 9:30 and 17:30".',
    };
  }
  return (
    readOpenTimes(split) ?? {
      kind: 'cron',
      expression: `${time} ${days.date} ${days.month} ${days.weekday}`,
    }
  );
}

/**
 * Days that begin with the name of one, which nothing says to be every one: "friday 5pm", "5pm on friday". `isOn`: they could as well be meant
 * once. `once`: how one of them is said, null where several days or times were. Null for everything else.
 */
export function readWeekday(
  text: string,
): { readonly isOn: boolean; readonly every: string; readonly once: string | null } | null {
  const split = splitTimes(wordsOf(text));
  if (split === null || split.times.length === 0) return null;
  const { said, times } = split;
  const match = weekdayFirst.exec(split.days);
  if (match === null) return null;
  const [, on, day = '', more = ''] = match;
  return {
    isOn: on !== undefined,
    every: `every ${day}${more} ${said}`,
    once: more === '' && times.length === 1 ? `this ${day} ${said}` : null,
  };
}

const weekdayFirst =
  /^(on )?(?:the )?((?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)((?:[ -].*)?)$/;

/** A time alone, as in "9am" or "at 17:30"; null for a bare number and for everything else. */
export function readTimeAlone(text: string): TimeOfDay | null {
  const words = wordsOf(text);
  const [first = '', second = ''] = words;
  if (words.length === 1 && isPlainTime(first)) return timeOf(first);
  return words.length === 2 && first === 'at' ? timeOf(second) : null;
}
