import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWindow, type GridResult, tenthOfGrid } from './grid.ts';

test('a tenth of all clock changes from 2000 to 2040 agrees with the minute stepper', () => {
  const { SEED: seed = '1' } = process.env;
  const result: GridResult = { windows: 0, comparisons: 0, fires: 0, differences: [] };
  for (const window of tenthOfGrid(Number(seed)).windows) compareWindow(window, result);
  assert.ok(result.windows > 300, `only ${result.windows} windows were compared`);
  assert.deepEqual(result.differences.slice(0, 5), [], `SEED=${seed}`);
});
