import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice, Refusal } from '../../src/core/refusal.ts';
import type { EnvironmentFile } from '../../src/core/run-environment.ts';
import type { World } from '../../src/loops/world.ts';
import { sampleCall } from '../samples.ts';
import { children, edit, openEarly, other, secretInFile } from './early.ts';
import { plainEnvironments } from './machine.ts';
import { firstly, Solo } from './solo.ts';

test('a start is prepared half a second before it is due, and the run that is decided begins by it', async () => {
  const { solo, prepared, dueAt, begin } = await openEarly();
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_900);
  assert.deepEqual(
    prepared.map(({ beforeMs }) => beforeMs),
    [500],
  );
  assert.deepEqual(await solo.runs(), []);
  await solo.pass(2_000);
  const [run] = await solo.runs();
  assert.equal(run?.id, prepared[0]?.runId);
  assert.equal(run?.fireTime, dueAt);
  assert.equal(run?.outcome, 'succeeded');
  assert.equal(prepared.length, 1);
  const [begun] = solo.cluster.machine.witness;
  assert.ok(begun !== undefined && begun.at >= dueAt && begun.at < dueAt + 5, String(begun?.at));
});

test('what a start depends on beyond its job is looked at when it is due', async () => {
  const { solo, prepared, begin } = await openEarly();
  const { cluster } = solo;
  await cluster.addJob(solo.every(10_000), { requirements: [{ kind: 'readable', path: '/x' }] });
  await cluster.addJob(solo.every(10_000), { env: { KEY: '$' + '{secret:key}' } });
  await cluster.addJob(solo.every(10_000), {
    action: sampleCall,
  });
  begin();
  await solo.pass(9_900);
  assert.deepEqual(prepared, []);
});

test('nor is a secret told early that a file of the environment names', async () => {
  const asked: string[] = [];
  const { solo, prepared, begin } = await openEarly(({ clock }) => ({
    environments: secretInFile,
    secrets: {
      resolve: async (names) => {
        asked.push(`${names.join()} ${clock.now().wall}`);
        return { kind: 'resolved', values: [] };
      },
    },
  }));
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_900);
  assert.deepEqual([prepared, asked], [[], []]);
});

test('a job that is busy is not prepared, unless its runs may overlap', async () => {
  const { solo, prepared, begin } = await openEarly();
  solo.cluster.machine.runMs = 60_000;
  await solo.cluster.addJob(solo.every(5_000));
  await solo.cluster.addJob(solo.every(5_000), { overlap: 'allow' });
  begin();
  await solo.pass(9_900);
  assert.deepEqual(
    prepared.map(({ beforeMs }) => beforeMs),
    [5_500, 5_500, 500],
  );
});

test('a job that is changed in between starts as it is now, and what was prepared ends unopened', async () => {
  const { solo, begin } = await openEarly();
  const job = await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_700);
  await edit(solo, job.id, other);
  await solo.pass(2_000);
  assert.deepEqual(children(solo), ['true unopened', 'other over']);
  assert.equal((await solo.runs()).length, 1);
});

test('a job that is paused in between does not start', async () => {
  const { solo, begin } = await openEarly();
  const job = await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_700);
  await solo.doors.change(job.id, 'pause');
  await solo.pass(8_000);
  assert.deepEqual(children(solo), ['true unopened']);
  assert.deepEqual(await solo.runs(), []);
});

test('files of the environment that change in between count, and one that cannot be used is told', async () => {
  let files: readonly EnvironmentFile[] = [{ path: '/env', names: { A: '1' } }];
  let isBroken = false;
  const environments: World['environments'] = {
    ...plainEnvironments,
    base: () => {
      if (isBroken) throw new Refusal('file_invalid', 'Line 3.', { remedy: advice('Mend it.') });
      return { own: {}, files };
    },
  };
  const { solo, begin } = await openEarly(() => ({ environments }));
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_700);
  files = [{ path: '/env', names: { A: '2' } }];
  await solo.pass(2_000);
  const begun = [...solo.cluster.machine.children.values()].filter(
    ({ startedAt }) => startedAt !== null,
  );
  assert.deepEqual(
    begun.map(({ order }) => order.env['A']),
    ['2'],
  );
  await solo.pass(8_000);
  isBroken = true;
  await solo.pass(8_000);
  assert.equal(solo.cluster.machine.witness.length, 1);
  const [latest] = await solo.runs();
  assert.deepEqual([latest?.reason, latest?.message], ['start_failed', 'Line 3.']);
  isBroken = false;
});

test('with its starter gone, or its process, a start is prepared anew', async () => {
  for (const what of ['starter', 'process']) {
    const { solo, prepared, dueAt, begin } = await openEarly();
    await solo.cluster.addJob(solo.every(10_000));
    begin();
    await solo.pass(9_700);
    const [child] = solo.cluster.machine.children.values();
    assert.ok(child !== undefined);
    if (what === 'process') child.over();
    else solo.emit({ kind: 'starter-lost' });
    await solo.pass(2_000);
    assert.equal(prepared.length, 2, what);
    const [run] = await solo.runs();
    assert.equal(run?.id, prepared[1]?.runId);
    assert.equal(run?.outcome, 'succeeded', what);
    const [begun] = solo.cluster.machine.witness;
    assert.ok(begun !== undefined && begun.at < dueAt + 100, `${what}: ${begun?.at}`);
  }
});

test('a starter that cannot live is replaced once a second, and that nothing can begin is said', async () => {
  const solo = await Solo.open();
  const opened: number[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      open: async () => {
        const identity = await executor.open();
        opened.push(solo.cluster.timeline.boot);
        solo.cluster.timeline.after(50, () => solo.emit({ kind: 'starter-lost' }));
        return identity;
      },
      trial: async () => ({ code: 'start_failed', message: 'no process can be made here' }),
    },
  }));
  await solo.pass(10_000);
  const [, , ...later] = opened;
  assert.ok(later.length >= 5 && later.length <= 12, String(opened));
  const asked = solo.ask();
  await solo.pass(1_000);
  assert.equal(asked.answer?.trouble?.code, 'start_failed');
});

test('a process that ends in the moment in which it is to begin is a failed start, tried again', async () => {
  const { solo, begin } = await openEarly(({ executor }) => ({
    executor: {
      ...executor,
      release: (key, deadline) => {
        const [child] = solo.cluster.machine.children.values();
        if (solo.cluster.machine.witness.length === 0 && key.number === 1) child?.over();
        executor.release(key, deadline);
      },
    },
  }));
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(15_000);
  const [run] = await solo.runs();
  assert.equal(run?.outcome, 'succeeded');
});

test('what cannot be prepared early is prepared when it is due', async () => {
  const failed = { kind: 'failed', reason: 'cwd_missing', message: 'none' } as const;
  const { solo, prepared, begin } = await openEarly(({ executor }) => ({
    executor: { ...executor, prepare: firstly(executor.prepare, () => failed) },
  }));
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(12_000);
  assert.deepEqual(
    prepared.map(({ beforeMs }) => beforeMs),
    [500, 0],
  );
  const [run] = await solo.runs();
  assert.equal(run?.outcome, 'succeeded');
});

test('what is prepared too late is not used, and ends unopened', async () => {
  const { solo, prepared, begin } = await openEarly();
  solo.cluster.machine.prepareMs = 2_000;
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(16_000);
  assert.equal(prepared.length, 2);
  assert.deepEqual(children(solo), ['true unopened', 'true over']);
});

test('what fails too late is forgotten', async () => {
  const failed = { kind: 'failed', reason: 'cwd_missing', message: 'none' } as const;
  const { solo, begin } = await openEarly(({ executor, clock }) => ({
    executor: {
      ...executor,
      prepare: firstly(executor.prepare, async () => {
        await clock.sleep(2_000);
        return failed;
      }),
    },
  }));
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(16_000);
  assert.deepEqual(children(solo), ['true over']);
});

test('gates of early starts close when their owner is stopped, and when its term ends', async () => {
  const stopped = await openEarly();
  await stopped.solo.cluster.addJob(stopped.solo.every(10_000));
  stopped.begin();
  await stopped.solo.pass(9_700);
  stopped.solo.stop.abort();
  await stopped.solo.pass(150);
  assert.deepEqual(children(stopped.solo), ['true unopened']);

  const { solo, begin } = await openEarly();
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_700);
  await solo.doors.appoint({ kind: 'auto' }, true);
  await solo.pass(2_000);
  assert.deepEqual(children(solo), ['true unopened', 'true over']);
  const [begun] = solo.cluster.machine.children.values();
  assert.equal(begun?.order.env['CRONKEEPER_EPOCH'], '1');
});

test('who waits for room keeps what was prepared, as long as its job stays what it was', async () => {
  const { solo, prepared, begin } = await openEarly(({ settings }) => ({
    settings: { ...settings, maxRunning: 2 },
  }));
  solo.cluster.machine.runMs = 1_000;
  const jobs = [];
  for (let index = 0; index < 7; index += 1)
    jobs.push(await solo.cluster.addJob(solo.every(10_000)));
  begin();
  await solo.pass(10_100);
  assert.equal(prepared.length, 6);
  const open = await solo.cluster.store.runs.open('default', 10);
  const [changed, cancelled, kept] = open.filter(({ state }) => state === 'queued');
  assert.ok(changed !== undefined && cancelled !== undefined && kept !== undefined);
  await edit(solo, changed.jobId, other);
  await solo.doors.cancel(cancelled.id);
  await solo.pass(9_000);
  const told = (await solo.runs()).map(({ id, outcome }) => [id, outcome]);
  const outcomes = new Map(told.map(([id, outcome]) => [id, outcome]));
  assert.equal(outcomes.get(kept.id), 'succeeded');
  assert.equal(outcomes.get(cancelled.id), 'cancelled');
  assert.equal(outcomes.get(changed.id), 'succeeded');
  const begun = [...solo.cluster.machine.children.values()].filter(
    ({ startedAt }) => startedAt !== null,
  );
  assert.equal(begun.find(({ key }) => key.runId === changed.id)?.order.argv[0], 'other');
  assert.equal(prepared.filter(({ runId }) => runId === kept.id).length, 1);
});

test('so many are prepared early and no more', async () => {
  const { solo, prepared, begin } = await openEarly();
  const { wall } = solo.cluster.timeline.now();
  for (let index = 0; index < 70; index += 1)
    await solo.cluster.addJob({ kind: 'at', at: wall + 10_000 });
  begin();
  await solo.pass(9_900);
  assert.equal(prepared.length, 60);
  await solo.pass(9_900);
  assert.equal(solo.cluster.machine.witness.length, 70);
});

test('a job whose schedule cannot be computed keeps nobody from being prepared', async () => {
  const { solo, prepared, begin } = await openEarly();
  const { id } = await solo.cluster.addJob(solo.every(10_000));
  await edit(solo, id, { schedule: { kind: 'cron', expression: 'nonsense', zone: 'UTC' } });
  await solo.cluster.addJob(solo.every(10_000));
  begin();
  await solo.pass(9_900);
  assert.equal(prepared.length, 1);
  assert.deepEqual(solo.said('tick-failed'), []);
});
