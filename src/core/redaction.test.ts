import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formsOf } from './hidden-forms.ts';
import { hiddenOf, hiddenVariables, StreamRedactor, textRedactor } from './redaction.ts';
import type { Hidden } from './secret.ts';

const key = 'sk-"q\\uo/te\' é✓😀 +=&';
const hidden: readonly Hidden[] = [{ name: 'KEY', value: key }];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string): string => text.replace(/.{8}/g, '$&\n');
const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[^ -~]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const ways: readonly (readonly [string, string])[] = [
  ['as it is', key],
  ['as JSON', JSON.stringify(key)],
  ['as JSON in ASCII', asciiJson(key)],
  ['as JSON with its slashes escaped', JSON.stringify(key).replaceAll('/', '\\/')],
  ['as a part of a URL', encodeURIComponent(key)],
  ['as a part of a URL in small letters', encodeURIComponent(key).toLowerCase()],
  ['as a field of a form', new URLSearchParams({ key }).toString()],
  ['in base64', base64(key)],
  ['in base64 after one byte', base64(`a${key}b`)],
  ['in base64 after two bytes', base64(`ab${key}c`)],
  ['in base64 for URLs', Buffer.from(key).toString('base64url')],
  ['in base64 with line breaks', wrapped(base64(key))],
  ['in base64 with the line breaks of mail', wrapped(base64(key)).replaceAll('\n', '\r\n')],
  ['in base64 with a line for each letter', base64(key).replace(/./g, '$&\n')],
];

/** The longest run of letters of `way` that is still there. */
const leaks = (text: string, way: string): boolean => {
  const inner = way.replace(/\s/g, '');
  const seen = text.replace(/\s/g, '');
  for (let at = 0; at + 8 <= inner.length; at += 1) {
    if (seen.includes(inner.slice(at, at + 8))) return true;
  }
  return false;
};

const through = (redactor: StreamRedactor, chunks: readonly Uint8Array[]): string =>
  Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.end()]).toString();

describe('a redactor', () => {
  for (const [name, way] of ways) {
    test(`hides a value ${name}, however it is cut into chunks`, () => {
      const bytes = Buffer.from(`before ${way} after`);
      for (const size of [1, 2, 7, bytes.length]) {
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const text = through(new StreamRedactor(hidden), chunks);
        assert.ok(!leaks(text, way), text);
        assert.match(text, /^before .*\[secret KEY\].* after$/s);
      }
    });
  }

  test('hides what JSON writes with a letter for it', () => {
    const value = 'tab\tback\bfeed\f';
    const redact = textRedactor([{ name: 'ODD', value }]);
    assert.equal(redact(JSON.stringify(value)), '"[secret ODD]"');
  });

  test('hides the first part of a value that the end cuts off', () => {
    const text = through(new StreamRedactor(hidden), [Buffer.from(`said sk-"q\\u`)]);
    assert.equal(text, 'said [secret KEY]');
  });

  test('keeps an end that is a value by accident only', () => {
    assert.equal(through(new StreamRedactor(hidden), [Buffer.from('ask')]), 'ask');
    assert.equal(through(new StreamRedactor(hidden), [Buffer.from('sk-"other')]), 'sk-"other');
  });

  test('hides the longer of two values that begin alike', () => {
    const both = [
      { name: 'SHORT', value: 'abcdef' },
      { name: 'LONG', value: 'abcdefghi' },
    ];
    const redact = textRedactor(both);
    assert.equal(redact('abcdefghi abcdef abcdefgh'), '[secret LONG] [secret SHORT] [secret LONG]');
    assert.equal(redact('abcdefgx'), '[secret SHORT]gx');
    assert.equal(textRedactor([...both].reverse())('abcdefghi'), '[secret LONG]');
  });

  test('names the first of two that are the same', () => {
    const twice = ['ONE', 'TWO'].map((name) => ({ name, value: 'abcdef' }));
    assert.equal(textRedactor(twice)('abcdef'), '[secret ONE]');
  });

  test('names the value that the end cut off, not one that begins alike', () => {
    const both = [
      { name: 'CUT', value: 'abcdefgh' },
      { name: 'ALIKE', value: 'abcdxxxx' },
    ];
    for (const known of [both, [...both].reverse()])
      assert.equal(textRedactor(known)('see abcde'), 'see [secret CUT]');
  });

  const kept = [
    ['three letters of a value at the end', 'see abc'],
    ['four letters of a value but not at the end', 'see abcd.'],
    ['a value whose letters differ by one byte of two', 'abcdéf'],
    ['a value with a line break in it, outside of base64', 'abc\ndèf'],
    ['base64 with empty lines in it', `${base64('abcdèf').replace(/.{4}/g, '$&\n\n\n')}.`],
  ] as const;
  for (const [name, text] of kept) {
    test(`keeps ${name}`, () =>
      assert.equal(textRedactor([{ name: 'V', value: 'abcdèf' }])(text), text));
  }

  test('hides four letters of a value at the end', () => {
    assert.equal(textRedactor([{ name: 'V', value: 'abcdèf' }])('see abcd'), 'see [secret V]');
  });

  test('hides nothing shorter than six letters', () => {
    assert.equal(textRedactor([{ name: 'PIN', value: '12345' }])('pin 12345'), 'pin 12345');
  });

  test('is told its values by variables and reads them back', () => {
    const both = [...hidden, { name: 'OTHER', value: 'a=b=c' }];
    assert.deepEqual(hiddenOf({ ...hiddenVariables(both), PATH: '/bin', LS_COLORS: 'a=b' }), both);
  });

  test('takes no variable for a value that has no name', () => {
    const prefix = Object.keys(hiddenVariables(hidden))[0]?.slice(0, -1);
    assert.deepEqual(hiddenOf({ [`${prefix}1`]: 'nothing', [`${prefix}2`]: '=value' }), []);
  });
});

/** The same over the whole text, every way tried from every place. */
function naive(values: readonly Hidden[], bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const forms = formsOf(values).map(({ name, places, wraps }) => ({
    name,
    wraps,
    places: places.map((place) => place.map((way) => Buffer.from(way).toString('latin1'))),
  }));
  const longest = (places: readonly string[][], at: number, wraps: boolean): number => {
    const [place, ...rest] = places;
    if (place === undefined) return at;
    const ends = place.filter((way) => text.startsWith(way, at)).map((way) => at + way.length);
    const breaks = (end: number): number =>
      wraps && rest.length > 0 ? (/^[\r\n]{0,2}/.exec(text.slice(end))?.[0].length ?? 0) : 0;
    return Math.max(-1, ...ends.map((end) => longest(rest, end + breaks(end), wraps)));
  };
  let out = '';
  for (let at = 0; at < text.length; ) {
    let best = { name: '', end: at };
    for (const { name, places, wraps } of forms) {
      const end = longest(places, at, wraps);
      if (end > best.end) best = { name, end };
    }
    out += best.end === at ? text.charAt(at) : `[secret ${best.name}]`;
    at = Math.max(at + 1, best.end);
  }
  return Buffer.from(out, 'latin1').toString();
}

test('a redactor of a stream answers what a naive one makes of the whole', () => {
  const values = fc.string({
    unit: fc.constantFrom('a', 'b', '%', '+', '"'),
    minLength: 6,
    maxLength: 9,
  });
  const piece = (value: string) =>
    fc.constantFrom(
      value,
      encodeURIComponent(value),
      JSON.stringify(value),
      base64(value),
      base64(`x${value}y`),
      'ab',
      '%',
      value.slice(0, 4),
      '\n',
    );
  let seen = 0;
  fc.assert(
    fc.property(
      values.chain((value) =>
        fc.array(piece(value), { maxLength: 8 }).map((parts) => ({ value, parts })),
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      ({ value, parts }, sizes) => {
        const known = [{ name: 'V', value }];
        // The end belongs to no value, so that nothing is cut off there.
        const bytes = Buffer.from(`${parts.join('')}~~~~`);
        const chunks = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const text = through(new StreamRedactor(known), chunks);
        assert.equal(text, naive(known, bytes));
        if (text.includes('[secret V]')) seen += 1;
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(seen > 100, `only ${seen} had something to hide`);
});
