import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { Solo } from './solo.ts';

const hour = 3_600_000;
const graceMs = 90_000;

const told = async (solo: Solo): Promise<readonly string[]> =>
  (await solo.runs()).map(({ state, outcome, reason }) => `${state} ${outcome} ${reason}`).sort();

/** A job whose start is not prepared before it is due. */
const dueSoon = (solo: Solo) =>
  solo.cluster.addJob(
    { kind: 'at', at: solo.cluster.timeline.now().wall + 2_000 },
    { graceMs, requirements: [{ kind: 'role', role: 'runner' }] },
  );

test('what could not be authorised while it was due does not begin when its grace has passed, and makes no room for itself then', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  // Past its grace before it fires again, so that nothing but the outage keeps it waiting.
  await solo.cluster.addJob(solo.every(2 * graceMs), { graceMs });
  let isBroken = true;
  const sync = (): void => {
    if (isBroken) throw new StoreUnavailable('store_unavailable', 'It does not sync.');
  };
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        authorise: async (...args) => {
          sync();
          return store.runs.authorise(...args);
        },
        settle: async (...args) => {
          sync();
          return store.runs.settle(...args);
        },
      },
    },
  }));
  await solo.pass(hour / 4);
  isBroken = false;
  await solo.pass(3 * graceMs);
  const { witness } = solo.cluster.machine;
  assert.ok(witness.length > 0, 'what is due later runs');
  for (const { at, fireTime } of witness) assert.ok(at - Date.parse(fireTime) <= graceMs);
  const reasons = (await solo.runs()).map(({ reason }) => reason);
  assert.ok(reasons.includes('deadline_passed'), String(reasons));
  assert.ok(!reasons.includes('overlap_skip'), String(reasons));
});

test('a start that was being prepared when the machine fell asleep does not begin when it wakes', async () => {
  const solo = await Solo.open();
  await dueSoon(solo);
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      prepare: async (order) => {
        const prepared = await executor.prepare(order);
        solo.cluster.timeline.sleep(8 * hour);
        return prepared;
      },
    },
  }));
  await solo.pass(30_000);
  assert.deepEqual(await told(solo), ['missed null deadline_passed']);
  assert.deepEqual(solo.cluster.machine.witness, []);
});

test('nor does one that was authorised and whose gate was still shut', async () => {
  const solo = await Solo.open();
  await dueSoon(solo);
  solo.start(({ store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        authorise: async (...args) => {
          const authorised = await store.runs.authorise(...args);
          solo.cluster.timeline.sleep(8 * hour);
          return authorised;
        },
      },
    },
  }));
  await solo.pass(30_000);
  assert.deepEqual(await told(solo), ['missed null deadline_passed']);
  assert.deepEqual(solo.cluster.machine.witness, []);
});
