import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../src/core/appointment.ts';
import type { World } from '../../src/loops/world.ts';
import type { Inspection } from '../../src/ports/executor.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

const lease = (solo: Solo) => solo.cluster.store.leases.read('default');
const fenced = { kind: 'fenced', epoch: 99 } as const;
const onlyRunners: Rule = {
  kind: 'exclusive',
  choices: [{ kind: 'role', role: 'runner', level: 'unknown' }],
};
const told = async (solo: Solo): Promise<readonly string[]> =>
  (await solo.runs()).map(({ state, outcome, reason }) => `${state} ${outcome} ${reason}`);

const waitIn =
  (solo: Solo) =>
  (ms: number): Promise<void> =>
    new Promise((go) => void solo.cluster.timeline.after(ms, go));

/** A holder died while one run went on; the instance under test is to be the next. */
async function afterACrash(extra: { readonly onLoss?: 'rerun' } = {}): Promise<Solo> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), extra);
  const first = solo.cluster.join();
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(6_000);
  assert.equal(solo.cluster.machine.witness.length, 1);
  solo.cluster.crash(first);
  await solo.pass(100);
  return solo;
}

/** The executor's look at what a predecessor left, at first as told. */
const sees = (
  { executor }: World,
  first: () => Inspection | Promise<Inspection>,
  times = 1,
): Partial<World> => ({
  executor: { ...executor, inspect: firstly(executor.inspect, first, { times }) },
});

test('a run that goes on is adopted, and its end is recorded once', async () => {
  const solo = await afterACrash();
  solo.start();
  await solo.pass(700_000);
  assert.equal((await lease(solo)).epoch, 2);
  assert.equal((await solo.runs()).filter(({ state }) => state === 'ended').length, 1);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('an attempt that began by the store and whose files are gone is lost, not tried as if it never began', async () => {
  const solo = await afterACrash();
  solo.start((world) => sees(world, () => ({ kind: 'not-started' })));
  await solo.pass(3_000);
  assert.deepEqual(await told(solo), ['ended unknown lost']);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('what is left of a lost run is ended while others start, and nothing of its own job does', async () => {
  const solo = await afterACrash();
  const { machine } = solo.cluster;
  machine.treeMs = 5_000;
  const [left] = machine.running();
  left?.orphan();
  const other = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', other.id);
  await solo.doors.ask('run', left?.order.env['CRONKEEPER_JOB_ID'] ?? '');
  solo.start();
  await solo.pass(4_000);
  assert.deepEqual(
    machine.witness.slice(1).map(({ jobId }) => jobId),
    [other.id],
  );
  const yet = ['skipped null overlap_skip', 'running null null', 'running null null'];
  assert.deepEqual(await told(solo), yet);
  await solo.pass(4_000);
  assert.equal(left?.state, 'over');
  assert.equal((await told(solo)).at(-1), 'ended unknown lost');
  assert.equal(machine.witness.length, 2);
});

test('a run that is lost three times is not run a fourth time, whoever counts', async () => {
  const solo = await afterACrash({ onLoss: 'rerun' });
  solo.start();
  for (let count = 0; count < 6; count += 1) {
    await solo.pass(40_000);
    const [open] = await solo.cluster.store.runs.open('default', 1);
    if (open === undefined) break;
    const attempts = await solo.cluster.store.runs.attempts(open.id);
    // Its wrapper vanished, and nothing says when it began.
    solo.emit({
      kind: 'over',
      key: { runId: open.id, number: attempts.length },
      inspection: { kind: 'lost', startedAt: null },
    });
    await solo.pass(200_000);
  }
  assert.deepEqual(await told(solo), ['ended unknown lost']);
  assert.equal(solo.cluster.machine.witness.length, 3);
});

test('a gate that cannot be ended keeps everything from starting until it can', async () => {
  const solo = await afterACrash();
  const other = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', other.id);
  solo.start((world) => sees(world, () => ({ kind: 'gated' }), 6));
  await solo.pass(300);
  assert.equal(solo.cluster.machine.witness.length, 1);
  assert.match(solo.said('tick-failed')[0] ?? '', /the gate of run .* could not be ended/);
  await solo.pass(10_000);
  assert.equal(solo.cluster.machine.witness.length, 2);
});

test('a term that ends while it looks at what a predecessor left changes nothing; the next one accounts for it', async () => {
  for (const slow of ['attempts', 'inspect', 'adopt'] as const) {
    const solo = await afterACrash();
    const wait = waitIn(solo);
    let delays = 0;
    const delay = async (): Promise<void> => {
      delays += 1;
      if (delays === 1) await wait(7_000);
    };
    solo.start(({ store, executor }) => ({
      store: {
        ...store,
        leases: { ...store.leases, renew: firstly(store.leases.renew, () => fenced) },
        runs: {
          ...store.runs,
          attempts: async (runId) => {
            if (slow === 'attempts') await delay();
            return store.runs.attempts(runId);
          },
          adopt: async (...args) => {
            const adopted = await store.runs.adopt(...args);
            if (slow === 'adopt') await delay();
            return adopted;
          },
        },
      },
      executor: {
        ...executor,
        inspect: async (...args) => {
          if (slow === 'inspect') await delay();
          return executor.inspect(...args);
        },
      },
    }));
    await solo.pass(60_000);
    assert.ok(delays >= 2, slow);
    assert.equal((await lease(solo)).epoch, 3, slow);
    assert.deepEqual(await told(solo), ['running null null'], slow);
  }
});

test('an adoption that the fence rejects ends the term, and the next term adopts', async () => {
  const solo = await afterACrash();
  solo.start(({ store }) => ({
    store: { ...store, runs: { ...store.runs, adopt: firstly(store.runs.adopt, () => fenced) } },
  }));
  await solo.pass(5_000);
  assert.equal((await lease(solo)).epoch, 3);
  assert.deepEqual(await told(solo), ['running null null']);
});

test('a renewal that fails while much is accounted for is asked again, and the term goes on', async () => {
  const solo = await afterACrash();
  const wait = waitIn(solo);
  const boom = (): never => {
    throw new StoreUnavailable('store_unavailable', 'busy');
  };
  solo.start((world) => ({
    ...sees(world, () => wait(9_000).then(() => ({ kind: 'not-started' }) as const)),
    store: {
      ...world.store,
      leases: { ...world.store.leases, renew: firstly(world.store.leases.renew, boom) },
    },
  }));
  await solo.pass(20_000);
  assert.equal((await lease(solo)).epoch, 2);
  assert.deepEqual(await told(solo), ['ended unknown lost']);
});

test('a renewal that is answered when its trust is over lets nothing start before the next', async () => {
  const solo = await Solo.open();
  const wait = waitIn(solo);
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  let isSlow = true;
  solo.start(({ store }) => ({
    store: {
      ...store,
      leases: {
        ...store.leases,
        renew: async (...args) => {
          const renewed = await store.leases.renew(...args);
          if (isSlow) await wait(13_500);
          isSlow = false;
          return renewed;
        },
      },
    },
  }));
  await solo.pass(60_000);
  assert.equal(isSlow, false);
  assert.equal(solo.cluster.machine.lateReleases, 0);
  assert.equal((await lease(solo)).epoch, 1);
  assert.ok(solo.cluster.machine.witness.length > 30);
});

test('a hand-over whose starter cannot be closed is tried again', async () => {
  const solo = await Solo.open();
  const boom = (): never => {
    throw new Error('it does not answer');
  };
  solo.start(({ executor }) => ({
    executor: { ...executor, close: firstly(executor.close, boom) },
  }));
  await solo.pass(1_000);
  await solo.doors.ask('handover', null);
  await solo.pass(5_000);
  assert.equal((await lease(solo)).holder, null);
  assert.match(solo.said('tick-failed')[0] ?? '', /does not answer/);
  assert.equal(solo.said('released').length, 1);
});

test('a lease that was taken away while the starter was closed is not released', async () => {
  const solo = await Solo.open();
  const wait = waitIn(solo);
  let released = 0;
  solo.start(({ executor, store }) => ({
    executor: { ...executor, close: firstly(executor.close, () => wait(12_000)) },
    store: {
      ...store,
      leases: {
        ...store.leases,
        renew: firstly(store.leases.renew, () => fenced),
        release: async (...args) => {
          released += 1;
          return store.leases.release(...args);
        },
      },
    },
  }));
  await solo.pass(1_000);
  solo.stop.abort();
  await solo.pass(30_000);
  assert.ok(solo.isOver);
  assert.equal(released, 0);
});

test('a gate in flight is waited for, but not longer than five seconds', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  // Nobody ever hears whether the gate opened.
  solo.start(({ executor }) => ({ executor: { ...executor, release: () => {} } }));
  await solo.pass(1_000);
  solo.stop.abort();
  await solo.pass(4_500);
  assert.equal(solo.isOver, false);
  await solo.pass(2_000);
  assert.ok(solo.isOver, solo.cluster.log.join('\n'));
  assert.equal(solo.cluster.machine.witness.length, 0);
});

test('a holder that was asked to hand over and is then stopped drains once', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  solo.start(({ executor }) => ({ executor: { ...executor, release: () => {} } }));
  await solo.pass(1_000);
  await solo.doors.ask('handover', null);
  await solo.pass(100);
  solo.stop.abort();
  await solo.pass(10_000);
  assert.equal(solo.said('draining').length, 1);
  assert.ok(solo.isOver);
});

test('a term that is ended by force ends what was told to begin and what runs, and closes the other gates', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const running = await solo.cluster.addJob(solo.every(3_600_000));
  const released = await solo.cluster.addJob(solo.every(3_600_000));
  const prepared = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', running.id);
  const ended: string[] = [];
  let isOpen = true;
  solo.start(({ executor, self }) => ({
    self: { ...self, role: 'gateway' },
    executor: {
      ...executor,
      release: (...args) => {
        if (isOpen) executor.release(...args);
      },
      end: async (key, process, verdict) => {
        ended.push(`${key.runId} ${verdict.reason}`);
        return executor.end(key, process, verdict);
      },
    },
  }));
  await solo.pass(1_000);
  isOpen = false;
  await solo.doors.ask('run', released.id);
  await solo.pass(1_000);
  solo.cluster.machine.prepareMs = 60_000;
  await solo.doors.ask('run', prepared.id);
  await solo.pass(100);
  await solo.doors.appoint(onlyRunners, true);
  await solo.pass(3_000);
  assert.equal(ended.length, 2, solo.cluster.log.join('\n'));
  assert.ok(ended.every((one) => one.endsWith('lease_lost')));
  await solo.pass(120_000);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('a start that is still being prepared when the term ends does not begin under it', async () => {
  const solo = await Solo.open();
  const wait = waitIn(solo);
  const job = await solo.cluster.addJob(solo.every(3_600_000), {
    requirements: [{ kind: 'command', command: 'git' }],
  });
  await solo.doors.ask('run', job.id);
  let prepared = 0;
  solo.start(({ executor, store }) => ({
    executor: {
      ...executor,
      probe: firstly(executor.probe, () => wait(7_000).then(() => null)),
      prepare: async (order) => {
        prepared += 1;
        return executor.prepare(order);
      },
    },
    store: {
      ...store,
      leases: { ...store.leases, renew: firstly(store.leases.renew, () => fenced) },
    },
  }));
  await solo.pass(30_000);
  assert.equal(prepared, 1);
  assert.equal((await lease(solo)).epoch, 2);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('more than a thousand due jobs are decided in batches, and not past the end of trust', async () => {
  const solo = await Solo.open();
  const wait = waitIn(solo);
  for (let index = 0; index < 1_100; index += 1) await solo.cluster.addJob(solo.every(60_000));
  const sizes: number[] = [];
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        fire: async (fence, plans) => {
          sizes.push(plans.length);
          const fired = await store.runs.fire(fence, plans);
          if (sizes.length === 1) await wait(13_500);
          return fired;
        },
      },
    },
  }));
  await solo.pass(60_500);
  assert.deepEqual(sizes, [1_000]);
  await solo.pass(30_000);
  assert.deepEqual(sizes, [1_000, 100]);
});

test('a retry that a person asked for names the run that it repeats', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  solo.start(({ store }) => ({
    store: {
      ...store,
      requests: {
        ...store.requests,
        waiting: async (...args) =>
          (await store.requests.waiting(...args)).map((one) => ({ ...one, retryOf: 'EARLIER' })),
      },
    },
  }));
  await solo.doors.ask('run', job.id);
  await solo.pass(3_000);
  const [run] = await solo.runs();
  assert.deepEqual([run?.cause, run?.retryOf], ['retry', 'EARLIER']);
  const [child] = solo.cluster.machine.children.values();
  assert.equal(child?.order.env['CRONKEEPER_IDEMPOTENCY_KEY'], 'EARLIER');
});

test('a list of open runs that is cut off at its limit makes nobody forget a run', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 1_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { overlap: 'queue' });
  await solo.doors.ask('run', job.id);
  await solo.doors.ask('run', job.id);
  let isCut = 0;
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        open: async (profile, limit, after) => {
          if (after !== undefined) return store.runs.open(profile, limit, after);
          const [first, ...rest] = await store.runs.open(profile, limit);
          if (first === undefined || rest.length === 0) return first === undefined ? [] : [first];
          isCut += 1;
          return Array.from({ length: limit }, () => first);
        },
      },
    },
  }));
  await solo.pass(10_000);
  assert.ok(isCut > 0);
  assert.equal(solo.cluster.machine.witness.length, 2);
});

test('open runs of a predecessor are read page by page, and each is accounted for', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 1_000;
  for (let index = 0; index < 5; index += 1) {
    const job = await solo.cluster.addJob(solo.every(3_600_000));
    await solo.doors.ask('run', job.id);
  }
  const decides = solo.cluster.join();
  await solo.pass(900);
  solo.cluster.crash(decides);
  const left = await solo.cluster.store.runs.open('default', 10);
  assert.equal(left.length, 5);
  const behind: string[] = [];
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        open: async (profile, limit, after) => {
          if (after !== undefined) behind.push(after.id);
          const [next] = await store.runs.open(profile, 1, after);
          return next === undefined ? [] : Array.from({ length: limit }, () => next);
        },
      },
    },
  }));
  await solo.pass(60_000);
  assert.deepEqual(
    behind,
    left.map(({ id }) => id),
  );
  assert.deepEqual(await solo.cluster.store.runs.open('default', 10), []);
});

test('attempts that began under predecessors count, also one whose beginning nobody recorded', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { onLoss: 'rerun' });
  await solo.doors.ask('run', job.id);
  const lostTwice = solo.cluster.join();
  await solo.pass(3_000);
  solo.cluster.crash(lostTwice);
  // Two attempts are lost, each under a holder of its own, and a third goes on.
  const { store } = solo.cluster;
  solo.start((world) => sees(world, () => ({ kind: 'lost', startedAt: null })));
  await solo.pass(60_000);
  const [run] = await store.runs.open('default', 1);
  const attempts = await store.runs.attempts(run?.id ?? '');
  assert.deepEqual(
    attempts.map(({ state }) => state),
    ['ended', 'began'],
  );
  solo.stop.abort();
  await solo.pass(10_000);
  const next = solo.cluster.join();
  await solo.pass(10_000);
  for (const child of solo.cluster.machine.running()) child.over();
  await solo.pass(300_000);
  assert.equal(solo.cluster.members.includes(next), true);
  assert.equal(solo.cluster.machine.witness.length, 3, solo.cluster.log.join('\n'));
});

test('two adoptions that the fence rejects at once end the term once', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const first = solo.cluster.join();
  for (let index = 0; index < 2; index += 1) {
    const job = await solo.cluster.addJob(solo.every(3_600_000));
    await solo.doors.ask('run', job.id);
  }
  await solo.pass(7_000);
  assert.equal(solo.cluster.machine.witness.length, 2);
  solo.cluster.crash(first);
  await solo.pass(100);
  const rejected = { times: 2 };
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: { ...store.runs, adopt: firstly(store.runs.adopt, () => fenced, rejected) },
    },
  }));
  await solo.pass(5_000);
  assert.equal((await lease(solo)).epoch, 3);
  assert.deepEqual(await told(solo), ['running null null', 'running null null']);
});

test('a holder that is stopped for longer than its lease is ended by a standby, which takes over', async () => {
  const solo = await Solo.open();
  const holder = solo.cluster.join();
  await solo.pass(2_000);
  const standby = solo.cluster.join();
  await solo.pass(6_000);
  solo.cluster.pause(holder);
  await solo.pass(40_000);
  assert.equal(solo.cluster.machine.isAlive(holder.pid), false);
  assert.equal((await lease(solo)).holder?.instanceId, standby.id);
});
