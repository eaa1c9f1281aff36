import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from './cluster.ts';
import { openScene } from './scene.ts';

/** Dashboards between a profile and those who run it. */

const holderOf = async ({ store }: Cluster): Promise<string | undefined> =>
  (await store.leases.read('default')).holder?.instanceId;

const ranIn = async ({ store }: Cluster): Promise<number> =>
  (await store.runs.list('default', { limit: 1_000 })).filter(({ startedAt }) => startedAt !== null)
    .length;

for (const role of ['runner', 'gateway'] as const)
  test(`a dashboard that schedules gives way to a ${role} after half a minute, and is there again when that ends`, async () => {
    const { cluster, every, addJob, faults } = await openScene(5);
    await addJob(every(1_000), { overlap: 'allow' });
    const dashboard = cluster.join({ role: 'dashboard' });
    await cluster.pass(20_000);
    assert.equal(await holderOf(cluster), dashboard.id);
    const other = cluster.join({ role });
    await cluster.pass(25_000);
    assert.equal(await holderOf(cluster), dashboard.id, 'it was not waited for a steady one');
    await cluster.pass(15_000);
    assert.equal(await holderOf(cluster), other.id);
    const [entry] = await cluster.store.audit.list('default', {
      kinds: ['owner.preempt'],
      limit: 1,
    });
    assert.equal(entry?.subject, other.id, 'it did not drain for it');
    other.stop.abort();
    await cluster.pass(5_000);
    assert.equal(await holderOf(cluster), dashboard.id);
    const ran = await ranIn(cluster);
    assert.ok(ran > 55, `only ${ran} runs began`);
    assert.deepEqual(await faults(), []);
  });

test('whoever only asks never owns, and never starts a starter, even when nobody else is there', async () => {
  const { cluster, every, addJob } = await openScene(5);
  await addJob(every(1_000));
  const starters = new Set<number>();
  const asking = [
    cluster.join({ role: 'dashboard', schedules: false }),
    cluster.join({ role: 'desktop', schedules: false }),
    cluster.join({ role: 'desktop', schedules: false, level: 'proven', unit: 'x.service' }),
  ];
  for (let second = 0; second < 120; second += 1) {
    await cluster.pass(1_000);
    for (const pid of cluster.machine.starters) starters.add(pid);
  }
  assert.equal(await holderOf(cluster), undefined);
  assert.equal(await ranIn(cluster), 0);
  assert.deepEqual([...starters], []);
  const rows = await cluster.store.instances.list('default');
  assert.deepEqual(
    rows.map(({ standing }) => standing),
    asking.map(() => 'delegator'),
  );
  // The same watch sees the starter of one that may own.
  const runner = cluster.join();
  await cluster.pass(5_000);
  assert.equal(await holderOf(cluster), runner.id);
  assert.equal(cluster.machine.starters.size, 1);
});
