import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeBytes, escapeControls, escapeLine } from './escape.ts';

const cases = [
  { name: 'a terminal escape', text: '\u001b[2J', shown: '\\x1b[2J' },
  { name: 'NUL', text: 'a\0b', shown: 'a\\x00b' },
  {
    name: 'a carriage return that would overwrite the line',
    text: 'ok\rfailed',
    shown: 'ok\\x0dfailed',
  },
  { name: 'a line end of another system as a line end', text: 'a\r\nb', shown: 'a\nb' },
  { name: 'a one-byte control sequence', text: '\u009b31m', shown: '\\x9b31m' },
  { name: 'a mark that turns the reading direction', text: 'a\u202eb', shown: 'a\\u{202e}b' },
  { name: 'an isolate', text: '\u2066x\u2069', shown: '\\u{2066}x\\u{2069}' },
  { name: 'a character nobody sees', text: 'a\u200bb\ufeff', shown: 'a\\u{200b}b\\u{feff}' },
  { name: 'hidden tags', text: 'a\u{e0041}', shown: 'a\\u{e0041}' },
  { name: 'half a character', text: '\ud800', shown: '\\u{d800}' },
  {
    name: 'words, tabs and emoji unchanged',
    text: 'Wäsche\t漢字 👩‍👩‍👧',
    shown: 'Wäsche\t漢字 👩‍👩‍👧',
  },
];
for (const { name, text, shown } of cases) {
  test(`shows ${name}`, () => assert.equal(escapeControls(text), shown));
}

test('a line stays one line', () => assert.equal(escapeLine('a\nb\tc'), 'a\\nb\\tc'));

test('no text can bring a control character through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(escapeLine(text), /[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const broken = [
  { name: 'a byte that begins nothing', input: bytes(0x61, 0xff, 0x62), text: 'a\\xffb' },
  { name: 'an overlong form', input: bytes(0xc0, 0x80), text: '\\xc0\\x80' },
  { name: 'an encoded surrogate', input: bytes(0xed, 0xa0, 0x80), text: '\\xed\\xa0\\x80' },
  {
    name: 'what is past the last character',
    input: bytes(0xf4, 0x90, 0x80, 0x80),
    text: '\\xf4\\x90\\x80\\x80',
  },
];
for (const { name, input, text } of broken) {
  test(`writes out ${name}`, () => assert.equal(escapeBytes(input).text, text));
}

test('a character cut off by the end is held back', () => {
  const { text, rest } = escapeBytes(bytes(0x61, 0xf0, 0x9f));
  assert.equal(text, 'a');
  assert.deepEqual(rest, bytes(0xf0, 0x9f));
});

test('bytes read in two pages show as the same text as in one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      const first = escapeBytes(one);
      const second = escapeBytes(Buffer.concat([first.rest, other]));
      const whole = escapeBytes(Buffer.concat([one, other]));
      const normal = (text: string): string => text.replaceAll('\\x0d\n', '\n');
      assert.equal(normal(first.text + second.text), normal(whole.text));
    }),
  );
});

test('well-formed text of bytes is the escaped text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { text: shown, rest } = escapeBytes(new TextEncoder().encode(text));
      assert.equal(shown, escapeControls(text));
      assert.equal(rest.length, 0);
    }),
  );
});

test('a byte order mark is shown, not swallowed', () => {
  assert.equal(escapeBytes(bytes(0xef, 0xbb, 0xbf, 0x61)).text, '\\u{feff}a');
});
