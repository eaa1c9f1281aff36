import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from './scene.ts';

test('one runner runs a job on time and once', async () => {
  const { cluster, every, addJob, faults } = await openScene(1);
  await addJob(every(30_000), { overlap: 'allow' });
  cluster.join();
  await cluster.pass(600_500);
  assert.equal(cluster.machine.witness.length, 20, cluster.log.join('\n'));
  assert.deepEqual(await faults(), []);
  for (const { fireTime, at } of cluster.machine.witness)
    assert.ok(at - Date.parse(fireTime) < 200);
});

test('a standby takes over within a second when the holder is killed', async () => {
  const { cluster, every, addJob } = await openScene(2);
  await addJob(every(1_000), { overlap: 'allow' });
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

for (const lateMs of [0, 1_000, 2_000, 3_000, 4_000, 4_900])
  test(`a silent holder is replaced two seconds after its TTL at most, by a standby that came ${lateMs} ms after it`, async () => {
    const { cluster } = await openScene(20 + lateMs);
    const first = cluster.join();
    await cluster.pass(10_000 + lateMs);
    cluster.join();
    await cluster.pass(60_000);
    const { holder, renewedAt, ttlMs } = await cluster.store.leases.read('default');
    assert.equal(holder?.instanceId, first.id);
    cluster.pause(first);
    await cluster.pass(renewedAt + ttlMs + 2_000 - cluster.timeline.now().wall);
    const after = await cluster.store.leases.read('default');
    assert.notEqual(after.holder?.instanceId, first.id, cluster.log.join('\n'));
  });

test('a stopped holder is ended after a TTL, then replaced, and nothing is doubled', async () => {
  const { cluster, every, addJob, faults } = await openScene(3);
  await addJob(every(1_000), { overlap: 'allow' });
  const first = cluster.join();
  await cluster.pass(2_000);
  const second = cluster.join();
  await cluster.pass(8_500);
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
  assert.deepEqual(await faults(), []);
});

test('an ineligible instance never runs anything, even alone, in 200 due occurrences', async () => {
  const { cluster, every, addJob } = await openScene(4);
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
  await addJob(every(1_000));
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
  const { cluster, every, addJob, faults } = await openScene(5);
  await addJob(every(1_000), { overlap: 'allow' });
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
  assert.deepEqual(await faults(), []);
});
