import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../src/core/run.ts';
import type { Fate } from '../../src/ports/supervisor.ts';
import type { Member, MemberOptions } from './cluster.ts';
import { openScene, type Scene } from './scene.ts';

const unit = 'cronkeeper-la.service';

/** A service with one long run, a second after it began. */
async function begun(
  fate: Fate,
  runMs = 600_000,
  origin: MemberOptions = { level: 'proven', unit },
): Promise<{ scene: Scene; owner: Member }> {
  const scene = await openScene(7);
  const { machine } = scene.cluster;
  machine.runMs = runMs;
  machine.exitCode = 0;
  const owner = scene.cluster.join(origin);
  owner.fate = fate;
  await scene.cluster.pass(500);
  await scene.addJob(scene.every(1_000), { maxRuns: 1 });
  await scene.cluster.pass(2_000);
  assert.equal(machine.running().length, 1, scene.cluster.log.join('\n'));
  return { scene, owner };
}

async function onlyRun({ cluster }: Scene): Promise<Run> {
  const [run, ...others] = await cluster.store.runs.list('default', { limit: 10 });
  assert.ok(run !== undefined && others.length === 0);
  return run;
}

const asked = ({ cluster }: Scene): number =>
  cluster.log.filter((line) => line.includes('told-to-stop')).length;

test('a service that is stopped for good ends its runs and says so in their record', async () => {
  const { scene, owner } = await begun('stop');
  owner.stop.abort();
  await scene.cluster.pass(10_000);
  assert.ok(owner.isOver);
  assert.deepEqual(scene.cluster.machine.running(), []);
  const { state, outcome, reason } = await onlyRun(scene);
  assert.deepEqual(
    { state, outcome, reason },
    { state: 'ended', outcome: 'cancelled', reason: 'service_stopped' },
  );
  assert.equal((await scene.cluster.store.leases.read('default')).holder, null);
  assert.deepEqual(await scene.faults(), []);
});

test('the first process of a container asks nobody and ends its runs, which could not outlive it', async () => {
  const { scene, owner } = await begun('restart', 600_000, { level: 'corroborated' });
  owner.stop.abort();
  await scene.cluster.pass(10_000);
  assert.ok(owner.isOver);
  assert.equal((await onlyRun(scene)).reason, 'service_stopped');
});

for (const level of ['proven', 'mismatch'] as const) {
  test(`${level === 'proven' ? 'a service that is restarted' : 'a process that is not what the service runs'} leaves its runs, and the next owner records their true end`, async () => {
    const { scene, owner } = await begun(level === 'proven' ? 'restart' : 'stop', 90_000);
    owner.level = level;
    // Long enough for the process to ask anew what it is, and to believe it.
    if (level === 'mismatch') await scene.cluster.pass(70_000);
    const [child] = scene.cluster.machine.running();
    owner.stop.abort();
    await scene.cluster.pass(3_000);
    assert.ok(owner.isOver);
    assert.equal(asked(scene), 1);
    scene.cluster.join({ level: 'proven', unit });
    await scene.cluster.pass(100_000);
    const { outcome, reason } = await onlyRun(scene);
    assert.deepEqual({ outcome, reason }, { outcome: 'succeeded', reason: null });
    assert.equal(scene.cluster.machine.witness.length, 1);
    assert.equal(child?.state, 'over');
    assert.deepEqual(await scene.faults(), []);
  });
}

test('a run that was left because the manager was silent goes on when it is adopted within a minute', async () => {
  const { scene, owner } = await begun('unanswered', 180_000);
  owner.stop.abort();
  await scene.cluster.pass(50_000);
  assert.ok(owner.isOver);
  scene.cluster.join({ level: 'proven', unit });
  await scene.cluster.pass(150_000);
  const { outcome } = await onlyRun(scene);
  assert.equal(outcome, 'succeeded');
  assert.deepEqual(await scene.faults(), []);
});

test('a run that was left because the manager was silent is ended when nobody adopts it within a minute', async () => {
  const { scene, owner } = await begun('unanswered');
  owner.stop.abort();
  await scene.cluster.pass(55_000);
  assert.equal(scene.cluster.machine.running().length, 1);
  await scene.cluster.pass(10_000);
  assert.deepEqual(scene.cluster.machine.running(), []);
  scene.cluster.join({ level: 'proven', unit });
  await scene.cluster.pass(5_000);
  const { outcome, reason } = await onlyRun(scene);
  assert.deepEqual({ outcome, reason }, { outcome: 'cancelled', reason: 'owner_absent' });
  assert.deepEqual(await scene.faults(), []);
});

test('a manager that answers too late is one that does not answer', async () => {
  const { scene, owner } = await begun('stop');
  scene.cluster.intercept = (_pid, name) => (name === 'fate' ? { beforeMs: 8_000 } : {});
  owner.stop.abort();
  await scene.cluster.pass(20_000);
  assert.ok(owner.isOver);
  assert.equal(scene.cluster.machine.running().length, 1);
  await scene.cluster.pass(60_000);
  assert.deepEqual(scene.cluster.machine.running(), []);
});

test('a service whose runs do not end in time ends all the same, and what became of them is recorded later', async () => {
  const { scene, owner } = await begun('stop');
  scene.cluster.machine.endMs = 20_000;
  owner.stop.abort();
  await scene.cluster.pass(40_000);
  assert.ok(owner.isOver);
  assert.equal((await scene.cluster.store.leases.read('default')).holder, null);
  scene.cluster.join({ level: 'proven', unit });
  await scene.cluster.pass(10_000);
  assert.equal((await onlyRun(scene)).reason, 'service_stopped');
});

for (const [fate, left] of [
  ['stop', 0],
  ['restart', 1],
  ['unanswered', 1],
] as const) {
  test(`without its store a service that is told to end (${fate}) still does to its runs what was meant`, async () => {
    const { scene, owner } = await begun(fate);
    const { machine } = scene.cluster;
    // Another start is under way, of which there is no process yet.
    machine.prepareMs = 30_000;
    await scene.addJob(scene.every(1_000), { maxRuns: 1 });
    await scene.cluster.pass(1_500);
    scene.cluster.storeFaults = 1;
    await scene.cluster.pass(1_000);
    owner.stop.abort();
    await scene.cluster.pass(45_000);
    assert.ok(owner.isOver, scene.cluster.log.join('\n'));
    assert.equal(machine.running().length, left);
    scene.cluster.storeFaults = 0;
    scene.cluster.join({ level: 'proven', unit });
    await scene.cluster.pass(20_000);
    const runs = await scene.cluster.store.runs.list('default', { limit: 10 });
    const first = runs.find(({ id }) => id === machine.witness[0]?.key.runId);
    if (fate === 'stop') assert.equal(first?.reason, 'service_stopped');
    await scene.cluster.pass(60_000);
    // It was adopted, so nobody ended it.
    const isThere = machine.running().some(({ key }) => key.runId === first?.id);
    assert.equal(isThere, fate !== 'stop');
  });
}
