import type { Fence, Lease } from '../../src/core/lease.ts';
import type { Run } from '../../src/core/run.ts';
import type { Claim, Store } from '../../src/ports/store.ts';
import { entryOf, holderOf, jobOf, planOf, profile, start } from './store-samples.ts';

export async function claimOf(
  store: Store,
  instanceId: string,
  grounds: Claim['grounds'],
): Promise<Claim> {
  const lease = await store.leases.read(profile);
  return {
    profile,
    holder: holderOf(instanceId),
    ttlMs: 15_000,
    seen: { epoch: lease.epoch, renewals: lease.renewals },
    appointmentVersion: (await store.appointments.current(profile)).version,
    grounds,
    entry: entryOf('owner.claimed', { subject: instanceId }),
  };
}

export const fenceOf = (lease: Lease): Fence => ({
  profile: lease.profile,
  epoch: lease.epoch,
  instanceId: lease.holder?.instanceId ?? '',
});

/** Makes `instanceId` the holder, whoever was it before. */
export async function takeOver(store: Store, instanceId: string): Promise<Fence> {
  const { holder } = await store.leases.read(profile);
  const claimed = await store.leases.claim(
    await claimOf(store, instanceId, holder === null ? 'free' : 'ended'),
  );
  if (claimed.kind !== 'claimed') throw new Error(`The claim was answered ${claimed.kind}.`);
  return fenceOf(claimed.lease);
}

/** A store with the profile, job `a` and a holder. */
export async function withHolder(store: Store): Promise<Fence> {
  await store.profiles.ensure(profile, start, 'test');
  await store.jobs.create({ job: jobOf('a'), key: null, entry: entryOf('job.created') });
  return takeOver(store, 'one');
}

/** Fires `runs` as rows of job `a`, which must be as it was created. */
export async function fireRuns(store: Store, fence: Fence, runs: readonly Run[]): Promise<void> {
  const job = await store.jobs.get(profile, 'a');
  if (job === null) throw new Error('There is no job to fire.');
  const next = (job.nextFireAt ?? start) + 60_000;
  const fired = await store.runs.fire(fence, [planOf(job, runs, next)]);
  if (fired.kind !== 'done' || fired.value.length !== runs.length) {
    throw new Error(`Not every row was inserted: ${JSON.stringify(fired)}.`);
  }
}
