import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Solo } from './solo.ts';

test('the row of a holder that has nothing to do is written with a renewal, and never older than 36 s', async () => {
  const solo = await Solo.open();
  let alone = 0;
  solo.start(({ store }) => ({
    store: {
      ...store,
      instances: {
        ...store.instances,
        report: async (row) => {
          alone += 1;
          await store.instances.report(row);
        },
      },
    },
  }));
  await solo.pass(40_000);
  assert.ok(alone > 0, 'the first is written when it is true');
  alone = 0;
  const ages: number[] = [];
  for (let second = 0; second < 300; second += 1) {
    await solo.pass(1_000);
    const rows = await solo.cluster.store.instances.list('default');
    ages.push(...rows.map(({ seenAt }) => solo.cluster.timeline.now().wall - seenAt));
  }
  assert.equal(alone, 0, 'a commit of its own');
  assert.equal(ages.length, 300);
  assert.ok(Math.max(...ages) <= 36_000, `${Math.max(...ages)} ms old`);
});
