import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '../../src/loops/world.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import type { Supervisor } from '../../src/ports/supervisor.ts';
import { openScene } from './scene.ts';
import { Solo } from './solo.ts';

/** A service manager that remembers when it was told that the loop is at work. */
function watching(solo: Solo, patienceMs: number): { supervisor: Supervisor; told: number[] } {
  const told: number[] = [];
  const supervisor: Supervisor = {
    patienceMs,
    atWork: () => told.push(solo.cluster.timeline.boot),
    fate: async () => 'restart',
    close: () => {},
  };
  return { supervisor, told };
}

const longestSilence = (told: readonly number[], until: number): number =>
  Math.max(...told.map((at, index) => (told[index + 1] ?? until) - at));

/** Leases of five minutes are renewed every hundred seconds: for the lease alone the loop would sleep its longest. */
const slow = (world: World): Partial<World> => ({
  settings: { ...world.settings, ttlMs: 300_000 },
});

for (const isHolder of [true, false]) {
  test(`a ${isHolder ? 'holder' : 'process that may not own'} with nothing to do tells its watchdog thrice within its patience`, async () => {
    const solo = await Solo.open();
    const { supervisor, told } = watching(solo, 15_000);
    solo.start((world) => ({
      ...slow(world),
      supervisor,
      ...(isHolder ? {} : { self: { ...world.self, role: 'desktop' } }),
    }));
    await solo.pass(120_000);
    assert.ok(told.length >= 20, `told ${told.length} times`);
    const silence = longestSilence(told, solo.cluster.timeline.boot);
    assert.ok(silence <= 5_100, `silent for ${silence} ms`);
    assert.ok(told.length <= 80, `${told.length} ticks in two minutes are a poll`);
  });
}

test('a holder that waits long for the trees of its predecessor tells its watchdog meanwhile', async () => {
  const solo = await Solo.open();
  const { supervisor, told } = watching(solo, 15_000);
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  solo.cluster.machine.runMs = 600_000;
  const first = solo.cluster.join();
  await solo.pass(3_000);
  const { stop } = first;
  solo.cluster.machine.endMs = 60_000;
  await solo.doors.appoint({ kind: 'auto' }, true);
  stop.abort();
  await solo.pass(100);
  solo.start((world) => ({ ...slow(world), supervisor }));
  await solo.pass(50_000);
  assert.ok(told.length >= 8, `told ${told.length} times`);
  const silence = longestSilence(told, solo.cluster.timeline.boot);
  assert.ok(silence <= 5_100, `silent for ${silence} ms`);
});

test('a store that cannot answer is no hung process: its watchdog is told', async () => {
  const solo = await Solo.open();
  const { supervisor, told } = watching(solo, 15_000);
  const down = async (): Promise<never> => {
    throw new StoreUnavailable('store_full', 'The disk is full.');
  };
  solo.start(({ store }) => ({
    supervisor,
    store: { ...store, leases: { ...store.leases, read: down } },
  }));
  await solo.pass(30_000);
  assert.ok(told.length >= 10, `told ${told.length} times`);
  assert.ok(longestSilence(told, solo.cluster.timeline.boot) <= 5_000);
});

test('a loop that fails by what nobody expected falls silent, so that it is replaced', async () => {
  const solo = await Solo.open();
  const { supervisor, told } = watching(solo, 15_000);
  let isBroken = false;
  solo.start(({ store }) => ({
    supervisor,
    store: {
      ...store,
      leases: {
        ...store.leases,
        renew: async (...args) => {
          if (isBroken) throw new TypeError('of undefined');
          return store.leases.renew(...args);
        },
      },
    },
  }));
  await solo.pass(10_000);
  assert.ok(told.length >= 2);
  isBroken = true;
  await solo.pass(20_000);
  const since = solo.cluster.timeline.boot - (told.at(-1) ?? 0);
  assert.ok(since >= 14_000, `told ${since} ms ago`);
});

for (const [level, stepsDownWithinMs] of [
  ['mismatch', 32_000],
  ['unknown', 92_000],
] as const) {
  test(`a service that its manager calls "${level}" steps down within ${stepsDownWithinMs} ms`, async () => {
    const { cluster, addJob, every, faults } = await openScene(3);
    const service = { manager: 'systemd-system', unit: 'owner.service' } as const;
    await cluster.store.appointments.appoint({
      profile: 'default',
      seenVersion: 1,
      rule: { kind: 'exclusive', choices: [{ kind: 'service', service, level: 'proven' }] },
      reason: null,
      force: false,
      entry: {
        profile: 'default',
        at: 0,
        actor: 'test',
        kind: 'owner.appointed',
        subject: '',
        detail: {},
      },
    });
    const owner = cluster.join({ level: 'proven', unit: service.unit });
    await addJob(every(1_000), { overlap: 'allow' });
    await cluster.pass(35_000);
    owner.level = level;
    await cluster.pass(stepsDownWithinMs - 6_000);
    const before = cluster.machine.witness.length;
    await cluster.pass(6_000);
    assert.equal((await cluster.store.leases.read('default')).holder, null, cluster.log.join('\n'));
    const after = cluster.machine.witness.length;
    await cluster.pass(60_000);
    assert.equal(cluster.machine.witness.length, after);
    assert.ok(before > 30);
    assert.deepEqual(await faults(), []);
  });
}
