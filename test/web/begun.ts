import assert from 'node:assert/strict';
import type { Fence } from '../../src/core/lease.ts';
import { attemptOf } from '../conformance/store-samples.ts';
import type { World } from '../operations/world.ts';
import { liveIn } from './seed.ts';

/** The lived-in profile, with its one queued run begun by the service that owns it, and what that run has written so far. */
export async function liveWithRun(
  world: World,
  output: string,
): Promise<{ readonly fence: Fence; readonly run: string }> {
  const fence = await liveIn(world);
  const [queued] = await world.store.runs.list('default', { states: ['queued'], limit: 1 });
  assert.ok(queued !== undefined, 'nothing is queued');
  const lease = await world.store.leases.read('default');
  assert.ok(lease.holder !== null);
  const attempt = attemptOf(queued.id, fence, { provenance: lease.holder.provenance });
  const begun = await world.store.runs.authorise(fence, [{ attempt }]);
  assert.ok(begun.kind === 'done' && begun.value.length === 1, 'the run did not begin');
  const startedAt = world.now();
  await world.store.runs.markBegan(fence, [{ runId: queued.id, number: 1, startedAt }]);
  world.output.set(queued.id, new TextEncoder().encode(output));
  return { fence, run: queued.id };
}
