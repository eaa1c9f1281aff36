import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdOf } from './crowd.ts';

const nine = 1_800_000_000_000;

test('one job alone is no crowd', () => {
  assert.equal(crowdOf([]), null);
  assert.equal(crowdOf([nine]), null);
  assert.equal(crowdOf([nine, nine + 2_001]), null);
});

test('who is due within two seconds of the first is counted, and told of two seconds before it', () => {
  assert.deepEqual(crowdOf([nine, nine, nine + 2_000, nine + 2_001]), {
    tellAt: nine - 2_000,
    size: 3,
  });
});
