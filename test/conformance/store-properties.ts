import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fence } from '../../src/core/lease.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Opened, StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  planOf,
  profile,
  provenanceOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { claimOf, fenceOf, withHolder } from './store-scenes.ts';

/** One step of one of two instances, each of which acts on the last fence it was given, however old. */
type Step = {
  readonly who: 'one' | 'two';
  readonly what:
    | 'claim'
    | 'release'
    | 'renew'
    | 'fire'
    | 'start'
    | 'begin'
    | 'settle'
    | 'requeue'
    | 'edit';
  readonly which: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom('one', 'two'),
  what: fc.constantFrom(
    'claim',
    'claim',
    'release',
    'renew',
    'fire',
    'fire',
    'start',
    'start',
    'begin',
    'settle',
    'requeue',
    'edit',
  ),
  which: fc.nat(3),
});

type World = {
  readonly store: Store;
  /** The last fence that each instance was given. */
  readonly fences: Map<string, Fence>;
};

async function take(world: World, { who, what, which }: Step): Promise<void> {
  const { store } = world;
  if (what === 'claim') {
    const grounds = (['free', 'ended', 'expired', 'ended'] as const)[which] ?? 'free';
    const claimed = await store.leases.claim(await claimOf(store, who, grounds));
    if (claimed.kind === 'claimed') world.fences.set(who, fenceOf(claimed.lease));
    return;
  }
  if (what === 'edit') {
    const job = await store.jobs.get(profile, 'a');
    if (job !== null)
      await store.jobs.change(changeOf(job, { ...job, revision: job.revision + 1 }));
    return;
  }
  const fence = world.fences.get(who);
  if (fence !== undefined) await act(store, fence, { who, what, which });
}

async function act(store: Store, fence: Fence, { what, which }: Step): Promise<void> {
  const open = await store.runs.open(profile, 99);
  const run = open[which % Math.max(1, open.length)];
  if (what === 'release') await store.leases.release(fence, entryOf('owner.released'));
  if (what === 'renew') await store.leases.renew(fence, provenanceOf('unknown'));
  if (what === 'fire') {
    const job = await store.jobs.get(profile, 'a');
    if (job?.nextFireAt == null) return;
    const id = `${String(job.nextFireAt - start).padStart(9, '0')}-${fence.epoch}-${which}`;
    // Sometimes the occurrence before once more, as after a step back of the clock.
    const fireTime = job.nextFireAt - (which === 3 ? 60_000 : 0);
    await store.runs.fire(fence, [planOf(job, [runOf(id, { fireTime })], job.nextFireAt + 60_000)]);
  }
  if (run === undefined) return;
  const attempts = await store.runs.attempts(run.id);
  const number = Math.max(1, attempts.length - (which % 2));
  if (what === 'start') {
    const attempt = attemptOf(run.id, fence, { number: attempts.length + (which === 3 ? 0 : 1) });
    await store.runs.authorise(fence, [{ attempt }]);
  }
  if (what === 'begin') {
    await store.runs.markBegan(fence, [{ runId: run.id, number, startedAt: start }]);
  }
  if (what === 'settle') await store.runs.settle(fence, [settlementOf(run.id, number)]);
  if (what === 'requeue') {
    const again = { state: 'queued', outcome: null, endedAt: null } as const;
    await store.runs.settle(fence, [settlementOf(run.id, number, again)]);
  }
}

/** What must hold after every step, whoever took it. */
async function requireOrder(store: Store): Promise<void> {
  const runs = await store.runs.list(profile, { limit: 999 });
  const occurrences = runs.map((run) => run.fireTime);
  assert.equal(new Set(occurrences).size, occurrences.length, 'one row for each occurrence');
  for (const run of runs) {
    const attempts = await store.runs.attempts(run.id);
    const under = attempts.filter(({ state }) => state === 'authorised' || state === 'began');
    assert.ok(under.length <= 1, 'at most one attempt under way');
    assert.equal(run.state === 'running', under.length === 1, 'running means one is under way');
    if (under.length === 1) assert.equal(under[0]?.number, attempts.length, 'it is the last');
    assert.deepEqual(
      attempts.map(({ number }) => number),
      attempts.map((_, index) => index + 1),
      'no gaps',
    );
  }
}

async function play({ store }: Opened, steps: readonly Step[]): Promise<void> {
  const first = await withHolder(store);
  const world: World = { store, fences: new Map([['one', first]]) };
  let { epoch } = first;
  for (const one of steps) {
    await take(world, one);
    await requireOrder(store);
    const lease = await store.leases.read(profile);
    assert.ok(lease.epoch >= epoch, 'epochs never go back');
    epoch = lease.epoch;
  }
  assert.deepEqual(await store.upkeep.check(), []);
}

export const propertyClaims: readonly StoreClaim[] = [
  {
    name: 'whatever two instances do, an occurrence has one row and at most one attempt under way',
    async show(_, open) {
      const steps = fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const opened = await open();
          try {
            await play(opened, sequence);
          } finally {
            await opened.close();
          }
        }),
        { numRuns: 60 },
      );
    },
  },
];
