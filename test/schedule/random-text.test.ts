import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadInstantReader } from '../../src/core/natural-language.ts';
import { fuzzTexts } from './random-text.ts';

test('no text of fifty thousand makes a parser throw, refuse without advice, or take 50 ms', async () => {
  const { SEED: seed = '1' } = process.env;
  const result = fuzzTexts(50_000, Number(seed), 50, await loadInstantReader());
  assert.ok(result.understood > 500, `only ${result.understood} were understood`);
  assert.deepEqual(result.faults.slice(0, 5), [], `SEED=${seed}`);
});
