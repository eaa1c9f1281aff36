import { dayOf, type LocalTime, monthLength, weekdayOf } from './calendar.ts';
import { dayMs, type Instant, minuteMs } from './instant.ts';
import { advice, type ReasonCode, Refusal } from './refusal.ts';
import { quoted, type TextContext } from './schedule-answers.ts';
import { instantOfLocal, localTimeAt } from './time-zone.ts';

// The reader of dates in English takes one meaning where there are two: the month first, noon for the midnight of a night, the next Friday
// for the last one. What it found is held against the words here; where it may be wrong, nothing is guessed.

type Read = {
  readonly lower: string;
  readonly found: LocalTime;
  readonly present: LocalTime;
};

/** What speaks against the reading, and what could be meant; `instead` names what one of these is only an example of. */
type Doubt = {
  readonly code?: ReasonCode;
  readonly message: string;
  readonly choices: readonly LocalTime[];
  readonly instead?: string;
};

const halfDayMs = dayMs / 2;
const daysOfWeek = 7;
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const weekdayWord = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?';
const monthWord =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const weekday = new RegExp(`\\b(${weekdayWord})\\b`);
const saysOffset = /(?:utc|gmt|z|[+-]\d{1,2}(?::?\d{2})?)$/;

/** 0 is Sunday; -1 when the text names no day of the week. */
function weekdayIn(lower: string): number {
  const [, found] = weekday.exec(lower) ?? [];
  return weekdays.findIndex(
    (name) => found !== undefined && name.toLowerCase().startsWith(found.slice(0, 3)),
  );
}

const figures =
  /(?<![\d./-])(\d{1,2})(?:\/(\d{1,2})(?:\/(\d{2,4}))?|([.-])(\d{1,2})\4(\d{2,4}))(?![\d/])/;

/** "3/5/2027" is in March for some and in May for others. What only one of them can mean is no doubt. */
function doubtFigures({ lower, found, present }: Read): Doubt | null {
  const [, first, slashed, slashedYear, , dotted = slashed, dottedYear] = figures.exec(lower) ?? [];
  if (first === undefined) return null;
  const hasYear = (slashedYear ?? dottedYear) !== undefined;
  const inDay = found - dayOf(found) * dayMs;
  const dateOf = (monthNumber: number, day: number): readonly number[] => {
    const year = new Date(hasYear ? found : present).getUTCFullYear();
    if (monthNumber < 1 || monthNumber > 12 || day < 1 || day > monthLength(year, monthNumber))
      return [];
    const local = Date.UTC(year, monthNumber - 1, day) + inDay;
    const passed = !hasYear && local <= present;
    return [passed ? Date.UTC(year + 1, monthNumber - 1, day) + inDay : local];
  };
  const [a, b] = [Number(first), Number(dotted)];
  const choices = [...new Set([...dateOf(a, b), ...dateOf(b, a)])];
  if (choices.length === 1 && choices[0] === found) return null;
  return { message: 'does not say which figure is the month', choices };
}

const bound = new RegExp(
  `\\b(?:before|after|from|since|until|till|by|between)\\b(?= (?:at )?(?:\\d|noon|midday|midnight|${weekdayWord}\\b))`,
);
const amountAlone =
  /^(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+(?:\.\d+)?) (?:second|minute|hour|day|week|month|year)s?\b(?!.*\b(?:from|after|before|later)\b)/;
const lasting = /\bfor (?:an?|one|two|three|the|\d+)\b/;
const noDay = /\b(?:this|next) (?:week(?:end|day)?|\d+ [a-z]+)\b/;
const sameDay = /\b(?:today|tonight|this (?:morning|afternoon|evening|night))\b/;
const lastForm = new RegExp(
  `\\blast (?:${weekdayWord}|weekday|weekend|week|month|year|night|evening|morning|afternoon)\\b`,
);

function doubtForm({ lower, found, present }: Read): Doubt | null {
  if (bound.test(lower))
    return {
      message: 'says only before or after what',
      choices: [found],
      instead: 'the time itself',
    };
  if (lasting.test(lower))
    return { message: 'says how long, too', choices: [found], instead: 'the time alone' };
  if (amountAlone.test(lower))
    return { message: 'does not say from when on', choices: [found], instead: 'the day itself' };
  if (noDay.test(lower) && weekdayIn(lower) < 0)
    return { message: 'does not say which day', choices: [found], instead: 'the day itself' };
  if (lastForm.test(lower))
    return {
      code: 'schedule_in_past',
      message: 'names a day that has passed',
      choices: [found],
      instead: 'the day that is meant',
    };
  const isPast = sameDay.test(lower) && !/\b(?:from|after)\b/.test(lower);
  return isPast && dayOf(found) !== dayOf(present)
    ? {
        code: 'schedule_in_past',
        message: 'has passed',
        choices: [found],
        instead: 'the date itself',
      }
    : null;
}

const nextWeekday = new RegExp(`\\b(?:next|following) ${weekdayWord}\\b`);

/** "next friday" is the coming one for some, and a week later for others; on a Friday it is one. A week may begin on a Sunday. */
function doubtWeekday({ lower, found, present }: Read): Doubt | null {
  const named = weekdayIn(lower);
  if (named < 0) return null;
  if (weekdayOf(dayOf(found)) !== named)
    return {
      message: `names a day that is no ${weekdays[named]}`,
      choices: [found],
      instead: 'the date alone',
    };
  const today = dayOf(present);
  const onDay = (day: number): LocalTime => found + (day - dayOf(found)) * dayMs;
  const fromSunday = weekdayOf(today);
  const week = /\b(this|next) week\b/.exec(lower)?.[1];
  if (week !== undefined) {
    const weeks = week === 'next' ? daysOfWeek : 0;
    const fromMonday = (day: number): number => (day + daysOfWeek - 1) % daysOfWeek;
    const choices = [
      onDay(today - fromMonday(fromSunday) + weeks + fromMonday(named)),
      onDay(today - fromSunday + weeks + named),
    ];
    return choices.every((choice) => choice === found)
      ? null
      : { message: 'could be one of two days', choices: choices.sort((a, b) => a - b) };
  }
  const days = (named - fromSunday + daysOfWeek) % daysOfWeek;
  if (!nextWeekday.test(lower) || days === 0) return null;
  return {
    message: 'could be one of two days',
    choices: [onDay(today + days), onDay(today + days + daysOfWeek)],
  };
}

/** From which hour on, and up to which, a part of the day can be meant. */
type PartOfDay = {
  readonly words: RegExp;
  readonly from: number;
  readonly until: number;
  readonly isNight?: true;
};
const parts: readonly PartOfDay[] = [
  { words: /\bmorning\b/, from: 0, until: 12 },
  { words: /\bafternoon\b/, from: 12, until: 19 },
  { words: /\bevening\b/, from: 16, until: 24 },
  { words: /\b(?:tonight|night)\b/, from: 17, until: 24, isNight: true },
];
const nightEndsHour = 6;
const namesDay = new RegExp(
  `\\b(?:tomorrow|today|tonight|after|from|in \\d|${weekdayWord}|${monthWord})\\b|\\d[-/.]\\d`,
);

/** "tonight at 12" is no noon, and a midnight belongs to two days. */
function doubtHour({ lower, found, present }: Read): Doubt | null {
  const hour = Math.floor((found - dayOf(found) * dayMs) / (60 * minuteMs));
  const part = parts.find(
    ({ words, from, until }) => words.test(lower) && (hour < from || hour >= until),
  );
  if (part?.isNight === true && hour < nightEndsHour) {
    // "3 at night" is the next one; of "tomorrow at 3 at night" the night may begin or end on that day.
    const isThisNight = dayOf(found) === dayOf(present) && found > present;
    if (!namesDay.test(lower) || (/\btonight\b/.test(lower) && isThisNight)) return null;
    return { message: 'could be one of two nights', choices: [found, found + dayMs] };
  }
  if (part !== undefined)
    return {
      message: 'names an hour that is not in that part of the day',
      choices:
        hour < part.from
          ? [found, found + halfDayMs]
          : [found - halfDayMs, found, found + halfDayMs],
    };
  return /\bmidnight\b/.test(lower) && namesDay.test(lower)
    ? {
        message: 'could be where that day begins or where it ends',
        choices: [found, found + dayMs],
      }
    : null;
}

/** "2027-03-01 14:00": means one thing, and is understood. */
const localText = (local: LocalTime): string =>
  new Date(local)
    .toISOString()
    .slice(0, local % minuteMs === 0 ? 16 : 19)
    .replace('T', ' ');

const mostChoices = 2;

function refusalOf(text: string, doubt: Doubt, { now, zone }: TextContext): Refusal {
  const { code = 'schedule_ambiguous', message, choices, instead } = doubt;
  const ahead = [...new Set(choices)].filter((choice) => instantOfLocal(zone, choice) > now);
  const ways = ahead.slice(0, mostChoices).map((choice) => `"${localText(choice)}"`);
  const typed = instead === undefined ? ways.join(' or ') : `${instead}, as in ${ways.join()}`;
  const remedy =
    ways.length === 0 ? 'Choose a time in the future, or say "in 5m".' : `Type ${typed}.`;
  return new Refusal(code, `${quoted(text)} ${message}.`, {
    kind: 'usage',
    remedy: advice(remedy),
  });
}

/**
 * Why a text that the reader of dates found to be this instant may mean another, or none, with what to type instead. Null where it can mean only
 * this.
 */
export function doubtAbout(text: string, at: Instant, context: TextContext): Refusal | null {
  if (!Number.isFinite(at)) return null;
  const { now, zone } = context;
  const lower = text.toLowerCase();
  const read = { lower, found: localTimeAt(zone, at), present: localTimeAt(zone, now) };
  // With an offset, the local time of the zone is not the one that was typed.
  const checks = saysOffset.test(lower)
    ? [doubtFigures, doubtForm]
    : [doubtFigures, doubtForm, doubtWeekday, doubtHour];
  for (const check of checks) {
    const doubt = check(read);
    if (doubt !== null) return refusalOf(text, doubt, context);
  }
  return null;
}
