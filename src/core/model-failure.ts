import { readRetryAfter } from './delivery.ts';
import { hourMs, type Instant, minuteMs, secondMs } from './instant.ts';
import type { ReasonCode } from './refusal.ts';

/** Why a model gave no answer, in reason codes. The first three are for later, the others are for a person. */
export type ModelFailureReason =
  | 'rate_limited'
  | 'overloaded'
  | 'quota_exhausted'
  | 'credentials_missing'
  | 'model_unknown'
  | 'model_failed';

/** Those of a model that has no time now; nothing else is wrong. */
export type DeferringReason = Extract<
  ModelFailureReason,
  'rate_limited' | 'overloaded' | 'quota_exhausted'
>;

/** Whether it is worth asking again at another time. */
export const isForLater = (reason: ReasonCode): reason is DeferringReason =>
  reason === 'rate_limited' || reason === 'overloaded' || reason === 'quota_exhausted';

const quotaWords =
  /insufficient[_ ]quota|exceeded your current quota|credit balance|billing|usage limit|hit your (\w+ )?limit|out of (credits|(extra )?usage)|(usage|session|weekly|hour) limit reached/i;
const modelWords =
  /model[_ ]not[_ ]found|model.{0,80}(does not exist|not found|not supported|unknown)|unknown model|no such model/i;
const keyWords =
  /invalid.{0,10}api key|incorrect api key|authentication[_ ]error|unauthorized|not logged in|please run \/login|no api key/i;
const overloadWords = /overloaded/i;
const rateWords = /rate.?limit|too many requests/i;

/**
 * What an answer that is no answer means. The status counts first; the words decide where servers use one status for two things, and where
 * there is none: in the middle of a stream, or in the last words of a program.
 */
export function judgeModelFailure(status: number | null, words: string): ModelFailureReason {
  if (status === 402) return 'quota_exhausted';
  if (status === 429) return quotaWords.test(words) ? 'quota_exhausted' : 'rate_limited';
  if (status === 503 || status === 529) return 'overloaded';
  if (status === 401 || status === 403) return 'credentials_missing';
  if (status === 404) return 'model_unknown';
  if (modelWords.test(words)) return 'model_unknown';
  if (quotaWords.test(words)) return 'quota_exhausted';
  if (keyWords.test(words)) return 'credentials_missing';
  if (overloadWords.test(words)) return 'overloaded';
  if (rateWords.test(words)) return 'rate_limited';
  return 'model_failed';
}

/** A server that asks for more is asked again after this time. */
const longestMs = 7 * 24 * hourMs;

/**
 * When a server will take the next question, by its headers; null when they do not say.
 * Its own word for it counts first; else the latest end of a limit that is used up, else the latest end of any limit.
 */
export function readReset(headers: Readonly<Record<string, string>>, now: Instant): Instant | null {
  const exactMs = Number(headers['retry-after-ms'] ?? Number.NaN);
  const askedMs = exactMs >= 0 ? exactMs : readRetryAfter(headers['retry-after'] ?? null, now);
  if (askedMs !== null) return bounded(now + askedMs, now);
  const limits = Object.entries(headers).flatMap(([name, value]) => {
    const found = /^(?:x-ratelimit-reset(?:-(.+))?|anthropic-ratelimit-(.+)-reset)$/.exec(name);
    const at = found === null ? null : readResetValue(value, now);
    if (found === null || at === null) return [];
    const what = found[1] ?? found[2];
    const left =
      found[2] === undefined
        ? headers[what === undefined ? 'x-ratelimit-remaining' : `x-ratelimit-remaining-${what}`]
        : headers[`anthropic-ratelimit-${what}-remaining`];
    return [{ at, isUsedUp: left !== undefined && Number(left) <= 0 }];
  });
  const usedUp = limits.filter(({ isUsedUp }) => isUsedUp);
  const counted = usedUp.length > 0 ? usedUp : limits;
  return counted.length === 0 ? null : bounded(Math.max(...counted.map(({ at }) => at)), now);
}

const bounded = (at: Instant, now: Instant): Instant =>
  Math.min(Math.max(Math.ceil(at), now + secondMs), now + longestMs);

/** `1s`, `6m0s`, `250ms`, seconds from now, seconds or milliseconds since 1970, or a date. */
function readResetValue(text: string, now: Instant): Instant | null {
  const value = text.trim();
  if (/^\d+(\.\d+)?$/.test(value)) {
    const number = Number(value);
    if (number > 100_000_000_000) return number;
    return number > 1_000_000_000 ? number * secondMs : now + number * secondMs;
  }
  const span = readSpan(value);
  if (span !== null) return now + span;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

const spanUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: secondMs,
  m: minuteMs,
  h: hourMs,
  d: 24 * hourMs,
};

function readSpan(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  let sum = 0;
  for (const [, number, , unit = ''] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(number) * (spanUnits[unit] ?? 0);
  return sum;
}

/**
 * When to ask again a server that did not say: a minute after the first attempt, twice as long after each further one, at most an hour.
 * What was paid for and is used up is not there again in a minute: that is always an hour.
 */
export function guessReset(reason: DeferringReason, attempt: number, now: Instant): Instant {
  if (reason === 'quota_exhausted') return now + hourMs;
  return now + Math.min(minuteMs * 2 ** Math.max(0, Math.min(attempt, 30) - 1), hourMs);
}
