import { minuteMs } from './instant.ts';

/**
 * Where a message goes, as it is written in a job: `inbox`, `command:PROGRAM ARG…`, `webhook:URL`, `ntfy:TOPIC` or `ntfy:URL`.
 * `local` sends nothing: the output is kept with the run, as it always is.
 */
export type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'inbox' }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'ntfy'; readonly url: string }
  /** Made by us for the `ping` of a job, never written in a list of targets. */
  | { readonly kind: 'ping'; readonly url: string };

/** What may be written, for people who wrote something else. */
export const targetForms =
  'inbox, command:PROGRAM ARG…, webhook:URL, ntfy:TOPIC, ntfy:URL, or local (only kept with the run)';

type Parsed = { readonly target: Target } | { readonly why: string };

const longestTarget = 2_000;

/** Reads a target. `why` says what is wrong with it. */
export function parseTarget(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed.length > longestTarget) return { why: `it is longer than ${longestTarget} letters` };
  if (trimmed === 'local' || trimmed === 'inbox') return { target: { kind: trimmed } };
  const colon = trimmed.indexOf(':');
  const rest = trimmed.slice(colon + 1).trim();
  switch (colon < 0 ? '' : trimmed.slice(0, colon)) {
    case 'command':
      return parseCommand(rest);
    case 'webhook':
      return parseUrl('webhook', rest);
    case 'ntfy':
      return /^[\w-]{1,64}$/.test(rest)
        ? { target: { kind: 'ntfy', url: `https://ntfy.sh/${rest}` } }
        : parseUrl('ntfy', rest);
    case 'ping':
      return parseUrl('ping', rest);
    default:
      return { why: 'there is no such target' };
  }
}

function parseUrl(kind: 'webhook' | 'ntfy' | 'ping', text: string): Parsed {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { why: 'its address must begin with https:// or http://' };
  // The store, lists and logs show targets.
  if (url.username !== '' || url.password !== '')
    return { why: 'its address must not hold a name or a password' };
  return { target: { kind, url: url.href } };
}

function parseCommand(line: string): Parsed {
  const argv = wordsOf(line);
  if (argv === null) return { why: 'a quote in its command is not closed' };
  if (argv.length === 0) return { why: 'its command is missing' };
  if (line.includes('\0')) return { why: 'its command contains NUL' };
  return { target: { kind: 'command', argv } };
}

const word = /(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/y;
const piece = /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"/g;

/** The words of a line as a shell would split it, without anything else that a shell does. Null when a quote is open. */
export function wordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    word.lastIndex = at;
    const found = word.exec(line)?.[0];
    if (found !== undefined) words.push(found.replace(piece, unquoted));
    else if (!/\s/.test(line.charAt(at))) return null;
    at += found?.length ?? 1;
  }
  return words;
}

const unquoted = (...[, escaped, single, double = '']: readonly (string | undefined)[]): string =>
  escaped ?? single ?? double.replace(/\\([\s\S])/g, '$1');

/** Targets to which something is really sent, each once. What cannot be read any more was checked when it was written. */
export function sentTo(targets: readonly string[]): readonly string[] {
  return [...new Set(targets.map((one) => one.trim()))].filter((one) => one !== 'local');
}

/** What a ping says of a run. */
export type PingSignal = 'start' | 'success' | { readonly exitCode: number | null };

/**
 * The address that tells a monitor of that kind: `URL/start`, `URL`, `URL/EXITCODE` or `URL/fail`. `rid` lets it measure how long the
 * run took. Null when the address is none.
 */
export function pingUrl(url: string, signal: PingSignal, runId: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const suffix = suffixOf(signal);
  if (suffix !== '') parsed.pathname = `${parsed.pathname.replace(/\/$/, '')}/${suffix}`;
  const rid = uuidOf(runId);
  if (rid !== null) parsed.searchParams.set('rid', rid);
  return parsed.href;
}

function suffixOf(signal: PingSignal): string {
  if (signal === 'success') return '';
  if (signal === 'start') return 'start';
  const { exitCode } = signal;
  return exitCode !== null && exitCode > 0 && exitCode < 256 ? String(exitCode) : 'fail';
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The same 128 bits as a UUID, the only form that monitors take; null for what is no ULID. */
function uuidOf(ulid: string): string | null {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(ulid)) return null;
  let bits = 0n;
  for (const letter of ulid) bits = bits * 32n + BigInt(crockford.indexOf(letter));
  const hex = bits.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** How long a ping is worth sending; later it says nothing about the run any more. */
export const pingKeptMs = 60 * minuteMs;

/** The address of the heartbeat of one profile: `{profile}` stands for its name. */
export const heartbeatUrl = (setting: string, profile: string): string =>
  setting.replaceAll('{profile}', encodeURIComponent(profile));
