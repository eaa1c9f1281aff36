import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeIds } from './ids.ts';

const pattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

test('ids ascend whatever the wall clock does, and never repeat', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 40), { minLength: 2, maxLength: 50 }), (walls) => {
      let index = 0;
      const ids = makeIds(() => walls[index++ % walls.length] ?? 0);
      const made = Array.from({ length: 80 }, () => ids.next());
      for (const id of made) assert.match(id, pattern);
      for (let at = 1; at < made.length; at += 1)
        assert.ok((made[at - 1] ?? '') < (made[at] ?? ''));
    }),
  );
});

test('the first ten digits are the time as ULID defines it', () => {
  const ids = makeIds(() => 1_469_918_176_385);
  assert.equal(ids.next().slice(0, 10), '01ARYZ6S41');
});

test('ids ascend even when the random part overflows', () => {
  const ids = makeIds(
    () => 5,
    (count) => new Uint8Array(count).fill(255),
  );
  const first = ids.next();
  assert.ok(first.endsWith('ZZZZZZZZZZZZZZZZ'));
  assert.ok(first < ids.next());
});
