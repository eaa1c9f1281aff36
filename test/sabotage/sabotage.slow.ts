import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sabotages } from './list.ts';
import { commit } from './run.ts';

const only = process.env['SABOTAGE'];

for (const sabotage of sabotages) {
  test(`${sabotage.name}: seen`, {
    skip: only !== undefined && only !== sabotage.name,
  }, async (t) => {
    const { kind, output, tookMs } = await commit(sabotage);
    t.diagnostic(`${kind} in ${tookMs} ms by ${sabotage.by.file}`);
    assert.equal(kind, 'red', output.slice(-4_000));
  });
}
