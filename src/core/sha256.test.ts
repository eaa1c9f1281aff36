import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from './sha256.ts';

const byNode = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a hash is the one of the standard, for texts of every length around a block', () => {
  for (let length = 0; length < 200; length += 1) {
    const text = 'é'.repeat(length);
    assert.equal(sha256(text), byNode(text));
  }
});

test('a hash is the one of the standard, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(sha256(text), byNode(text));
    }),
  );
});
