import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster, Member } from './cluster.ts';
import { openScene } from './scene.ts';

const holderOf = async ({ store }: Cluster): Promise<string | undefined> =>
  (await store.leases.read('default')).holder?.instanceId;

/** A service took the profile from a runner that somebody started by hand, and is no service any more; another one is. */
async function afterPreemption(): Promise<{ cluster: Cluster; first: Member; second: Member }> {
  const { cluster } = await openScene(3);
  cluster.join();
  await cluster.pass(5_000);
  const first = cluster.join({ level: 'proven', unit: 'one.service' });
  await cluster.pass(60_000);
  assert.equal(await holderOf(cluster), first.id);
  first.level = 'unknown';
  first.unit = undefined;
  const second = cluster.join({ level: 'proven', unit: 'two.service' });
  await cluster.pass(150_000);
  return { cluster, first, second };
}

test('after a change of hands for a higher tier the next one waits five minutes', async () => {
  const { cluster, first, second } = await afterPreemption();
  assert.equal(await holderOf(cluster), first.id);
  await cluster.pass(240_000);
  assert.equal(await holderOf(cluster), second.id);
});

test('a change of hands that seems to lie ahead, because the clock was set back, holds up nobody', async () => {
  const { cluster, second } = await afterPreemption();
  cluster.timeline.wallOffset -= 3_600_000;
  await cluster.pass(60_000);
  assert.equal(await holderOf(cluster), second.id);
});
