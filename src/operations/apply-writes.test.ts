import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pauseAfter } from './apply-writes.ts';

/** When SQLite looks at the lock again, in milliseconds after the look before; it gives up after a hundred altogether. */
const inSqlite = [1, 2, 5, 10, 15, 20, 25, 22];

/** When somebody looks who began to wait at 0 (`sqlite-driver.ts`), until `endMs`. `chances` are between 0 and 1. */
function looksOf(chances: readonly number[], endMs: number): readonly number[] {
  const looks = [0];
  let at = 0;
  for (let round = 0; at < endMs; round += 1) {
    for (const delayMs of inSqlite) {
      at += delayMs;
      looks.push(at);
    }
    at += Math.min(250, 10 * 2 ** round) * (0.5 + (chances[round % chances.length] ?? 1));
    looks.push(at);
  }
  return looks;
}

test('whoever waited while a slice was written finds the lock free', () => {
  const percent = fc.integer({ min: 0, max: 100 });
  const chances = fc.array(percent, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(chances, fc.integer({ min: 0, max: 3_000 }), percent, (chance, tookMs, share) => {
      // It began to wait at the beginning of the slice or later.
      const waitedMs = (tookMs * share) / 100;
      const freeUntil = waitedMs + pauseAfter(tookMs);
      const looks = looksOf(
        chance.map((one) => one / 100),
        freeUntil,
      );
      assert.ok(looks.some((at) => at >= waitedMs && at <= freeUntil));
    }),
    { numRuns: 5_000 },
  );
});

test('a slice of a busy disk does not stretch the pause without end', () => {
  assert.equal(pauseAfter(0), 30);
  assert.equal(pauseAfter(200), 30);
  assert.equal(pauseAfter(400), 200);
  assert.equal(pauseAfter(60_000), 375);
});
