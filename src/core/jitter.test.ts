import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jitterOf } from './jitter.ts';

test('a jitter is at least nothing, below its bound, and the same each time', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(10_000_000), (jobId, fireTime, jitterMs) => {
      const jitter = jitterOf(jobId, fireTime, jitterMs);
      assert.ok(jitter >= 0 && jitter < Math.max(1, jitterMs));
      assert.equal(jitterOf(jobId, fireTime, jitterMs), jitter);
    }),
  );
});

test('a thousand jobs of one minute spread over their jitter', () => {
  const tenths = new Set<number>();
  for (let job = 0; job < 1_000; job += 1)
    tenths.add(Math.floor(jitterOf(`job ${job}`, 1_800_000_000_000, 60_000) / 6_000));
  assert.equal(tenths.size, 10);
});

test('a delay is as it always was, for the same occurrence', () => {
  assert.equal(jitterOf('J', 0, 1_000_000), 567669);
  assert.equal(jitterOf('01ARYZ6S4102468ACEGJMPRTWY', 1_767_600_000_000, 60_000), 33036);
  assert.equal(jitterOf('J', 0, 0), 0);
  assert.equal(jitterOf('J', 0, -5), 0);
  assert.equal(jitterOf('J', 5, 1), 0);
});
