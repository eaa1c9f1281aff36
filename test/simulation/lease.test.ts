import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import { fireTimes } from '../../src/core/fire-times.ts';
import type { Job } from '../../src/core/job.ts';
import { Cluster } from './cluster.ts';
import type { Begin } from './machine.ts';
import { seededRandom, type Timeline } from './timeline.ts';

const memory = (timeline: Timeline) =>
  openSqliteStore({
    path: ':memory:',
    now: () => timeline.now().wall,
    sleep: async () => {},
    random: () => 0.5,
  });

const everySecond = (cluster: Cluster, everyMs = 1_000) => ({
  kind: 'every' as const,
  everyMs,
  anchor: cluster.timeline.now().wall,
});

/** Judges the witness, which the runs wrote, against the ledger, which the scheduler wrote. */
async function judge(
  cluster: Cluster,
  jobs: readonly Job[],
  begins: readonly Begin[],
): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Map<string, Begin>();
  for (const begin of begins) {
    if (begin.fireTime === '') continue;
    const name = `${begin.jobId} ${begin.fireTime}`;
    if (seen.has(name)) faults.push(`began twice: ${name}`);
    seen.set(name, begin);
    if (begin.at < Date.parse(begin.fireTime)) faults.push(`early: ${name}`);
  }
  const now = cluster.timeline.now().wall;
  for (const job of jobs) {
    const rows = await cluster.store.runs.list('default', { jobId: job.id, limit: 100_000 });
    const decided = new Map<number, number>();
    for (const row of rows) {
      const from = row.fireTime ?? 0;
      for (const at of fireTimes(
        job.definition.schedule,
        from - 1,
        row.fireTimeEnd ?? from,
        100_000,
      ).times)
        decided.set(at, (decided.get(at) ?? 0) + 1);
    }
    for (const at of fireTimes(job.definition.schedule, job.createdAt, now - 5_000, 100_000)
      .times) {
      const times = decided.get(at) ?? 0;
      if (times !== 1)
        faults.push(`${job.id} ${new Date(at).toISOString()} was decided ${times} times`);
    }
  }
  return faults;
}

test('one runner runs a job on time and once', async () => {
  const cluster = await Cluster.open(1, memory);
  const job = await cluster.addJob(everySecond(cluster, 30_000), { overlap: 'allow' });
  cluster.join();
  await cluster.pass(600_500);
  assert.equal(cluster.machine.witness.length, 20, cluster.log.join('\n'));
  assert.deepEqual(await judge(cluster, [job], cluster.machine.witness), []);
  for (const { fireTime, at } of cluster.machine.witness)
    assert.ok(at - Date.parse(fireTime) < 200);
});

test('a standby takes over within a second when the holder is killed', async () => {
  const cluster = await Cluster.open(2, memory);
  await cluster.addJob(everySecond(cluster), { overlap: 'allow' });
  const first = cluster.join();
  await cluster.pass(3_000);
  cluster.join();
  await cluster.pass(2_500);
  const before = await cluster.store.leases.read('default');
  assert.equal(before.holder?.instanceId, first.id, cluster.log.join('\n'));
  cluster.crash(first);
  await cluster.pass(1_000);
  const after = await cluster.store.leases.read('default');
  assert.notEqual(after.holder?.instanceId, first.id, cluster.log.join('\n'));
  assert.ok(after.epoch > before.epoch);
});

test('a stopped holder is ended after a TTL, then replaced, and nothing is doubled', async () => {
  const cluster = await Cluster.open(3, memory);
  const job = await cluster.addJob(everySecond(cluster), { overlap: 'allow' });
  const first = cluster.join();
  await cluster.pass(2_000);
  const second = cluster.join();
  await cluster.pass(8_000);
  cluster.pause(first);
  await cluster.pass(14_000);
  assert.equal((await cluster.store.leases.read('default')).holder?.instanceId, first.id);
  await cluster.pass(12_000);
  assert.equal(
    (await cluster.store.leases.read('default')).holder?.instanceId,
    second.id,
    cluster.log.join('\n'),
  );
  assert.ok(!cluster.machine.isAlive(first.pid));
  cluster.resume(first);
  await cluster.pass(10_000);
  assert.deepEqual(await judge(cluster, [job], cluster.machine.witness), []);
});

test('an ineligible instance never runs anything, even alone, in 200 due occurrences', async () => {
  const cluster = await Cluster.open(4, memory);
  const appointment = await cluster.store.appointments.current('default');
  await cluster.store.appointments.appoint({
    profile: 'default',
    seenVersion: appointment.version,
    rule: {
      kind: 'exclusive',
      choices: [
        {
          kind: 'service',
          service: { manager: 'systemd-system', unit: 'owner.service' },
          level: 'proven',
        },
      ],
    },
    reason: null,
    force: false,
    entry: {
      profile: 'default',
      at: 0,
      actor: 'test',
      kind: 'owner.appoint',
      subject: 'default',
      detail: {},
    },
  });
  await cluster.addJob(everySecond(cluster));
  cluster.join();
  cluster.join({ role: 'gateway', level: 'claimed', unit: 'owner.service' });
  cluster.join({ role: 'dashboard', level: 'proven', unit: 'other.service' });
  await cluster.pass(200_000);
  assert.equal(cluster.machine.witness.length, 0);
  for (const instance of await cluster.instances()) assert.equal(instance.standing, 'ineligible');
  const owner = cluster.join({ level: 'proven', unit: 'owner.service' });
  await cluster.pass(3_000);
  assert.ok(cluster.machine.witness.every(({ instancePid }) => instancePid === owner.pid));
  assert.ok(cluster.machine.witness.length > 0, cluster.log.join('\n'));
});

test('a proven service takes over from a runner by drain after 30 s; an equal one does not', async () => {
  const cluster = await Cluster.open(5, memory);
  const job = await cluster.addJob(everySecond(cluster), { overlap: 'allow' });
  const plain = cluster.join();
  await cluster.pass(5_000);
  cluster.join({ role: 'gateway' });
  await cluster.pass(120_000);
  assert.equal((await cluster.store.leases.read('default')).holder?.instanceId, plain.id);
  const proven = cluster.join({ level: 'proven', unit: 'x.service' });
  await cluster.pass(20_000);
  assert.equal((await cluster.store.leases.read('default')).holder?.instanceId, plain.id);
  await cluster.pass(30_000);
  assert.equal(
    (await cluster.store.leases.read('default')).holder?.instanceId,
    proven.id,
    cluster.log.join('\n'),
  );
  assert.deepEqual(await judge(cluster, [job], cluster.machine.witness), []);
});

const seeds = Number(process.env['SEEDS'] ?? 20);
const first = Number(process.env['SEED'] ?? 1);
const last = process.env['SEED'] === undefined ? seeds : first;

/** Crashes, pauses and joins at random; then everything is healed and must recover. */
async function storm(
  seed: number,
): Promise<{ faults: string[]; log: readonly string[]; wakeUps: number }> {
  const cluster = await Cluster.open(seed, memory);
  const random = seededRandom(seed * 7 + 1);
  const jobs = [
    await cluster.addJob(everySecond(cluster, 1_000), { overlap: 'allow' }),
    await cluster.addJob(everySecond(cluster, 3_000), { overlap: 'skip' }),
    await cluster.addJob(everySecond(cluster, 7_000), {
      overlap: 'queue',
      catchUp: { kind: 'all', max: 3 },
      graceMs: 30_000,
    }),
  ];
  let running = [cluster.join(), cluster.join()];
  for (let round = 0; round < 20; round += 1) {
    await cluster.pass(random() * 9_000);
    const victim = running[Math.floor(random() * running.length)];
    const dice = random();
    if (victim !== undefined && dice < 0.35) cluster.crash(victim);
    else if (victim !== undefined && dice < 0.65) {
      cluster.pause(victim);
      await cluster.pass(random() * 40_000);
      cluster.resume(victim);
    } else if (victim !== undefined && dice < 0.75) victim.stop.abort();
    else cluster.timeline.wallOffset += dice < 0.8 ? (random() - 0.3) * 120_000 : 0;
    running = running.filter(({ pid, isOver }) => cluster.machine.isAlive(pid) && !isOver);
    while (running.length < 2) running.push(cluster.join());
  }
  for (const member of running) cluster.resume(member);
  const healed = cluster.timeline.boot;
  await cluster.pass(60_000);
  const faults = await judge(cluster, jobs, cluster.machine.witness);
  const recent = cluster.machine.witness.filter(
    ({ jobId, at }) => jobId === jobs[0]?.id && at > cluster.timeline.now().wall - 10_000,
  );
  if (recent.length < 8)
    faults.push(`not recovered 50 s after ${healed}: ${recent.length} runs in 10 s`);
  const stuck = (
    await cluster.store.runs.list('default', { states: ['running'], limit: 1_000 })
  ).filter(({ decidedAt }) => decidedAt < cluster.timeline.now().wall - 40_000);
  for (const run of stuck) faults.push(`stuck: ${run.id} ${run.jobName}`);
  return { faults, log: cluster.log, wakeUps: cluster.timeline.wakeUps };
}

test(`seeds ${first} to ${last}: nothing doubled, nothing silent, nothing stuck, recovered`, async () => {
  for (let seed = first; seed <= last; seed += 1) {
    const { faults, log } = await storm(seed);
    assert.deepEqual(
      faults,
      [],
      `SEED=${seed}\n${process.env['SEED'] === undefined ? '' : log.join('\n')}`,
    );
  }
});

test('one seed replays exactly', async () => {
  const once = await storm(11);
  const again = await storm(11);
  assert.deepEqual(again.log, once.log);
});
