import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../src/core/appointment.ts';
import { Cluster } from './cluster.ts';
import { Doors } from './doors.ts';
import { memory } from './memory.ts';

const open = async (seed: number) => {
  const cluster = await Cluster.open(seed, memory);
  const every = (everyMs: number) =>
    ({ kind: 'every', everyMs, anchor: cluster.timeline.now().wall }) as const;
  return { cluster, every, doors: new Doors(cluster, () => 0) };
};

const onlyRunners: Rule = {
  kind: 'exclusive',
  choices: [{ kind: 'role', role: 'runner', level: 'unknown' }],
};

const lease = (cluster: Cluster) => cluster.store.leases.read('default');

test('after the wall clock was set back the holder asks the store before anything else', async () => {
  const { cluster } = await open(1);
  cluster.join();
  await cluster.pass(1_000);
  const before = await lease(cluster);
  cluster.timeline.wallOffset -= 60_000;
  await cluster.poke();
  await cluster.pass(100);
  assert.equal((await lease(cluster)).renewals, before.renewals + 1);
});

test('trust is counted from the question: an answer that took 14 s allows nothing', async () => {
  const { cluster, every } = await open(2);
  // Something to look at, so that its starts are not prepared early.
  const requirements = [{ kind: 'role', role: 'runner' }] as const;
  await cluster.addJob(every(1_000), { overlap: 'allow', requirements });
  let askedBoot = 0;
  let isSlow = false;
  cluster.intercept = (_pid, name) => {
    if (name !== 'renew' && name !== 'claim') return {};
    askedBoot = cluster.timeline.boot;
    const afterMs = isSlow ? 14_000 : 0;
    isSlow = false;
    return { afterMs };
  };
  let longest = 0;
  cluster.machine.onRelease = (deadlineBootMs) => {
    longest = Math.max(longest, deadlineBootMs - askedBoot);
  };
  // A child is being made whenever a renewal is asked, so it is ready in the very tick that gets the answer.
  cluster.machine.prepareMs = 500;
  await cluster.pass(300);
  cluster.join();
  await cluster.pass(7_000);
  isSlow = true;
  await cluster.pass(60_000);
  assert.ok(cluster.machine.witness.length > 30, cluster.log.join('\n'));
  assert.ok(longest <= 13_000, `a gate trusted until ${longest} ms after the question`);
});

test('a claim that was judged by an older appointment is refused', async () => {
  const { cluster, doors } = await open(3);
  cluster.intercept = (_pid, name) => (name === 'claim' ? { beforeMs: 1_000 } : {});
  cluster.join({ role: 'gateway' });
  await cluster.pass(500);
  await doors.appoint(onlyRunners);
  await cluster.pass(5_000);
  assert.equal((await lease(cluster)).epoch, 0, cluster.log.join('\n'));
});

test('a successor claims only when the starter of the dead holder has ended', async () => {
  for (const lingerMs of [300, 60_000]) {
    const { cluster } = await open(3);
    cluster.machine.lingerMs = lingerMs;
    const first = cluster.join();
    await cluster.pass(1_000);
    const starter = (await lease(cluster)).holder?.starter?.pid ?? 0;
    assert.ok(cluster.machine.isAlive(starter));
    let isEnded = false;
    cluster.intercept = (_pid, name) => {
      if (name === 'claim') isEnded = !cluster.machine.isAlive(starter);
      return {};
    };
    const second = cluster.join();
    await cluster.pass(1_000);
    cluster.crash(first);
    await cluster.pass(3_000);
    assert.equal((await lease(cluster)).holder?.instanceId, second.id, cluster.log.join('\n'));
    assert.ok(isEnded);
  }
});

test('a gate is not told to open when the authorisation was answered after trust had ended', async () => {
  const { cluster, every } = await open(4);
  await cluster.addJob(every(5_000), { overlap: 'allow' });
  let isSlow = true;
  cluster.intercept = (_pid, name) => {
    if (name !== 'authorise' || !isSlow) return {};
    isSlow = false;
    return { afterMs: 14_000 };
  };
  cluster.join();
  await cluster.pass(60_000);
  assert.ok(cluster.machine.witness.length > 5);
  assert.equal(cluster.machine.lateReleases, 0);
});

test('runs of a term that was ended by force are ended by the successor', async () => {
  const { cluster, every, doors } = await open(5);
  cluster.machine.runMs = 600_000;
  await cluster.addJob(every(3_000));
  const first = cluster.join();
  await cluster.pass(4_000);
  assert.equal(cluster.machine.witness.length, 1);
  cluster.crash(first);
  await doors.appoint(onlyRunners, true);
  cluster.join();
  await cluster.pass(3_000);
  const [run] = await cluster.store.runs.list('default', { states: ['ended'], limit: 5 });
  assert.equal(run?.reason, 'lease_lost', cluster.log.join('\n'));
});

test('two instances that wake together do not end each other, whoever looks first', async () => {
  for (const isFirst of [true, false]) {
    const { cluster } = await open(6);
    const holder = cluster.join();
    await cluster.pass(3_000);
    const standby = cluster.join();
    // Both have seen the same renewal, and the next one is not due yet.
    await cluster.pass(11_000);
    cluster.pause(holder);
    cluster.pause(standby);
    await cluster.pass(60_000);
    cluster.resume(isFirst ? holder : standby);
    await cluster.pass(4_000);
    cluster.resume(isFirst ? standby : holder);
    await cluster.pass(30_000);
    assert.equal((await lease(cluster)).holder?.instanceId, holder.id, cluster.log.join('\n'));
    assert.ok(cluster.machine.isAlive(standby.pid));
  }
});

test('a lease released for a higher tier goes to it and to nobody else', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const { cluster } = await open(seed);
    cluster.join();
    await cluster.pass(1_000 + seed * 400);
    cluster.join();
    const proven = cluster.join({ level: 'proven', unit: 'x.service' });
    // The preferred one is the last to hear of the release.
    cluster.intercept = (pid, name) =>
      pid === proven.pid && name === 'current' ? { beforeMs: 900 } : {};
    await cluster.pass(60_000);
    const { epoch, holder } = await lease(cluster);
    assert.equal(holder?.instanceId, proven.id, cluster.log.join('\n'));
    assert.equal(epoch, 2, cluster.log.join('\n'));
  }
});

test('a store that cannot be written for a minute costs nobody its life', async () => {
  const { cluster } = await open(8);
  const holder = cluster.join();
  await cluster.pass(2_000);
  cluster.join();
  await cluster.pass(6_000);
  cluster.intercept = (_pid, name) =>
    name === 'renew' || name === 'report' || name === 'claim' ? { fails: 'before' } : {};
  await cluster.pass(60_000);
  cluster.intercept = () => ({});
  await cluster.pass(20_000);
  assert.ok(cluster.machine.isAlive(holder.pid), cluster.log.join('\n'));
  assert.equal((await lease(cluster)).holder?.instanceId, holder.id);
});

test('a holder that is stopped in the middle of a write is ended although nobody else can write', async () => {
  const { cluster } = await open(8);
  const holder = cluster.join();
  await cluster.pass(2_000);
  const standby = cluster.join();
  await cluster.pass(6_000);
  cluster.pause(holder);
  // It keeps the store locked as long as it lives.
  const locked = new Set(['report', 'claim', 'renew']);
  cluster.intercept = (_pid, name) =>
    locked.has(name) && cluster.machine.isAlive(holder.pid)
      ? { beforeMs: 5_000, fails: 'before' }
      : {};
  await cluster.pass(40_000);
  assert.ok(!cluster.machine.isAlive(holder.pid), cluster.log.join('\n'));
  assert.equal((await lease(cluster)).holder?.instanceId, standby.id);
});

test('a claim whose answer was lost is claimed again within seconds', async () => {
  const { cluster, every } = await open(9);
  await cluster.addJob(every(1_000), { overlap: 'allow' });
  let isLost = false;
  cluster.intercept = (_pid, name) => {
    if (name !== 'claim' || isLost) return {};
    isLost = true;
    return { fails: 'after' };
  };
  cluster.join();
  await cluster.pass(5_000);
  assert.equal((await lease(cluster)).epoch, 2);
  assert.ok(cluster.machine.witness.length >= 3, cluster.log.join('\n'));
});

for (const name of ['fire', 'authorise', 'settle', 'markBegan']) {
  test(`a lost answer to ${name} costs no run and doubles none`, async () => {
    const { cluster, every } = await open(9);
    cluster.machine.runMs = 200;
    cluster.machine.exitCode = 0;
    await cluster.addJob(every(2_000));
    let calls = 0;
    cluster.intercept = (_pid, called) => {
      if (called === name) calls += 1;
      return called === name && calls === 2 ? { fails: 'after' } : {};
    };
    cluster.join();
    await cluster.pass(21_000);
    const ended = await cluster.store.runs.list('default', { states: ['ended'], limit: 100 });
    assert.equal(ended.length, 10, cluster.log.join('\n'));
    assert.ok(ended.every(({ outcome }) => outcome === 'succeeded'));
    assert.equal(cluster.machine.witness.length, 10);
  });
}

test('a hand-over that was asked for too long ago moves nobody', async () => {
  const { cluster, doors } = await open(10);
  await doors.ask('handover', null, 60_000);
  await cluster.pass(120_000);
  cluster.join();
  await cluster.pass(5_000);
  assert.ok((await lease(cluster)).holder !== null, cluster.log.join('\n'));
  assert.equal(cluster.log.filter((line) => line.includes('draining')).length, 0);
});

test('who handed over steps aside until another had the lease, and no longer', async () => {
  const { cluster, doors } = await open(14);
  const first = cluster.join();
  await cluster.pass(5_000);
  const second = cluster.join();
  await cluster.pass(5_000);
  assert.equal((await lease(cluster)).holder?.instanceId, first.id);
  await doors.ask('handover', null);
  await cluster.pass(2_000);
  assert.equal((await lease(cluster)).holder?.instanceId, second.id, cluster.log.join('\n'));
  cluster.crash(second);
  await cluster.pass(1_500);
  assert.equal((await lease(cluster)).holder?.instanceId, first.id);
});

test('five hundred requests that wait are all answered at once', async () => {
  const { cluster, every, doors } = await open(11);
  const job = await cluster.addJob(every(3_600_000), { overlap: 'skip' });
  for (let index = 0; index < 500; index += 1) await doors.ask('run', job.id);
  cluster.join();
  await cluster.pass(1_000);
  assert.equal((await cluster.store.requests.waiting('default', 1_000)).length, 0);
});

test('six thousand runs whose grace passes at once are dismissed, and the loop goes on', async () => {
  const { cluster, every } = await open(12);
  cluster.machine.runMs = 300_000;
  for (let index = 0; index < 6_000; index += 1)
    await cluster.addJob(every(3_600_000), { graceMs: 120_000 });
  cluster.join();
  await cluster.pass(3_600_000 + 200_000);
  const missed = await cluster.store.runs.list('default', { states: ['missed'], limit: 10_000 });
  assert.equal(missed.length, 6_000 - 20, cluster.log.slice(-5).join('\n'));
});

test('a holder that has hundreds of trees to end renews meanwhile and is not ended', async () => {
  const { cluster, every, doors } = await open(13);
  cluster.machine.runMs = 900_000;
  cluster.machine.endMs = 9_000;
  for (let index = 0; index < 60; index += 1) await cluster.addJob(every(3_000));
  const first = cluster.join({ maxRunning: 60 });
  await cluster.pass(5_000);
  assert.equal(cluster.machine.witness.length, 60);
  cluster.crash(first);
  await doors.appoint(onlyRunners, true);
  cluster.join();
  cluster.join();
  await cluster.pass(1_000);
  const { epoch, holder } = await lease(cluster);
  assert.notEqual(holder, null);
  await cluster.pass(59_000);
  assert.equal((await lease(cluster)).epoch, epoch, cluster.log.join('\n'));
  const ended = await cluster.store.runs.list('default', { states: ['ended'], limit: 100 });
  assert.equal(ended.filter(({ reason }) => reason === 'lease_lost').length, 60);
});

test('a holder that becomes ineligible begins nothing after the change was heard', async () => {
  const { cluster, every, doors } = await open(14);
  await cluster.addJob(every(1_000), { overlap: 'allow' });
  // A child becomes ready while the holder learns that it may not own any more.
  cluster.machine.prepareMs = 700;
  cluster.join({ role: 'gateway' });
  await cluster.pass(3_100);
  cluster.intercept = (_pid, name) => (name === 'renew' ? { afterMs: 600 } : {});
  const before = cluster.machine.witness.length;
  await doors.appoint(onlyRunners);
  await cluster.pass(30_000);
  assert.equal(before, 2);
  assert.equal(cluster.machine.witness.length, before);
  assert.equal((await lease(cluster)).holder, null);
});

test('a holder that proves less than before begins nothing until it has read the rule again', async () => {
  const { cluster, every, doors } = await open(24);
  await cluster.addJob(every(1_000), { overlap: 'allow' });
  const owner = cluster.join({ level: 'proven', unit: 'x.service' });
  const service = { manager: 'systemd-system', unit: 'x.service' } as const;
  await cluster.pass(1_000);
  await doors.appoint({
    kind: 'exclusive',
    choices: [{ kind: 'service', service, level: 'proven' }],
  });
  await cluster.pass(5_000);
  assert.ok(cluster.machine.witness.length >= 5);
  owner.level = 'claimed';
  let failed = 0;
  cluster.intercept = (_pid, name) => {
    if (name !== 'current') return {};
    failed += 1;
    return { fails: 'before' };
  };
  // Probed every 30 s, and a worse answer counts after 60.
  await cluster.pass(120_000);
  const known = cluster.machine.witness.length;
  await cluster.pass(30_000);
  assert.ok(failed > 10);
  assert.equal(cluster.machine.witness.length, known, cluster.log.slice(-10).join('\n'));
  cluster.intercept = () => ({});
  await cluster.pass(30_000);
  assert.equal((await lease(cluster)).holder, null);
  assert.equal(cluster.machine.witness.length, known);
});

test('a newer run replaces one that is still being prepared', async () => {
  const { cluster, every, doors } = await open(15);
  cluster.machine.runMs = 600_000;
  const job = await cluster.addJob(every(3_600_000), { overlap: 'replace' });
  cluster.machine.prepareMs = 2_000;
  cluster.join();
  await cluster.pass(1_000);
  await doors.ask('run', job.id);
  await cluster.pass(500);
  await doors.ask('run', job.id);
  await cluster.pass(10_000);
  const runs = await cluster.store.runs.list('default', { limit: 10 });
  assert.deepEqual(runs.map(({ state }) => state).sort(), ['running', 'skipped']);
  assert.equal(cluster.machine.witness.length, 1);
});

test('a tick of a timer ends when the store cannot answer, and when a retry is an hour away', async () => {
  const broken = (await open(16)).cluster;
  broken.intercept = () => ({ fails: 'before' });
  const member = broken.join({ role: 'timer', until: 'idle' });
  await broken.pass(5_000);
  assert.ok(member.isOver);

  const { cluster, every, doors } = await open(17);
  const job = await cluster.addJob(every(7_200_000), { retries: 5, retryDelayMs: 3_600_000 });
  cluster.machine.exitCode = 1;
  await doors.ask('run', job.id);
  const tick = cluster.join({ role: 'timer', until: 'idle' });
  await cluster.pass(60_000);
  assert.equal(cluster.machine.witness.length, 1);
  assert.ok(tick.isOver, cluster.log.join('\n'));
});

test('a job whose schedule cannot be computed is set aside with a row; the others run on', async () => {
  const { cluster, every } = await open(40);
  const good = await cluster.addJob(every(1_000), { overlap: 'allow' });
  const bad = await cluster.addJob(every(1_000));
  await cluster.spoil(bad);
  cluster.join();
  await cluster.pass(10_500);
  const aside = await cluster.store.jobs.get('default', bad.id);
  assert.equal(aside?.state, 'paused');
  assert.match(aside?.pausedReason ?? '', /cannot be computed/);
  const [row] = await cluster.store.runs.list('default', { jobId: bad.id, limit: 5 });
  assert.deepEqual([row?.state, row?.reason], ['missed', 'schedule_invalid']);
  const runs = await cluster.store.runs.list('default', { jobId: good.id, limit: 50 });
  assert.ok(runs.length >= 9, `${runs.length}`);
});

test('a starter that does not answer is told as overdue, and one slow start beside others is not', async () => {
  const { cluster, every } = await open(11);
  await cluster.addJob(every(1_000), { overlap: 'allow' });
  const member = cluster.join();
  await cluster.pass(3_500);
  const overdue = async (): Promise<number> => {
    const asked = cluster.ask(member);
    await cluster.pass(100);
    return (await asked)?.overdueMs ?? -1;
  };
  assert.ok((await overdue()) < 500);
  // It answers in the end, so what was asked meanwhile begins one after the other.
  cluster.machine.prepareMs = 12_000;
  await cluster.pass(7_000);
  assert.ok((await overdue()) > 5_000);
  await cluster.pass(10_000);
  assert.ok((await overdue()) < 2_000);
});
