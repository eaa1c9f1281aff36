import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from './scene.ts';
import { Solo } from './solo.ts';

/** One run that would go on for a day, and may last five minutes; what should end it then was killed. */
async function open(): Promise<Solo> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 86_400_000;
  solo.cluster.machine.isUnwatched = true;
  const job = await solo.cluster.addJob(solo.every(86_400_000), { timeoutMs: 300_000 });
  await solo.doors.ask('run', job.id);
  solo.start();
  await solo.pass(2_000);
  return solo;
}

const ended = async (solo: Solo): Promise<readonly unknown[]> =>
  (await solo.runs()).map(({ state, outcome, reason }) => ({ state, outcome, reason }));

const running = { state: 'running', outcome: null, reason: null };
const timedOut = { state: 'ended', outcome: 'timed_out', reason: 'timeout' };

test('a run that nothing ends when its time is over is ended by its owner a minute later', async () => {
  const solo = await open();
  await solo.pass(350_000);
  assert.deepEqual(await ended(solo), [running]);
  await solo.pass(20_000);
  assert.deepEqual(await ended(solo), [timedOut]);
});

test('it is told once, and a person may still cancel what does not end', async () => {
  const solo = await open();
  const { machine } = solo.cluster;
  machine.endMs = 3_600_000;
  await solo.pass(400_000);
  assert.deepEqual(await ended(solo), [running]);
  assert.equal(solo.said('overdue-ended').length, 1);
  machine.endMs = 0;
  const [run] = await solo.runs();
  assert.ok(run !== undefined);
  await solo.doors.cancel(run.id);
  await solo.pass(5_000);
  assert.deepEqual(await ended(solo), [
    { state: 'ended', outcome: 'cancelled', reason: 'cancelled_by_request' },
  ]);
});

test('an owner that adopts such a run gives it its time anew, because clocks step', async () => {
  const { cluster, every, addJob } = await openScene(7);
  const { machine } = cluster;
  machine.runMs = 86_400_000;
  machine.isUnwatched = true;
  const first = cluster.join({});
  await cluster.pass(500);
  await addJob(every(1_000), { maxRuns: 1, timeoutMs: 300_000 });
  await cluster.pass(200_000);
  cluster.crash(first);
  cluster.join({});
  await cluster.pass(340_000);
  assert.equal(machine.running().length, 1);
  await cluster.pass(60_000);
  assert.equal(machine.running().length, 0);
  const [run] = await cluster.store.runs.list('default', { limit: 1 });
  assert.equal(run?.reason, 'timeout');
});
