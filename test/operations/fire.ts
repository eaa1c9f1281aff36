import { planFiring } from '../../src/core/firing.ts';
import type { Fence } from '../../src/core/lease.ts';
import type { World } from './world.ts';

/** What the holder's loop does with the job that is due. */
export async function fire(world: World, fence: Fence): Promise<void> {
  const [job] = await world.store.jobs.due(fence.profile, world.now(), 1);
  if (job === undefined) throw new Error('Nothing is due.');
  const plan = planFiring(job, {
    now: world.now(),
    epoch: fence.epoch,
    newId: () => world.context.ids.next(),
    termSince: world.now(),
    gaps: [],
    isBusy: false,
    catchUpsBefore: 0,
  });
  await world.store.runs.fire(fence, [plan]);
}
