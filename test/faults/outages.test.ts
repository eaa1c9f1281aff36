import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planFiring } from '../../src/core/firing.ts';
import type { Cluster, Member } from '../simulation/cluster.ts';
import { every, hourMs, minuteMs, misdeeds, openCluster, rowsOf, undecided } from './virtual.ts';

/** F14, F18, F19, F20, F21, F22, F60: restarts, downtime, and ticks that fail, pile up or have nothing to do. */

async function stop(cluster: Cluster, member: Member): Promise<void> {
  member.stop.abort();
  await cluster.pass(900);
  assert.ok(member.isOver);
}

test('restarted across the fire time, fifty times: each occurrence runs once and is not early', async () => {
  const cluster = await openCluster(1);
  cluster.machine.runMs = 100;
  const job = await cluster.addJob(every(cluster, minuteMs));
  let member = cluster.join();
  for (let round = 0; round < 50; round += 1) {
    const due = (await cluster.store.jobs.get('default', job.id))?.nextFireAt ?? 0;
    await cluster.pass(due - cluster.timeline.now().wall - 1_000);
    await stop(cluster, member);
    await cluster.pass(1_100);
    assert.ok(cluster.timeline.now().wall > due);
    member = cluster.join();
    await cluster.pass(2_000);
  }
  assert.equal(cluster.machine.witness.length, 50, cluster.log.slice(-20).join('\n'));
  assert.deepEqual(misdeeds(cluster), []);
  for (const { fireTime, at } of cluster.machine.witness)
    assert.ok(at - Date.parse(fireTime) < 3_000, `${fireTime} began at ${at}`);
});

test('killed 20 ms after each start, fifty times: nothing is doubled, nothing silent', async () => {
  const cluster = await openCluster(2);
  cluster.machine.runMs = 50;
  cluster.machine.exitCode = 0;
  const job = await cluster.addJob(every(cluster, 500), { overlap: 'allow' });
  for (let crash = 0; crash < 50; crash += 1) {
    const member = cluster.join();
    await cluster.pass(20);
    cluster.crash(member);
    await cluster.pass(150);
  }
  const crashed = cluster.machine.witness.length;
  cluster.join();
  await cluster.pass(6_000);
  assert.deepEqual(misdeeds(cluster), []);
  const until = cluster.timeline.now().wall - 2_000;
  assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
  assert.ok(crashed > 5, `only ${crashed} runs began between crashes`);
  const open = await cluster.store.runs.open('default', 100);
  assert.deepEqual(
    open.filter(({ decidedAt }) => decidedAt < until),
    [],
    'a run is stuck',
  );
});

test('five hundred jobs overdue after eight hours: one catch-up each, spread out, and a row for the rest', async () => {
  const cluster = await openCluster(3);
  cluster.machine.runMs = 1_000;
  const jobs = [];
  for (let index = 0; index < 500; index += 1)
    jobs.push(await cluster.addJob(every(cluster, hourMs)));
  await cluster.pass(8 * hourMs + 10_000);
  const back = cluster.timeline.now().wall;
  cluster.join();
  await cluster.pass(10 * minuteMs);
  const begins = cluster.machine.witness.map(({ at }) => at);
  assert.equal(begins.length, 500);
  assert.deepEqual(misdeeds(cluster), []);
  for (const from of begins) {
    const together = begins.filter((at) => at >= from && at < from + 5_000).length;
    assert.ok(together <= 15, `${together} catch-ups began within 5 s`);
  }
  for (const job of jobs) {
    const rows = await rowsOf(cluster, job);
    assert.deepEqual(
      rows.map(({ state, cause, count }) => `${state} ${cause} ${count}`),
      ['missed schedule 7', 'ended catch-up 1'],
    );
    assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until: back }), []);
  }
});

test('ten thousand missed occurrences of one job cost one row, and it goes on', async () => {
  const cluster = await openCluster(4);
  cluster.machine.runMs = 100;
  const job = await cluster.addJob(every(cluster, 1_000), { overlap: 'allow' });
  await cluster.pass(3 * hourMs);
  const due = await cluster.store.jobs.get('default', job.id);
  assert.ok(due !== null);
  const before = process.cpuUsage();
  const plan = planFiring(due, {
    now: cluster.timeline.now().wall,
    epoch: 1,
    newId: cluster.newId,
    termSince: cluster.timeline.now().wall,
    gaps: [],
    isBusy: false,
    catchUpsBefore: 0,
  });
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 250_000, 'planning takes time for each of them');
  assert.equal(plan.rows.length, 2);
  cluster.join();
  await cluster.pass(20_500);
  const rows = await rowsOf(cluster, job);
  const missed = rows.filter(({ state }) => state === 'missed');
  assert.equal(missed.length, 1);
  assert.equal(missed[0]?.count, 10_799);
  assert.ok(cluster.machine.witness.length >= 20, 'it did not go on');
  const until = cluster.timeline.now().wall - 2_000;
  assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
});

test('woken a thousand times at the fire time, a tick decides once', async () => {
  const cluster = await openCluster(5);
  const job = await cluster.addJob(every(cluster, 10_000), { overlap: 'allow' });
  cluster.join();
  for (let round = 1; round <= 5; round += 1) {
    await cluster.pass(9_990);
    for (let poke = 0; poke < 1_000; poke += 1) void cluster.poke();
    await cluster.pass(10);
    for (let poke = 0; poke < 1_000; poke += 1) void cluster.poke();
  }
  await cluster.pass(1_000);
  assert.equal(cluster.machine.witness.length, 5);
  assert.deepEqual(misdeeds(cluster), []);
  assert.equal((await rowsOf(cluster, job)).length, 5);
});

test('plans that overlap decide once, and an older one that comes later changes nothing', async () => {
  const cluster = await openCluster(6);
  const member = cluster.join({ maxRunning: 0 });
  await cluster.pass(1_000);
  cluster.pause(member);
  const job = await cluster.addJob(every(cluster, 1_000), { overlap: 'allow' });
  const { epoch } = await cluster.store.leases.read('default');
  const fence = { profile: 'default', epoch, instanceId: member.id };
  const start = cluster.timeline.now().wall;
  const planAt = (afterMs: number) =>
    planFiring(job, {
      now: start + afterMs,
      epoch,
      newId: cluster.newId,
      termSince: start,
      gaps: [],
      isBusy: false,
      catchUpsBefore: 0,
    });
  const plans = Array.from({ length: 1_000 }, () => planAt(5_000));
  const answers = await Promise.all(plans.map((plan) => cluster.store.runs.fire(fence, [plan])));
  const inserted = answers.map((answer) => (answer.kind === 'done' ? answer.value.length : -1));
  assert.equal(Math.min(...inserted), 0);
  assert.equal(
    inserted.reduce((sum, rows) => sum + rows, 0),
    planAt(5_000).rows.length,
  );
  await cluster.store.runs.fire(fence, [planAt(2_000)]);
  assert.equal((await cluster.store.jobs.get('default', job.id))?.nextFireAt, start + 6_000);
  assert.deepEqual(await undecided(cluster, job, { from: start, until: start + 5_000 }), []);
});

test('a tick that throws is told, stops nothing for good, and every occurrence is decided after', async () => {
  const cluster = await openCluster(7);
  cluster.machine.runMs = 100;
  const job = await cluster.addJob(every(cluster, 1_000), { overlap: 'allow' });
  cluster.join();
  await cluster.pass(5_000);
  let thrown = 0;
  cluster.intercept = (_pid, name) => {
    if (name !== 'due' && name !== 'renew') return {};
    thrown += 1;
    // A loop that tries again at once would let no virtual time pass.
    if (thrown > 1_000) return {};
    throw new TypeError('nobody expected this');
  };
  await cluster.pass(8_000);
  cluster.intercept = () => ({});
  const before = cluster.machine.witness.length;
  await cluster.pass(10_000);
  assert.ok(thrown > 10 && thrown < 100, `${thrown} failed ticks in 8 s`);
  assert.equal(cluster.log.filter((line) => line.includes('ERROR tick-failed')).length, 1);
  assert.ok(cluster.machine.witness.length >= before + 9, 'it did not go on');
  assert.deepEqual(misdeeds(cluster), []);
  const until = cluster.timeline.now().wall - 2_000;
  assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
});

const quiet = [
  {
    name: 'with a job that is due in a year',
    prepare: (cluster: Cluster) => cluster.addJob(every(cluster, 365 * 24 * hourMs)),
  },
  {
    name: 'with a job that is due at this very instant',
    prepare: (cluster: Cluster) =>
      cluster.addJob({ kind: 'at', at: cluster.timeline.now().wall + 1_000 }),
  },
  {
    name: 'with a queue that has been due for long and no room',
    prepare: async (cluster: Cluster) => {
      cluster.machine.runMs = 50 * minuteMs;
      for (let index = 0; index < 30; index += 1)
        await cluster.addJob({ kind: 'at', at: cluster.timeline.now().wall + 500 });
    },
  },
  {
    name: 'with a clock that was set back by a day',
    prepare: async (cluster: Cluster) => {
      await cluster.addJob(every(cluster, hourMs));
      await cluster.pass(2_000);
      cluster.timeline.wallOffset -= 24 * hourMs;
    },
  },
];
for (const { name, prepare } of quiet) {
  test(`${name} the loop wakes at most twice a second`, async () => {
    const cluster = await openCluster(8);
    let calls = 0;
    let isEndless = false;
    cluster.intercept = () => {
      calls += 1;
      isEndless = calls > 20_000;
      // A loop that never sleeps would let no virtual time pass: it is stopped here and counted below.
      return isEndless ? { fails: 'before' } : {};
    };
    cluster.join({ maxRunning: 2 });
    await cluster.pass(1_000);
    await prepare(cluster);
    await cluster.pass(5_000);
    const before = cluster.timeline.loopWakeUps;
    await cluster.pass(10 * minuteMs);
    const perSecond = (cluster.timeline.loopWakeUps - before) / 600;
    assert.ok(!isEndless, 'it does not sleep');
    assert.ok(perSecond <= 2, `${perSecond} wake-ups a second`);
    assert.ok(perSecond > 0, 'nothing lived');
  });
}
