import { readAllowed } from '../core/address.ts';
import { isModel } from '../core/agent.ts';
import { namesPower } from '../core/authority.ts';
import { parseDuration } from '../core/duration.ts';
import { powers } from '../core/maker.ts';
import { parseTarget, targetForms } from '../core/target.ts';
import { isZone } from '../core/time-zone.ts';

/** Readers of the texts that settings are written as. */

export type Value = string | number;

type Wrong = { readonly why: string };

/** The value in the unit of the setting, or why not. */
export type Read = (text: string) => Value | Wrong;

export const duration =
  (leastMs: number, mostMs: number) =>
  (text: string): Value | Wrong => {
    const ms = parseDuration(text);
    if (ms === null) return { why: 'it must be a duration such as 15s, 2h or 30d' };
    if (ms < leastMs || ms > mostMs)
      return { why: `it must be from ${leastMs} ms to ${mostMs} ms` };
    return ms;
  };

export const whole =
  (least: number, most: number) =>
  (text: string): Value | Wrong => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? value
      : { why: `it must be a whole number from ${least} to ${most}` };
  };

const units: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

export const bytes = (text: string): Value | Wrong => {
  const [, digits = '', unit = '?'] = /^(\d{1,12})\s?(KiB|MiB|GiB|)$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined
    ? { why: 'it must be a size such as 512MiB or 1GiB' }
    : Number(digits) * factor;
};

export const zone = (text: string): Value | Wrong =>
  isZone(text) ? text : { why: 'it must be a time zone such as Europe/Berlin' };

export const profileName = (text: string): Value | Wrong =>
  /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text)
    ? text
    : { why: 'it must be 1 to 63 small letters, digits, - or _' };

export const model = (text: string): Value | Wrong =>
  text === 'none' || isModel(text)
    ? text
    : { why: 'it must be PROVIDER/MODEL such as openai/gpt-5, or none' };

export const wordsIn = (text: string): readonly string[] =>
  text === 'none' ? [] : text.split(/[\s,]+/).filter((one) => one !== '');

export const targets = (text: string): Value | Wrong => {
  const words = wordsIn(text);
  const wrong = words.find((one) => 'why' in parseTarget(one));
  return wrong === undefined
    ? words.join(' ') || 'none'
    : { why: `"${wrong}" is no target; there are ${targetForms}` };
};

export const monitor = (text: string): Value | Wrong =>
  text === 'none' || !('why' in parseTarget(`ping:${text.replaceAll('{profile}', 'name')}`))
    ? text
    : { why: 'it must be an address such as https://hc-ping.com/KEY/{profile}, or none' };

export const powerWords = (text: string): Value | Wrong => {
  const words = wordsIn(text);
  const wrong = words.find((one) => !namesPower(one));
  return wrong === undefined
    ? words.join(' ') || 'none'
    : { why: `"${wrong}" is none of ${powers.join(', ')}` };
};

export const networks = (text: string): Value | Wrong => {
  const words = wordsIn(text);
  const read = readAllowed(words);
  return 'why' in read ? read : words.join(' ') || 'none';
};
