import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isToStore, OurBench } from './our-bench.ts';
import { doubled, every, monday, silent } from './story.ts';

/** The bugs of peers with dead and hot loops, for each call to the store instead of one. */

async function withJob() {
  const bench = await OurBench.open(monday);
  const schedule = every(bench, 10_000);
  const job = await bench.add(schedule, 500);
  const wrong = async () => ({
    doubled: doubled(bench),
    silent: await silent(bench, job, schedule, monday),
    cut: await bench.cut(),
    said: await bench.saysItRuns(),
  });
  return { bench, wrong };
}

const nothing = { doubled: 0, silent: 0, cut: 0, said: true };

test('whichever call to the store breaks once, unforeseen, the loop goes on within seconds', async () => {
  const broken = new Set<string>();
  for (let nth = 1; nth <= 40; nth += 1) {
    const { bench, wrong } = await withJob();
    let calls = 0;
    bench.cluster.intercept = (_pid, name) => {
      if (!isToStore(name)) return {};
      calls += 1;
      if (calls !== nth) return {};
      broken.add(name);
      throw new TypeError('injected: nobody foresaw this');
    };
    bench.start();
    await bench.pass(45_000);
    assert.ok(calls > nth);
    assert.equal(bench.begins().length, 4, `call ${nth}\n${bench.cluster.log.join('\n')}`);
    assert.deepEqual(await wrong(), nothing, `call ${nth}`);
  }
  assert.ok(broken.size >= 12, [...broken].join(' '));
});

for (const name of ['renew', 'due', 'fire', 'authorise', 'settle', 'nextFireTimes'])
  test(`while every ${name} fails for 20 s, status says so, the loop stays cool, and then all is accounted for`, async () => {
    const { bench, wrong } = await withJob();
    let failed = 0;
    bench.start();
    await bench.pass(15_000);
    bench.cluster.intercept = (_pid, called) => {
      if (called !== name) return {};
      failed += 1;
      throw new TypeError('injected: nobody foresaw this');
    };
    const before = bench.wakeUps();
    await bench.pass(20_000);
    const wakesEachSecond = (bench.wakeUps() - before) / 20;
    assert.equal(await bench.saysItRuns(), false);
    assert.ok(failed > 10);
    assert.ok(wakesEachSecond <= 5, `${wakesEachSecond} wake-ups a second`);
    bench.cluster.intercept = () => ({});
    const begun = bench.begins().length;
    await bench.pass(30_000);
    assert.ok(bench.begins().length >= begun + 3);
    assert.deepEqual(await wrong(), nothing);
  });

test('while every markBegan fails for 20 s, the end of a run tells that it began', async () => {
  const { bench, wrong } = await withJob();
  let failed = 0;
  bench.start();
  bench.cluster.intercept = (_pid, called) => {
    if (called !== 'markBegan') return {};
    failed += 1;
    throw new TypeError('injected: nobody foresaw this');
  };
  await bench.pass(20_000);
  bench.cluster.intercept = () => ({});
  await bench.pass(25_000);
  assert.ok(failed > 0);
  assert.ok(bench.begins().length >= 4, bench.cluster.log.join('\n'));
  assert.deepEqual(await wrong(), nothing);
});

test('while no process can be made, status says so within 5 s, and no longer than that', async () => {
  const { bench, wrong } = await withJob();
  bench.start();
  await bench.pass(15_000);
  bench.cluster.machine.isFull = true;
  const since = bench.wakeUps();
  await bench.pass(8_000);
  assert.equal(await bench.saysItRuns(), false);
  assert.ok((bench.wakeUps() - since) / 10.5 <= 5);
  await bench.pass(30_000);
  assert.equal(await bench.saysItRuns(), false);
  const [failed] = await bench.cluster.store.runs.list('default', { states: ['ended'], limit: 1 });
  assert.equal(failed?.reason, 'start_failed');
  assert.equal(bench.begins().length, 1);
  bench.cluster.machine.isFull = false;
  await bench.pass(2_500);
  assert.equal(await bench.saysItRuns(), true);
  await bench.pass(20_000);
  assert.ok(bench.begins().length >= 3);
  assert.equal((await wrong()).silent, 0);
});

test('a job that cannot be started does not make status say that nothing runs', async () => {
  const { bench } = await withJob();
  bench.start();
  await bench.pass(5_000);
  bench.cluster.machine.prepareFaults = 1;
  await bench.pass(25_000);
  assert.equal(bench.begins().length, 0);
  assert.equal(await bench.saysItRuns(), true);
});
