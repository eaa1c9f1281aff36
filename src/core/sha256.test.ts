import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from './sha256.ts';

test('a digest is that of the standard, whatever the text', () => {
  const theirs = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 10_000])
    assert.equal(sha256('ä'.repeat(length)), theirs('ä'.repeat(length)));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      assert.equal(sha256(text), theirs(text));
    }),
  );
});
