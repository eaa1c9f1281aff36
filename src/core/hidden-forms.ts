import { type Hidden, shortestHidden } from './secret.ts';

/** One place of a form: the ways in which it may be written, each a few bytes. */
type Place = readonly Uint8Array[];

/** One way in which a value may appear; where `wraps`, a line break may stand before any place but the first. */
export type Form = {
  readonly name: string;
  readonly places: readonly Place[];
  readonly wraps: boolean;
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * The forms of what must not be seen: as it is, escaped for JSON or for a URL, byte by byte in any mixture, and in base64 at each of
 * the three places in which it may begin there, in both alphabets, wrapped or not. Values that are too short have none.
 */
export const formsOf = (hidden: readonly Hidden[]): readonly Form[] =>
  hidden
    .filter(({ value }) => [...value].length >= shortestHidden)
    .flatMap(({ name, value }) => [
      { name, places: [...value].map(written), wraps: false },
      ...[0, 1, 2].map((shift) => ({ name, places: base64Places(value, shift), wraps: true })),
    ]);

/** The ways to write one character. */
function written(character: string): Place {
  const bytes = bytesOf(character);
  const percent = [...bytes].map((byte) => `%${hexOf(byte, 2)}`).join('');
  const units = [...character.split('')].map((unit) => hexOf(unit.charCodeAt(0), 4));
  const escaped = units.map((unit) => `\\u${unit}`).join('');
  const texts = [character, percent, percent.toUpperCase(), escaped];
  texts.push(units.map((unit) => `\\u${unit.toUpperCase()}`).join(''));
  if (character === ' ') texts.push('+');
  if ('"\\/'.includes(character)) texts.push(`\\${character}`);
  if (character === '\t') texts.push('\\t');
  if (character === '\b') texts.push('\\b');
  if (character === '\f') texts.push('\\f');
  return [...new Set(texts)].map(bytesOf);
}

/** The letters that only the value decides, when `shift` bytes of something else stand before it in its group of three. */
function base64Places(value: string, shift: number): readonly Place[] {
  const bytes = bytesOf(value);
  const text = btoa('\0'.repeat(shift) + String.fromCharCode(...bytes));
  const from = Math.ceil((shift * 8) / 6);
  const to = Math.floor(((shift + bytes.length) * 8) / 6);
  return [...text.slice(from, to)].map((letter) => {
    if (letter === '+') return [bytesOf('+'), bytesOf('-'), bytesOf('%2B'), bytesOf('%2b')];
    if (letter === '/')
      return [bytesOf('/'), bytesOf('_'), bytesOf('%2F'), bytesOf('%2f'), bytesOf('\\/')];
    return [bytesOf(letter)];
  });
}
