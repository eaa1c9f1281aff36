import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/loops/world.ts';
import { type Store, StoreUnavailable } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

const lease = (solo: Solo) => solo.cluster.store.leases.read('default');
const fenced = { kind: 'fenced', epoch: 99 } as const;

const runs = (store: Store, change: Partial<Store['runs']>): { readonly store: Store } => ({
  store: { ...store, runs: { ...store.runs, ...change } },
});
const leases = (store: Store, change: Partial<Store['leases']>): { readonly store: Store } => ({
  store: { ...store, leases: { ...store.leases, ...change } },
});

/** A job every second, whose runs take 100 ms and succeed. */
async function busy(): Promise<Solo> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  return solo;
}

const refusals: readonly (readonly [string, (world: World) => Partial<World>])[] = [
  ['fire', ({ store }) => runs(store, { fire: firstly(store.runs.fire, () => fenced) })],
  [
    'authorise',
    ({ store }) => runs(store, { authorise: firstly(store.runs.authorise, () => fenced) }),
  ],
  [
    'markBegan',
    ({ store }) => runs(store, { markBegan: firstly(store.runs.markBegan, () => fenced) }),
  ],
  ['settle', ({ store }) => runs(store, { settle: firstly(store.runs.settle, () => fenced) })],
  ['renew', ({ store }) => leases(store, { renew: firstly(store.leases.renew, () => fenced) })],
];
for (const [name, change] of refusals) {
  test(`a ${name} that the fence rejects ends the term; the next term goes on and doubles nothing`, async () => {
    const solo = await busy();
    solo.start(change);
    await solo.pass(20_500);
    assert.equal((await lease(solo)).epoch, 2, solo.cluster.log.join('\n'));
    const begun = solo.cluster.machine.witness.map(({ fireTime }) => fireTime);
    assert.equal(new Set(begun).size, begun.length);
    const ended = (await solo.runs()).filter(({ state }) => state === 'ended');
    assert.ok(ended.length >= 15, `${ended.length} ended`);
    assert.ok(ended.every(({ outcome }) => outcome === 'succeeded'));
  });
}

test('an answer to a request that the fence rejects ends the term, and the request is answered by the next', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  const asked = await solo.doors.ask('run', job.id);
  solo.start(({ store }) =>
    runs(store, { acceptRequests: firstly(store.runs.acceptRequests, () => fenced) }),
  );
  await solo.pass(5_000);
  assert.equal((await lease(solo)).epoch, 2);
  assert.equal((await solo.cluster.store.requests.get('default', asked))?.state, 'accepted');
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('a starter that the fence does not let be recorded ends the term', async () => {
  const solo = await busy();
  solo.start(({ store }) =>
    leases(store, { recordStarter: firstly(store.leases.recordStarter, () => fenced) }),
  );
  await solo.pass(2_500);
  solo.cluster.machine.kill((await lease(solo)).holder?.starter?.pid ?? 0);
  await solo.pass(5_000);
  assert.equal((await lease(solo)).epoch, 2);
});

test('a newer run that may not replace, because the term is over, does not begin in it', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { overlap: 'replace' });
  const first = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', first.id);
  solo.start(({ store, settings }) => ({
    settings: { ...settings, maxRunning: 1 },
    ...runs(store, { settle: firstly(store.runs.settle, () => fenced) }),
  }));
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(5_000);
  assert.equal((await lease(solo)).epoch, 2);
  assert.equal((await solo.cluster.store.runs.open('default', 10)).length, 3);
});

test('what was dismissed under a fence that no longer holds is dismissed by the next term', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 50_000;
  const long = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', long.id);
  await solo.cluster.addJob(solo.every(10_000), { graceMs: 10_000, overlap: 'queue' });
  solo.start(({ store, settings }) => ({
    settings: { ...settings, maxRunning: 1 },
    ...runs(store, { settle: firstly(store.runs.settle, () => fenced) }),
  }));
  await solo.pass(45_000);
  assert.equal((await lease(solo)).epoch, 2);
  const missed = (await solo.runs()).filter(({ reason }) => reason === 'deadline_passed');
  assert.ok(missed.length >= 2, `${missed.length}`);
});

test('a claim that others won four times in a row is tried again at the next tick', async () => {
  const solo = await busy();
  const lost = () => ({ kind: 'changed' }) as const;
  let claims = 0;
  solo.start(({ store }) => {
    const claim = firstly(store.leases.claim, lost, { times: 5 });
    return leases(store, {
      claim: async (wanted) => {
        claims += 1;
        return claim(wanted);
      },
    });
  });
  await solo.pass(100);
  assert.equal(claims, 4);
  await solo.pass(40_000);
  assert.equal(claims, 6);
  assert.ok(solo.cluster.machine.witness.length > 3);
});

test('after more clock steps than are kept, the newest explain what was missed', async () => {
  const solo = await Solo.open();
  solo.start();
  await solo.pass(1_000);
  for (let step = 0; step < 20; step += 1) {
    solo.cluster.timeline.wallOffset += 120_000;
    solo.poke();
    await solo.pass(100);
  }
  assert.equal(solo.said('clock-stepped').length, 20);
  await solo.cluster.addJob(solo.every(30_000), { catchUp: { kind: 'none' } });
  solo.cluster.timeline.wallOffset += 120_000;
  solo.poke();
  await solo.pass(1_000);
  const reasons = new Set((await solo.runs()).map(({ reason }) => reason));
  assert.ok(reasons.has('clock_step'), [...reasons].join());
});

test('an error that nobody expected is told with its place, once, and the loop goes on', async () => {
  const solo = await busy();
  const boom = (): never => {
    throw new TypeError('no such thing');
  };
  solo.start(({ store }) => runs(store, { fire: firstly(store.runs.fire, boom, { times: 3 }) }));
  await solo.pass(8_500);
  const [told, ...more] = solo.said('tick-failed');
  assert.match(told ?? '', /TypeError: no such thing.*"stack":"TypeError/);
  assert.equal(more.length, 0);
  assert.ok(solo.cluster.machine.witness.length >= 5);
});

test('something thrown that is no error is told, too', async () => {
  const solo = await busy();
  // biome-ignore lint/nursery/usePromiseRejectErrors: what others throw is not always an error
  const boom = (): Promise<never> => Promise.reject('only words');
  solo.start(({ store }) => runs(store, { fire: firstly(store.runs.fire, boom) }));
  await solo.pass(4_500);
  assert.match(solo.said('tick-failed')[0] ?? '', /only words.*"stack":null/);
});

test('a tick of a timer fails when the store does, and ends when another owns', async () => {
  const broken = await Solo.open();
  const boom = (): never => {
    throw new StoreUnavailable('store_unavailable', 'gone');
  };
  broken.start(({ store }) => leases(store, { read: firstly(store.leases.read, boom) }), 'idle');
  await broken.pass(1_000);
  assert.ok(broken.failure instanceof StoreUnavailable);

  const second = await Solo.open();
  second.cluster.join();
  await second.pass(1_000);
  second.start(() => ({}), 'idle');
  await second.pass(1_000);
  assert.ok(second.isOver);
  assert.equal(second.failure, null);
});

test('a tick of a timer waits for a holder that it cannot see, until that renews or was silent for long enough', async () => {
  for (const isAlive of [true, false]) {
    const solo = await Solo.open();
    solo.cluster.machine.runMs = 100;
    await solo.cluster.addJob(solo.every(3_600_000));
    const holder = solo.cluster.join();
    await solo.pass(1_000);
    if (!isAlive) solo.cluster.crash(holder);
    await solo.pass(60_000);
    // Another container: nothing of its processes can be seen.
    const blind = ({ processes }: World): Partial<World> => ({
      processes: { ...processes, life: () => 'unknowable' },
    });
    solo.start(blind, 'idle');
    await solo.pass(10_000);
    assert.equal(solo.isOver, isAlive, solo.cluster.log.join('\n'));
    assert.equal((await lease(solo)).holder?.instanceId, holder.id);
    await solo.pass(30_000);
    assert.ok(solo.isOver, 'it has nothing to wait for any more');
    assert.equal((await lease(solo)).epoch, isAlive ? 1 : 2);
  }
});

test('a tick of a timer stays while something runs, waits, is due soon or was asked', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 30_000;
  const job = await solo.cluster.addJob(solo.every(7_200_000), { overlap: 'queue' });
  await solo.cluster.addJob({ kind: 'at', at: solo.cluster.timeline.now().wall + 100_000 });
  await solo.doors.ask('run', job.id);
  await solo.doors.ask('run', job.id);
  let asks = 0;
  solo.start(
    ({ store }) => ({
      store: {
        ...store,
        requests: {
          ...store.requests,
          waiting: async (profile, limit) => {
            if (limit === 1) asks += 1;
            // Somebody asks at the very moment at which the tick wants to end.
            if (limit === 1 && asks === 1) await solo.doors.ask('run', job.id);
            return store.requests.waiting(profile, limit);
          },
        },
      },
    }),
    'idle',
  );
  await solo.pass(55_000);
  assert.equal(solo.isOver, false);
  await solo.pass(200_000);
  assert.ok(solo.isOver, solo.cluster.log.join('\n'));
  assert.equal(solo.cluster.machine.witness.length, 4);
  assert.ok(asks >= 2);
});

test('a tick of a timer stays for a retry that is due within a minute', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 1;
  const extra = { retries: 1, retryDelayMs: 30_000 };
  const job = await solo.cluster.addJob(solo.every(7_200_000), extra);
  await solo.doors.ask('run', job.id);
  solo.start(() => ({}), 'idle');
  await solo.pass(20_000);
  assert.equal(solo.isOver, false);
  await solo.pass(20_000);
  assert.ok(solo.isOver);
  assert.equal(solo.cluster.machine.witness.length, 2);
});

test('an instance that was told to stop before it began leaves at once and owns nothing', async () => {
  const solo = await Solo.open();
  solo.stop.abort();
  solo.start();
  await solo.pass(100);
  assert.ok(solo.isOver);
  assert.equal((await lease(solo)).epoch, 0);
});

test('an instance whose row cannot be removed says so and ends all the same', async () => {
  const solo = await busy();
  const boom = (): never => {
    throw new Error('read-only');
  };
  solo.start(({ store }) => ({
    store: {
      ...store,
      instances: { ...store.instances, remove: firstly(store.instances.remove, boom) },
    },
  }));
  await solo.pass(3_000);
  solo.stop.abort();
  await solo.pass(10_000);
  assert.ok(solo.isOver);
  assert.match(solo.said('presence-left-behind')[0] ?? '', /read-only/);
});

test('the loop answers for itself: with its epoch while it holds, with its trouble when it cannot', async () => {
  const solo = await busy();
  const boom = (): never => {
    throw new StoreUnavailable('store_full', 'the disk is full');
  };
  let isBroken = false;
  solo.start(({ store }) => ({
    store: {
      ...store,
      jobs: {
        ...store.jobs,
        due: async (...args) => (isBroken ? boom() : store.jobs.due(...args)),
      },
    },
  }));
  const early = solo.ask();
  await solo.pass(1_500);
  const held = solo.ask();
  await solo.pass(10);
  assert.equal(held.answer?.epoch, 1);
  assert.equal(held.answer?.overdueMs, 0);
  assert.equal('trouble' in (held.answer ?? {}), false);
  isBroken = true;
  await solo.pass(4_000);
  const troubled = solo.ask();
  await solo.pass(0);
  assert.equal(troubled.answer?.epoch, null);
  assert.deepEqual(troubled.answer?.trouble, { code: 'store_full', message: 'the disk is full' });
  assert.ok((troubled.answer?.overdueMs ?? 0) > 1_000);
  assert.ok(early.answer === null || early.answer.profile === 'default');
});

test('a probe that could not even see its own process keeps what was known for a minute', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  await solo.cluster.addJob(solo.every(5_000), { overlap: 'allow' });
  const link = { pid: 1, startMark: '1', command: 'runner' };
  let probes = 0;
  solo.start(({ provenance }) => ({
    provenance: {
      probe: async (role) => {
        probes += 1;
        return { ...(await provenance.probe(role)), chain: probes === 1 ? [link] : [] };
      },
    },
  }));
  await solo.pass(50_000);
  assert.ok(probes > 1);
  const [run] = await solo.runs();
  const during = await solo.cluster.store.runs.attempts(run?.id ?? '');
  assert.equal(during.at(-1)?.provenance.chain.length, 1);
  await solo.pass(60_000);
  const [later] = await solo.runs();
  const after = await solo.cluster.store.runs.attempts(later?.id ?? '');
  assert.equal(after.at(-1)?.provenance.chain.length, 0);
});

test('every ten minutes what was written is put away', async () => {
  const solo = await Solo.open();
  const at: number[] = [];
  solo.start(({ store }) => ({
    store: {
      ...store,
      upkeep: {
        ...store.upkeep,
        writeBack: async () => {
          at.push(solo.cluster.timeline.boot);
          await store.upkeep.writeBack();
        },
      },
    },
  }));
  await solo.pass(25 * 60_000);
  assert.equal(at.length, 3);
  assert.ok(at.slice(1).every((each, index) => each - (at[index] ?? each) >= 600_000));
});
