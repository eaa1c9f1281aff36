import { examples, type TextContext } from './schedule-answers.ts';
import { understandSchedule } from './schedule-text.ts';

/** Meant as a time, and cannot be kept as it is said; `instead` says what can be. */
export type RefusedTime = {
  readonly kind: 'refused';
  readonly when: string;
  readonly message: string;
  readonly instead: string;
};

/** What a sentence says about when, at its front or at its end. */
export type FoundTime =
  | {
      readonly kind: 'found';
      readonly when: string;
      readonly before: string;
      readonly after: string;
    }
  | RefusedTime
  | { readonly kind: 'none' };

/** No way of saying when has more words. */
const mostWords = 16;
const mostTokens = 200;

/** The words; what stands in quotes or backticks is one. */
export const tokensOf = (text: string): readonly string[] =>
  (text.match(/`[^`]*`\S*|"[^"]*"\S*|\S+/g) ?? []).slice(0, mostTokens);

type Read =
  | { readonly kind: 'refused'; readonly isWhole: boolean; readonly time: RefusedTime }
  | { readonly kind: 'understood'; readonly when: string };

/** Null when this is no time at all. A refusal that only gives examples has recognised nothing. */
function readSpan(tokens: readonly string[], context: TextContext): Read | null {
  const when = tokens
    .join(' ')
    .replace(/^(?:for|starting) (?=\S)/i, '')
    .replace(/[,;:]+$/, '');
  const reading = understandSchedule(when, context);
  if (reading.kind === 'understood') return { kind: 'understood', when };
  const { code, message, remedy } = reading.refusal;
  const isTime = code.startsWith('schedule_') && remedy !== null && remedy.text !== examples;
  // "rest for 30 minutes" is how long, not when.
  return isTime && !/^for$/i.test(tokens[0] ?? '')
    ? {
        kind: 'refused',
        isWhole: code !== 'schedule_invalid',
        time: { kind: 'refused', when, message, instead: remedy.text },
      }
    : null;
}

type Place = { readonly from: number; readonly until: number };

const isWithin = (inner: Place, outer: Place): boolean =>
  inner.from >= outer.from && inner.until <= outer.until;

/**
 * The longest time at the front, else the longest at the end; what was understood before what was refused, but not a part of what could
 * mean two things, has passed or never comes: of "on friday at 5pm" the end alone means one of them, and of "today at 9" it is tomorrow.
 */
export function findTime(tokens: readonly string[], context: TextContext): FoundTime {
  const longest = Math.min(mostWords, tokens.length);
  const lengths = Array.from({ length: longest }, (_, index) => longest - index);
  const places: readonly Place[] = [
    ...lengths.map((length) => ({ from: 0, until: length })),
    ...lengths.map((length) => ({ from: tokens.length - length, until: tokens.length })),
  ];
  let refused: FoundTime = { kind: 'none' };
  const whole: Place[] = [];
  for (const place of places) {
    const { from, until } = place;
    if (whole.some((other) => isWithin(place, other))) continue;
    if (/^for$/i.test(tokens[from - 1] ?? '')) continue;
    const read = readSpan(tokens.slice(from, until), context);
    if (read === null) continue;
    if (read.kind === 'understood')
      return {
        kind: 'found',
        when: read.when,
        before: tokens.slice(0, from).join(' '),
        after: tokens.slice(until).join(' '),
      };
    if (read.isWhole) whole.push(place);
    if (refused.kind === 'none') refused = read.time;
  }
  return refused;
}

const timeStart =
  /^(?:every|each|daily|hourly|weekly|monthly|in|at|on|tomorrow|today|tonight|next|this|noon|midnight|weekdays?|weekends?|(?:mon|tues?|wednes|thurs?|fri|satur|sun)days?|\d.*)$/i;
const mostFurtherWords = 8;

/** A time anywhere in the text, other than how long something lasts; null when there is none. */
export function timeWithin(text: string, context: TextContext): string | null {
  const tokens = tokensOf(text);
  for (const [from, token] of tokens.entries()) {
    if (!timeStart.test(token) || /^for$/i.test(tokens[from - 1] ?? '')) continue;
    const longest = Math.min(mostFurtherWords, tokens.length - from);
    for (let length = longest; length > 0; length -= 1) {
      const read = readSpan(tokens.slice(from, from + length), context);
      const isClear = read?.kind === 'understood' && (length > 1 || /[ap]m$|:/i.test(token));
      if (read === null) continue;
      const { when } = read.kind === 'understood' ? read : read.time;
      if (isClear || /^(?:every|each)\b/i.test(when)) return when;
    }
  }
  return null;
}
