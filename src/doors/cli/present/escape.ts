/**
 * Text from jobs, files and programs can hold terminal escapes, invisible characters and characters that turn the
 * reading direction. Shown as they are, they could forge a screen; so all of them are written out.
 */

/** Surrogates alone are named by their numbers: to find them by their category takes longer than to answer. */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u{d800}-\u{dfff}\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
};

/** Safe text that keeps its line breaks and tabs. */
export const escapeControls = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(forbidden, escaped);

/** Safe text on one line. */
export const escapeLine = (text: string): string =>
  escapeControls(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** Length of the well-formed UTF-8 sequence at `start`: 0 when there is none, -1 when the bytes end within it. */
function sequenceLength(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (let offset = 1; offset < length; offset += 1) {
    const next = bytes[start + offset];
    if (next === undefined) return -1;
    if (next < 0x80 || next > 0xbf) return 0;
    if (offset === 1 && !isSecond(first, next)) return 0;
  }
  return length;
}

/** The second byte rules out overlong forms, surrogates and what is past the last code point. */
function isSecond(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  if (first === 0xf4) return second < 0x90;
  return true;
}

/** Safe text of bytes that should be UTF-8, with what is invalid written out; `rest` is a sequence cut off by the end. */
export function escapeBytes(bytes: Uint8Array): {
  readonly text: string;
  readonly rest: Uint8Array;
} {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let from = 0;
  let at = 0;
  const flush = (): void => {
    if (at > from) text += escapeControls(decoder.decode(bytes.subarray(from, at)));
  };
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === -1) break;
    if (length === 0) {
      flush();
      text += escaped(String.fromCharCode(bytes[at] ?? 0));
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  flush();
  return { text, rest: bytes.slice(at) };
}
