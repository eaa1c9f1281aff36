import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sabotages } from './list.ts';
import { commit } from './run.ts';

const only = process.env['SABOTAGE'];

test('each sabotage has a name of its own', () => {
  assert.equal(new Set(sabotages.map(({ name }) => name)).size, sabotages.length);
});

for (const sabotage of sabotages) {
  test(`${sabotage.name}: seen`, {
    skip: only !== undefined && only !== sabotage.name,
  }, async (t) => {
    const { kind, output, tookMs } = await commit(sabotage);
    t.diagnostic(`${kind} in ${tookMs} ms by ${sabotage.by.file}`);
    assert.equal(kind, 'red', output.slice(-4_000));
  });
}
