import assert from 'node:assert/strict';
import type { Fence } from '../../src/core/lease.ts';
import type { Fenced, Store } from '../../src/ports/store.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  dismissalOf,
  entryOf,
  jobOf,
  planOf,
  processOf,
  profile,
  provenanceOf,
  requestOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { fireRuns, takeOver, withHolder } from './store-scenes.ts';

const later = start + 3_600_000;
const message = 'No.';

/** Every write of a holder, each of which would change something in the state that `prepare` makes. */
const writes: Readonly<Record<string, (store: Store, fence: Fence) => Promise<Fenced<unknown>>>> = {
  fire: (store, fence) => {
    const job = jobOf('a', { nextFireAt: start + 60_000, scheduledRuns: 1 });
    return store.runs.fire(fence, [
      planOf(job, [runOf('new', { fireTime: start + 60_000 })], later),
    ]);
  },
  acceptRequests: (store, fence) =>
    store.runs.acceptRequests(fence, [
      { kind: 'refuse', requestId: 'q', reason: 'job_removed', message },
      { kind: 'accept', requestId: 'p', run: runOf('asked', { fireTime: null }) },
    ]),
  authorise: (store, fence) =>
    store.runs.authorise(fence, [{ attempt: attemptOf('waiting', fence) }]),
  markBegan: (store, fence) =>
    store.runs.markBegan(fence, [{ runId: 'gated', number: 1, startedAt: start }]),
  settle: (store, fence) =>
    store.runs.settle(fence, [settlementOf('gated', 1), dismissalOf('waiting')]),
  adopt: (store, fence) => store.runs.adopt(fence, 'gated', 1),
  prune: (store, fence) => store.upkeep.prune(fence, ['old'], later),
  renew: (store, fence) => store.leases.renew(fence, provenanceOf('proven')),
  recordStarter: (store, fence) => store.leases.recordStarter(fence, processOf(77)),
  release: (store, fence) => store.leases.release(fence, entryOf('owner.released')),
};

async function prepare(store: Store): Promise<Fence> {
  const fence = await withHolder(store);
  await fireRuns(store, fence, [
    runOf('old', { fireTime: start - 2, decidedAt: start - 2, state: 'missed' }),
    runOf('older', { fireTime: start - 1, decidedAt: start - 1, state: 'missed' }),
    runOf('waiting'),
    runOf('gated', { fireTime: start + 1 }),
  ]);
  await store.runs.authorise(fence, [{ attempt: attemptOf('gated', fence) }]);
  for (const id of ['p', 'q']) {
    await store.requests.create(requestOf(id), entryOf('request.created'));
  }
  return fence;
}

/** All that the fenced writes could change. */
async function everything(store: Store): Promise<unknown> {
  const runs = await store.runs.list(profile, { limit: 99 });
  return {
    runs,
    attempts: await Promise.all(runs.map((run) => store.runs.attempts(run.id))),
    jobs: await store.jobs.list(profile, { after: null, limit: 99 }),
    lease: await store.leases.read(profile),
    requests: await Promise.all(['p', 'q'].map((id) => store.requests.get(profile, id))),
    audit: await store.audit.list(profile, { limit: 99 }),
  };
}

const claimsOf = (name: string, write: (typeof writes)[string]): readonly StoreClaim[] => [
  {
    name: `${name} by the holder changes something`,
    async show({ store }) {
      const fence = await prepare(store);
      const before = await everything(store);
      assert.equal((await write(store, fence)).kind, 'done');
      assert.notDeepEqual(await everything(store), before);
    },
  },
  {
    name: `${name} by a former holder, a stranger or a forger changes nothing`,
    async show({ store }) {
      const former = await prepare(store);
      const current = await takeOver(store, 'two');
      const before = await everything(store);
      const forgeries = [
        former,
        { ...former, epoch: current.epoch },
        { ...current, epoch: current.epoch + 1 },
        { ...current, epoch: former.epoch },
        { ...current, instanceId: '' },
      ];
      for (const fence of forgeries) {
        assert.deepEqual(await write(store, fence), { kind: 'fenced', epoch: current.epoch });
      }
      assert.deepEqual(await everything(store), before);
    },
  },
  {
    name: `${name} after the lease was released changes nothing`,
    async show({ store }) {
      const fence = await prepare(store);
      await store.leases.release(fence, entryOf('owner.released'));
      const before = await everything(store);
      assert.deepEqual(await write(store, fence), { kind: 'fenced', epoch: fence.epoch });
      assert.deepEqual(await everything(store), before);
    },
  },
  {
    name: `${name} under the fence of another profile touches nothing of this one`,
    async show({ store }) {
      const fence = await prepare(store);
      const before = await everything(store);
      const stranger = await write(store, { ...fence, profile: 'other' });
      assert.deepEqual(stranger, { kind: 'fenced', epoch: 0 });
      assert.deepEqual(await everything(store), before);
    },
  },
];

export const fencingClaims: readonly StoreClaim[] = Object.entries(writes).flatMap(
  ([name, write]) => claimsOf(name, write),
);
