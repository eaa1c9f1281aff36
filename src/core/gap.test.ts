import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addGap, type GapFact, isSameGap } from './gap.ts';

const gap = (from: number, fields: Partial<GapFact> = {}): GapFact => ({
  kind: 'paused',
  from,
  until: from + 10,
  ms: 10,
  count: 1,
  ...fields,
});

test('gaps are kept one by one as long as they are few', () => {
  const untold = [gap(0), gap(20, { kind: 'asleep' })];
  assert.deepEqual(addGap(untold, gap(40)), [...untold, gap(40)]);
});

test('of too many gaps none is lost: those of a kind become one, and the first stays as it is', () => {
  let untold: readonly GapFact[] = [];
  for (let index = 0; index < 20; index += 1) untold = addGap(untold, gap(index * 20));
  assert.equal(untold.length, 8);
  assert.deepEqual(untold[0], gap(0));
  assert.deepEqual(untold.at(-1), gap(140, { until: 390, ms: 130, count: 13 }));
  const other = addGap(untold, gap(500, { kind: 'stepped' }));
  assert.equal(other.length, 9);
  const counted = other.reduce((sum, { count }) => sum + count, 0);
  assert.equal(counted, 21);
});

test('a gap is known again by its ends and its length', () => {
  assert.ok(isSameGap(gap(5), { from: 5, until: 15, ms: 10, count: 1 }));
  for (const other of [{ from: 6 }, { until: 16 }, { ms: 11 }])
    assert.equal(isSameGap(gap(5), { from: 5, until: 15, ms: 10, ...other }), false);
});
