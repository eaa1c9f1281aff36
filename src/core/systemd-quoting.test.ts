import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commandLine, pathWord, unitWord } from './systemd-quoting.ts';

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** What systemd makes of one word in double quotes, by systemd.syntax(7) and the specifiers of systemd.unit(5). */
const readWord = (word: string): string =>
  word
    .slice(1, -1)
    .replaceAll('%%', '%')
    .replace(/\\(?:x([0-9a-f]{2})|(.))/gs, (_, hex: string | undefined, letter: string) =>
      hex === undefined
        ? (letters[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(hex, 16)),
    );

const words = [
  ['plain', '"plain"'],
  ['two words', '"two words"'],
  ['say "hi"', String.raw`"say \"hi\""`],
  [String.raw`a\b`, String.raw`"a\\b"`],
  ['a\nb\rc\td', String.raw`"a\nb\rc\td"`],
  ['\u0001\u001f\u007f', String.raw`"\x01\x1f\x7f"`],
  ['100% of %h', '"100%% of %%h"'],
  ['$HOME', '"$HOME"'],
  ['é✓😀', '"é✓😀"'],
  ['', '""'],
] as const;
describe('a word of a unit', () => {
  for (const [text, written] of words) {
    test(`${JSON.stringify(text)} is written ${written}`, () =>
      assert.equal(unitWord(text), written));
  }

  test('is read by systemd as it was meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(readWord(unitWord(text)), text);
      }),
    );
  });
});

describe('a command of a unit', () => {
  test('has its variables written out in arguments, and none in the program', () => {
    assert.equal(
      commandLine(['/opt/$x/node', '$HOME', 'a$$b']),
      '"/opt/$x/node" "$$HOME" "a$$$$b"',
    );
  });
  test('without a program is an empty one', () => assert.equal(commandLine([]), '""'));
});

const paths = [
  ['/home/ana', '"/home/ana"'],
  ['/a b:c', String.raw`"/a b\:c"`],
  [String.raw`/a\b"c`, String.raw`"/a\\b\"c"`],
  ['/50%/é', '"/50%%/é"'],
  ['/a\nb', null],
  ['/a\tb', null],
  ['/a\u007fb', null],
] as const;
for (const [path, written] of paths) {
  test(`a path ${JSON.stringify(path)} ${written === null ? 'cannot be written' : `is written ${written}`}`, () =>
    assert.equal(pathWord(path), written));
}
