import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as crc32OfZlib } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from './crc32.ts';

test('the sum of the digits is the one that is printed in every description', () => {
  assert.equal(crc32('123456789'), 0xcbf4_3926);
});

test('any text has the sum that zlib finds: stores are read by both', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      assert.equal(crc32(text), crc32OfZlib(text));
    }),
  );
});
