import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

const hour = 3_600_000;

/** What was written down about gaps, oldest first. */
const told = async (solo: Solo) =>
  [...(await solo.cluster.store.audit.list('default', { kinds: ['gap.'], limit: 100 }))].reverse();

async function holder(change: Parameters<Solo['start']>[0] = () => ({})): Promise<Solo> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  await solo.cluster.addJob(solo.every(60_000));
  solo.start(change);
  await solo.pass(3_000);
  return solo;
}

test('a holder that slept with its machine writes it down once, with both ends', async () => {
  const solo = await holder();
  const from = solo.cluster.timeline.now().wall;
  solo.cluster.timeline.sleep(3 * hour);
  await solo.pass(200_000);
  const [entry, ...more] = await told(solo);
  assert.deepEqual(more, []);
  assert.equal(entry?.kind, 'gap.asleep');
  assert.equal(entry?.subject, solo.id);
  const { from: begin, until, ms, count } = entry?.detail ?? {};
  assert.ok(Math.abs(Number(begin) - from) <= 5_100, `${from} ${begin}`);
  assert.ok(Math.abs(Number(until) - from - 3 * hour) <= 5_100);
  assert.ok(Math.abs(Number(ms) - 3 * hour) <= 5_100);
  assert.equal(count, 1);
  assert.ok(solo.cluster.machine.witness.length >= 3, 'jobs ran before and after');
});

test('a process that was stopped while the machine was awake is no machine that slept', async () => {
  let isStopped = false;
  const solo = await holder(({ clock }) => ({
    clock: {
      now: () => clock.now(),
      // Where sleep cannot be told from a stop, it is called a pause.
      sleep: (ms, signal) => clock.sleep(isStopped ? 60_000 : ms, signal),
    },
  }));
  isStopped = true;
  await solo.pass(70_000);
  isStopped = false;
  await solo.pass(70_000);
  assert.deepEqual([...new Set((await told(solo)).map(({ kind }) => kind))], ['gap.paused']);
});

test('a holder that was stopped and goes on tells of a pause, not of a sleep', async () => {
  const solo = await Solo.open();
  const member = solo.cluster.join();
  await solo.pass(3_000);
  solo.cluster.pause(member);
  await solo.pass(120_000);
  solo.cluster.resume(member);
  await solo.pass(10_000);
  const [entry, ...more] = await told(solo);
  assert.deepEqual(more, []);
  assert.equal(entry?.kind, 'gap.paused');
  assert.ok(Number(entry.detail['ms']) > 110_000);
});

test('a clock that somebody set is written down with by how much', async () => {
  const solo = await holder();
  solo.cluster.timeline.wallOffset -= 600_000;
  await solo.pass(20_000);
  const [entry] = await told(solo);
  assert.equal(entry?.kind, 'gap.stepped');
  assert.ok(Math.abs(Number(entry?.detail['ms']) + 600_000) < 10);
});

test('gaps in quick succession are told together, a minute apart', async () => {
  const solo = await holder();
  for (let nap = 0; nap < 4; nap += 1) {
    solo.cluster.timeline.sleep(8_000);
    await solo.pass(6_000);
  }
  assert.equal((await told(solo)).length, 1);
  await solo.pass(60_000);
  const entries = await told(solo);
  assert.equal(entries.length, 4);
  assert.ok(entries.every(({ kind }) => kind === 'gap.asleep'));
});

test('after a gap the store may be away: the gap is told later, and once, even when a writing was not answered', async () => {
  const unavailable = (): never => {
    throw new StoreUnavailable('store_unavailable', 'locked');
  };
  let isAway = false;
  let unanswered = 0;
  const solo = await holder(({ store }) => {
    const append = firstly(store.audit.append, unavailable, { times: 2 });
    return {
      store: {
        ...store,
        jobs: {
          ...store.jobs,
          due: (...args) => (isAway ? unavailable() : store.jobs.due(...args)),
        },
        audit: {
          ...store.audit,
          append: async (entry) => {
            await append(entry);
            unanswered += 1;
            // The third is written, but nobody hears of it.
            if (unanswered === 1) unavailable();
          },
        },
      },
    };
  });
  isAway = true;
  solo.cluster.timeline.sleep(hour);
  await solo.pass(30_000);
  assert.deepEqual(await told(solo), []);
  isAway = false;
  await solo.pass(130_000);
  assert.equal((await told(solo)).length, 1);
  assert.equal(unanswered, 1, 'it was written once');
});

test('who holds nothing has nothing to tell of a gap', async () => {
  const solo = await holder();
  const standby = solo.cluster.join({ level: 'unknown' });
  await solo.pass(1_000);
  solo.cluster.timeline.sleep(hour);
  await solo.pass(120_000);
  const subjects = new Set((await told(solo)).map(({ subject }) => subject));
  assert.equal(subjects.has(solo.id) || subjects.has(standby.id), true);
  assert.equal(subjects.size, 1);
});

test('a claim says on which boot of the machine it was made, and when its predecessor was last seen', async () => {
  const solo = await Solo.open();
  const first = solo.cluster.join();
  await solo.pass(20_000);
  const seenAt = (await solo.cluster.store.leases.read('default')).renewedAt;
  solo.cluster.crash(first);
  solo.cluster.machine.reboot();
  solo.cluster.timeline.sleep(hour);
  solo.start();
  await solo.pass(20_000);
  const [second, before] = await solo.cluster.store.audit.list('default', {
    kinds: ['owner.claim'],
    limit: 10,
  });
  assert.equal(before?.detail['bootId'], 'boot 1');
  assert.equal(before?.detail['predecessorSeenAt'], null);
  assert.equal(second?.detail['bootId'], 'boot 2');
  assert.equal(second?.detail['predecessorSeenAt'], seenAt);
});

test('a claim names the first process of its machine, so that a container started anew is known', async () => {
  const solo = await Solo.open();
  const link = (pid: number, startMark: string) => ({ pid, startMark, command: 'x' });
  solo.start(({ provenance }) => ({
    provenance: {
      probe: async (role) => ({
        ...(await provenance.probe(role)),
        chain: [link(7, '900'), link(1, '42')],
      }),
    },
  }));
  await solo.pass(1_000);
  const [claimed] = await solo.cluster.store.audit.list('default', {
    kinds: ['owner.claim'],
    limit: 1,
  });
  assert.equal(claimed?.detail['firstMark'], '42');
});
