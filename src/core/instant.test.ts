import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toIso } from './instant.ts';

/** The furthest instants that there is a date for. */
const furthestMs = 8_640_000_000_000_000;

test('an instant is written as Date writes it, whatever was written before', () => {
  const instants = fc.oneof(
    fc.integer({ min: -furthestMs, max: furthestMs }),
    fc.integer({ min: -200_000_000, max: 200_000_000 }),
    fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(instants, { minLength: 1 }), (all) => {
      for (const at of all) assert.equal(toIso(at), new Date(at).toISOString());
    }),
  );
});

test('what is no instant is not written', () => {
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, furthestMs + 1])
    assert.throws(() => toIso(at), RangeError);
});
