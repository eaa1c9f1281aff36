import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobDefinition } from '../../src/core/job.ts';
import type { World } from '../../src/loops/world.ts';
import type { Prepared } from '../../src/ports/executor.ts';
import { children, edit, openEarly, other, secretInFile } from './early.ts';
import { firstly, type Solo } from './solo.ts';

const hour = 3_600_000;
const failed: Prepared = { kind: 'failed', reason: 'cwd_missing', message: 'none' };

/** There is room for one, which `first` has until it ends; then come the others, which wait. */
async function openFull(change: (world: World) => Partial<World> = () => ({})) {
  const { solo, prepared, begin } = await openEarly((world) => ({
    settings: { ...world.settings, maxRunning: 1 },
    ...change(world),
  }));
  const ask = async (definition: Partial<JobDefinition> = {}): Promise<string> => {
    const { id } = await solo.cluster.addJob(solo.every(hour), definition);
    await solo.doors.ask('run', id);
    return id;
  };
  const first = async (runMs: number, definition: Partial<JobDefinition> = {}): Promise<void> => {
    solo.cluster.machine.runMs = runMs;
    begin();
    await ask(definition);
    await solo.pass(200);
    solo.cluster.machine.runMs = 100;
  };
  return { solo, prepared, ask, first };
}

const outcomes = async (solo: Solo): Promise<readonly unknown[]> =>
  (await solo.runs()).map(({ state, outcome }) => outcome ?? state).reverse();

test('who gets the next place is prepared while it waits, and begins in the turn that frees it', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(1_000);
  await ask();
  await solo.pass(500);
  assert.deepEqual(children(solo), ['true running', 'true gated']);
  await solo.pass(1_000);
  assert.equal(prepared.length, 2);
  const [one, two] = [...solo.cluster.machine.children.values()];
  const endedAt = one?.end?.endedAt ?? 0;
  assert.ok(two !== undefined && Number(two.startedAt) - endedAt <= 2, `${two?.startedAt}`);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});

test('so many are prepared while they wait as could all run at once', async () => {
  const { solo, prepared, ask, first } = await openFull(({ settings }) => ({
    settings: { ...settings, maxRunning: 2 },
  }));
  await first(60_000);
  solo.cluster.machine.runMs = 60_000;
  for (let index = 0; index < 6; index += 1) await ask();
  await solo.pass(5_000);
  assert.equal(prepared.length, 4);
});

test('what needs to be looked at when it starts is not prepared while it waits, nor is another try', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(2_000);
  await ask({ requirements: [{ kind: 'readable', path: '/x' }] });
  await ask({ env: { KEY: '$' + '{secret:key}' } });
  await solo.pass(1_000);
  assert.equal(prepared.length, 1);
  const again = await openFull();
  again.solo.cluster.machine.exitCode = 1;
  await again.first(100, { retries: 1, retryDelayMs: 1_000 });
  again.solo.cluster.machine.runMs = 60_000;
  await again.ask();
  await again.solo.pass(5_000);
  assert.equal(again.prepared.length, 2);
});

test('a file of the environment that names a secret is not told it while a run waits', async () => {
  let asked = 0;
  const { solo, ask, first } = await openFull(() => ({
    environments: secretInFile,
    secrets: {
      resolve: async () => {
        asked += 1;
        return { kind: 'resolved', values: [] };
      },
    },
  }));
  await first(2_000);
  await ask();
  await solo.pass(1_000);
  assert.equal(asked, 1);
});

test('a job that is changed while its run waits starts as it is now, and what was prepared ends unopened', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(1_000);
  const job = await ask();
  await solo.pass(500);
  await edit(solo, job, other);
  await solo.pass(2_000);
  assert.deepEqual(
    prepared.map(({ argv }) => argv),
    ['true', 'true', 'other'],
  );
  assert.deepEqual(children(solo), ['true over', 'other over']);
});

test('jobs that were seen when their runs were decided, and are changed while those wait, start as they are now', async () => {
  const { solo, first } = await openFull();
  await first(12_000);
  const jobs = [];
  for (let index = 0; index < 3; index += 1)
    jobs.push(await solo.cluster.addJob(solo.every(10_000), { overlap: 'skip' }));
  await solo.pass(10_500);
  for (const { id } of jobs) await edit(solo, id, other);
  await solo.pass(5_000);
  const begun = children(solo).filter((child) => child.endsWith('over'));
  assert.deepEqual(begun, ['true over', 'other over', 'other over', 'other over']);
});

test('what somebody else wrote is looked at again, and a start that it did not change is kept', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(1_000);
  await ask();
  await solo.pass(500);
  const { id } = await solo.cluster.addJob(solo.every(hour));
  await edit(solo, id, other);
  await solo.pass(2_000);
  assert.equal(prepared.length, 2);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});

test('a job that was changed before its start was prepared is prepared when it starts', async () => {
  let waits = '';
  let looks = 0;
  const { solo, prepared, ask, first } = await openFull(({ store }) => ({
    store: {
      ...store,
      jobs: {
        ...store.jobs,
        get: async (profile, id) => {
          const job = await store.jobs.get(profile, id);
          if (job === null || id !== waits) return job;
          looks += 1;
          // Its request is accepted at the first look; the second is for its start.
          return looks === 2 ? { ...job, revision: job.revision + 1 } : job;
        },
      },
    },
  }));
  await first(1_000);
  waits = await ask();
  await solo.pass(500);
  assert.equal(prepared.length, 1);
  await solo.pass(2_000);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});

test('a run whose place comes while it is being prepared begins by that', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(1_000);
  solo.cluster.machine.prepareMs = 2_000;
  await ask();
  await solo.pass(2_500);
  assert.deepEqual(prepared.length, 2);
  await solo.pass(1_000);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
  assert.deepEqual(children(solo), ['true over', 'true over']);
});

test('where that fails it is prepared as any other', async () => {
  const { solo, prepared, ask, first } = await openFull(({ executor, clock }) => ({
    executor: {
      ...executor,
      prepare: firstly(
        executor.prepare,
        async () => {
          await clock.sleep(2_000);
          return failed;
        },
        { after: 1 },
      ),
    },
  }));
  await first(1_000);
  await ask();
  await solo.pass(4_000);
  assert.equal(prepared.length, 3);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});

test('what cannot be prepared while it waits is tried when it starts, and not before', async () => {
  const { solo, prepared, ask, first } = await openFull(({ executor }) => ({
    executor: { ...executor, prepare: firstly(executor.prepare, () => failed, { after: 1 }) },
  }));
  await first(5_000);
  await ask();
  await solo.pass(3_000);
  assert.equal(prepared.length, 2);
  await solo.pass(3_000);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});

test('a run that is cancelled while it waits leaves no process', async () => {
  const { solo, ask, first } = await openFull();
  await first(1_000);
  await ask();
  await solo.pass(500);
  const [waiting] = await solo.cluster.store.runs.open('default', 9).then((open) => open.slice(1));
  await solo.doors.cancel(waiting?.id ?? '');
  await solo.pass(2_000);
  assert.deepEqual(children(solo), ['true over', 'true unopened']);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'cancelled']);
});

test('gates of those who wait close when their owner is stopped', async () => {
  const { solo, ask, first } = await openFull();
  await first(60_000);
  await ask();
  await solo.pass(500);
  solo.stop.abort();
  await solo.pass(150);
  assert.deepEqual(children(solo), ['true running', 'true unopened']);
});

test('what was being prepared when its starter was lost is not taken for what is prepared since', async () => {
  const { solo, prepared, ask, first } = await openFull();
  await first(1_000);
  solo.cluster.machine.prepareMs = 2_000;
  await ask();
  await solo.pass(500);
  solo.emit({ kind: 'starter-lost' });
  await solo.pass(1_800);
  assert.equal(prepared.length, 3);
  assert.equal(solo.cluster.machine.witness.length, 1);
  await solo.pass(3_000);
  assert.deepEqual(await outcomes(solo), ['succeeded', 'succeeded']);
});
