import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isByHand, sabotages } from './list.ts';
import { commit } from './run.ts';

const only = process.env['SABOTAGE'];
const takesAll = process.env['ALL'] === '1';

for (const sabotage of sabotages) {
  const isOther = only !== undefined && only !== sabotage.name;
  const isLeft = only === undefined && !takesAll && isByHand(sabotage);
  const skip = isLeft ? 'by hand: npm run sabotages' : isOther;
  test(`${sabotage.name}: seen`, { skip }, async (t) => {
    const { kind, output, tookMs } = await commit(sabotage);
    t.diagnostic(`${kind} in ${tookMs} ms by ${sabotage.by.file}`);
    assert.equal(kind, 'red', output.slice(-4_000));
  });
}
