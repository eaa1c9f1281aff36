import Anser from 'anser';
import { carryOf, lookOf } from './log-look.ts';

/** A piece of a line: text, and the names of the classes that it is shown with. */
export type Piece = { readonly text: string; readonly look: string };

export type LogLine = {
  /** Its number, from 1. */
  readonly number: number;
  readonly text: string;
  readonly pieces: readonly Piece[];
};

export type LogReader = {
  /** The lines that became whole by these bytes. */
  take(bytes: Uint8Array<ArrayBuffer>): readonly LogLine[];
  /** The line that has no end yet; null when there is none. */
  rest(): LogLine | null;
};

const esc = '\u001b';
const colour = new RegExp(`^${esc}\\[[\\d;]*m$`);
const control = new RegExp(`${esc}\\[[0-?]*[ -/]*[@-~]`, 'g');
/** Titles, addresses and other messages to a terminal, single letters to it, and what was cut off. */
const messages = new RegExp(
  `${esc}[\\]PX^_][^\\u0007${esc}]*(?:\\u0007|${esc}\\\\)?|${esc}\\[[0-?]*[ -/]*$|${esc}[^[]|${esc}$`,
  'g',
);
/** What would reorder or hide text, and what has no shape. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const harmless = new Set(['\t', esc, '\u200d', '\ufe0f']);

/** Shown by its number. Joiners are parts of emoji. */
const seen = (sign: string): string =>
  harmless.has(sign)
    ? sign
    : `‹${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;

/** What a terminal would show of a line on which it went back to the beginning: what was written last. */
const lastWritten = (line: string): string => {
  const whole = line.replace(/\r+$/, '');
  return whole.slice(whole.lastIndexOf('\r') + 1);
};

const cleaned = (line: string): string =>
  lastWritten(line)
    .replace(control, (found) => (colour.test(found) ? found : ''))
    .replace(messages, '')
    .replace(unseen, seen);

/** What is longer becomes further lines. */
const longestLine = 4_000;
/** A colour of no meaning, so that what was carried over counts from the first letter. */
const noColour = `${esc}[999m`;

function coloured(
  text: string,
  carried: string,
): { readonly pieces: readonly Piece[]; readonly carry: string } {
  if (carried === '' && !text.includes(esc)) return { pieces: [{ text, look: '' }], carry: '' };
  const entries = new Anser().ansiToJson(`${carried}${noColour}${text}`, { json: true });
  const last = entries.at(-1);
  const pieces = entries
    .filter(({ content }) => content !== '')
    .map((entry) => ({ text: entry.content.replaceAll(esc, '‹001B›'), look: lookOf(entry) }));
  return { pieces, carry: last === undefined ? '' : carryOf(last) };
}

/**
 * Turns output into lines of pieces, in order; colours last until they are taken back, over lines and over reads. A program decides
 * about the colour of its text and about nothing else of the page.
 */
export function openLog(): LogReader {
  const decoder = new TextDecoder();
  let open = '';
  let carry = '';
  let count = 0;
  const lineOf = (raw: string, number: number): { line: LogLine; carry: string } => {
    const made = coloured(cleaned(raw), carry);
    const text = made.pieces.map((piece) => piece.text).join('');
    return { line: { number, text, pieces: made.pieces }, carry: made.carry };
  };
  const whole = (raw: string): readonly LogLine[] => {
    const lines: LogLine[] = [];
    for (let at = 0; at === 0 || at < raw.length; at += longestLine) {
      count += 1;
      const made = lineOf(raw.slice(at, at + longestLine), count);
      carry = made.carry;
      lines.push(made.line);
    }
    return lines;
  };
  return {
    take(bytes) {
      const parts = (open + decoder.decode(bytes, { stream: true })).split('\n');
      open = parts.pop() ?? '';
      const long: string[] = [];
      while (open.length > longestLine) {
        long.push(open.slice(0, longestLine));
        open = open.slice(longestLine);
      }
      return [...parts, ...long].flatMap(whole);
    },
    rest: () => (open === '' ? null : lineOf(open, count + 1).line),
  };
}
