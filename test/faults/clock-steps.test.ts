import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dayMs,
  every,
  hourMs,
  minuteMs,
  misdeeds,
  openCluster,
  rowsOf,
  undecided,
  yearMs,
} from './virtual.ts';

/** F50, F51, F52, F61: clocks that are set, run fast or stand still while the machine sleeps or a process is blocked. */

const sizes = [
  { name: '1 s', ms: 1_000 },
  { name: '1 min', ms: minuteMs },
  { name: '1 h', ms: hourMs },
  { name: '1 day', ms: dayMs },
  { name: '1 year', ms: yearMs },
  { name: '10 years', ms: 10 * yearMs },
];

for (const { name, ms } of sizes) {
  test(`the clock set back by ${name}: nothing runs again, and all goes on when it has caught up`, async () => {
    const cluster = await openCluster(1);
    cluster.machine.runMs = 100;
    const job = await cluster.addJob(every(cluster, 30_000), { overlap: 'allow' });
    cluster.join();
    await cluster.pass(5 * minuteMs + 100);
    const ran = cluster.machine.witness.length;
    assert.equal(ran, 10);
    cluster.timeline.wallOffset -= ms;
    await cluster.pass(20_000);
    assert.equal(cluster.machine.witness.length, ran, 'an occurrence ran again');
    if (ms > 1_000) assert.match(cluster.log.join('\n'), new RegExp(`clock-stepped {"ms":-${ms}}`));
    cluster.timeline.wallOffset += ms;
    await cluster.pass(5 * minuteMs);
    assert.ok(cluster.machine.witness.length >= ran + 10, 'it did not go on');
    assert.deepEqual(misdeeds(cluster), []);
    const until = cluster.timeline.now().wall - 6_000;
    assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
  });

  test(`the clock set forward by ${name}: what it passed is decided, once, and the rest is on time`, async () => {
    const cluster = await openCluster(2);
    cluster.machine.runMs = 100;
    const job = await cluster.addJob(every(cluster, 30_000), { overlap: 'allow' });
    cluster.join();
    await cluster.pass(5 * minuteMs + 100);
    const from = cluster.timeline.now().wall;
    cluster.timeline.wallOffset += ms;
    await cluster.pass(5 * minuteMs);
    const runs = cluster.machine.witness.length;
    // Ten before, at most one for all that it passed, ten after.
    assert.ok(runs >= 20 && runs <= 21, `${runs} runs`);
    assert.deepEqual(misdeeds(cluster), []);
    const rows = await rowsOf(cluster, job);
    const decided = rows.reduce((sum, { count }) => sum + count, 0);
    assert.equal(decided, Math.floor((cluster.timeline.now().wall - job.createdAt) / 30_000));
    if (ms > hourMs) {
      const missed = rows.filter(({ state }) => state === 'missed');
      assert.equal(missed.length, 1);
      assert.equal(missed[0]?.reason, 'clock_step');
    }
    const until = Math.min(cluster.timeline.now().wall, from + dayMs);
    assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
  });
}

for (const { name, rate } of [
  { name: 'sixty times as fast', rate: 60 },
  { name: 'a thousand times as fast', rate: 1_000 },
  { name: 'at a tenth of its speed', rate: 0.1 },
]) {
  test(`a wall clock that runs ${name}: every occurrence is decided once, by the wall clock`, async () => {
    const cluster = await openCluster(3);
    cluster.machine.runMs = 100;
    const job = await cluster.addJob(every(cluster, 10 * minuteMs), { overlap: 'allow' });
    cluster.join();
    await cluster.pass(100);
    const sinceWall = cluster.timeline.now().wall;
    for (let step = 0; step < 1_200; step += 1) {
      cluster.timeline.wallOffset += 50 * (rate - 1);
      await cluster.pass(50);
    }
    const until = cluster.timeline.now().wall;
    assert.ok(Math.abs(until - sinceWall - 60_000 * rate) < 1_000, 'the clock was not bent');
    await cluster.pass(2 * minuteMs);
    assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
    assert.deepEqual(misdeeds(cluster), []);
    if (rate > 1) assert.ok(cluster.machine.witness.length >= 6, 'hardly anything ran');
    assert.equal((await cluster.store.leases.read('default')).epoch, 1, 'it lost the lease');
  });
}

test('after eight hours of sleep the lease is proved before anything else, and what was missed is told', async () => {
  const cluster = await openCluster(4);
  cluster.machine.runMs = 100;
  const job = await cluster.addJob(every(cluster, 10 * minuteMs), { overlap: 'allow' });
  cluster.join();
  await cluster.pass(hourMs + 1_000);
  const calls: string[] = [];
  cluster.onCall = ({ name }) => calls.push(name);
  cluster.timeline.sleep(8 * hourMs);
  await cluster.pass(10_000);
  const written = calls.filter((name) => /^(renew|claim|fire|authorise|settle)$/.test(name));
  assert.equal(written[0], 'renew', calls.join(' '));
  assert.ok(written.includes('fire'));
  const rows = await rowsOf(cluster, job);
  const missed = rows.filter(({ state }) => state === 'missed');
  assert.deepEqual(
    missed.map(({ reason, count }) => `${reason} ${count}`),
    ['asleep 47'],
  );
  assert.match(cluster.log.join('\n'), /was-paused {"ms":28/);
  assert.deepEqual(misdeeds(cluster), []);
  await cluster.pass(10 * minuteMs);
  const until = cluster.timeline.now().wall - 6_000;
  assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
});

for (const seconds of [1, 5, 14, 20, 60]) {
  test(`an event loop blocked for ${seconds} s: the lease is proved first, runs are late but once`, async () => {
    const cluster = await openCluster(5);
    cluster.machine.runMs = 100;
    const job = await cluster.addJob(every(cluster, 2_000), { overlap: 'allow' });
    const member = cluster.join();
    await cluster.pass(11_000);
    cluster.pause(member);
    await cluster.pass(seconds * 1_000 + 4_000);
    const calls: string[] = [];
    cluster.onCall = ({ name }) => calls.push(name);
    const before = cluster.machine.witness.length;
    cluster.resume(member);
    await cluster.pass(20_000);
    const written = calls.filter((name) => /^(renew|claim|fire|authorise)$/.test(name));
    if (seconds >= 5) assert.equal(written[0], 'renew', calls.join(' '));
    assert.ok(cluster.machine.witness.length >= before + 9);
    assert.deepEqual(misdeeds(cluster), []);
    const until = cluster.timeline.now().wall - 6_000;
    assert.deepEqual(await undecided(cluster, job, { from: job.createdAt, until }), []);
  });
}
