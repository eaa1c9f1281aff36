import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Interception } from './reach.ts';
import { openScene } from './scene.ts';

type Strike = NonNullable<Interception['strikes']>;

const strikes: readonly Strike[] = ['crash-before', 'crash-after', 'pause-before', 'pause-after'];
const sceneMs = 16_000;
const pauseMs = 20_000;

/** Half a minute of a holder's life, struck at its nth call to the world; then a minute in which a standby must have put all in order. */
async function strikeAt(nth: number, strike: Strike) {
  const { cluster, addJob, every, watch, faults } = await openScene(nth);
  cluster.machine.runMs = 1_500;
  await addJob(every(3_000), { overlap: 'skip', retries: 1, retryDelayMs: 1_000 });
  await addJob(every(5_000), { overlap: 'replace' });
  await addJob(every(4_000), { overlap: 'allow', onLoss: 'rerun' });
  let calls = 0;
  let struck = false;
  let isOver = false;
  cluster.intercept = (pid) => {
    const [holder] = cluster.members;
    if (pid !== holder?.pid) return {};
    calls += 1;
    if (calls !== nth || isOver) return {};
    struck = true;
    cluster.timeline.after(pauseMs, () => cluster.resume(holder));
    return { strikes: strike };
  };
  cluster.join();
  await cluster.pass(500);
  cluster.join();
  await cluster.pass(sceneMs);
  isOver = true;
  cluster.join();
  await cluster.pass(45_000);
  const { wall } = cluster.timeline.now();
  const recent = cluster.machine.witness.filter(({ at }) => at > wall - 12_000);
  const lost = recent.length < 6 ? [`only ${recent.length} runs in the last 12 s`] : [];
  return { struck, faults: [...(await faults()), ...lost], checks: watch.checks };
}

for (const strike of strikes) {
  test(`a holder struck at each of its calls (${strike}): nothing is doubled, silent or stuck`, async (t) => {
    let nth = 1;
    for (; ; nth += 1) {
      const { struck, faults } = await strikeAt(nth, strike);
      if (!struck) break;
      assert.deepEqual(faults, [], `call ${nth}`);
    }
    t.diagnostic(`${nth - 1} calls`);
    assert.ok(nth > 100, `the scene has only ${nth} calls`);
  });
}
