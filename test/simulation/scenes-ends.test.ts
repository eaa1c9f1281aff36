import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../src/core/run.ts';
import { type RunStore, StoreUnavailable } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

/** What is written of starts and ends, in its order; `2 begin, 1 ends` is one commit. */
async function open(
  change: (runs: RunStore) => Partial<RunStore> = () => ({}),
): Promise<{ readonly solo: Solo; readonly writes: string[]; begin(maxRunning: number): void }> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  const writes: string[] = [];
  const begin = (maxRunning: number): void =>
    solo.start(({ store, settings }) => {
      const runs = { ...store.runs, ...change(store.runs) };
      const told: RunStore = {
        ...runs,
        authorise: async (fence, authorisations, ends = []) => {
          writes.push(`${authorisations.length} begin, ${ends.length} ends`);
          return runs.authorise(fence, authorisations, ends);
        },
        settle: async (fence, settlements) => {
          writes.push(`${settlements.length} ends`);
          return runs.settle(fence, settlements);
        },
      };
      return { settings: { ...settings, maxRunning }, store: { ...store, runs: told } };
    });
  return { solo, writes, begin };
}

async function ask(solo: Solo, times: number, retries = 0): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    const how = { retries, retryDelayMs: 60_000 };
    const job = await solo.cluster.addJob(solo.every(3_600_000), how);
    await solo.doors.ask('run', job.id);
  }
}

/** Two jobs that fail one after the other and are tried again a minute later: the second ends while the first waits for that. */
async function failing(solo: Solo): Promise<void> {
  solo.cluster.machine.exitCode = 1;
  await ask(solo, 1, 1);
  await solo.pass(1_000);
  solo.cluster.machine.runMs = 200;
  await ask(solo, 1, 1);
}

async function assertEachOnce(solo: Solo, count: number): Promise<void> {
  const runs = await solo.runs();
  assert.deepEqual([...new Set(runs.map(({ outcome }) => outcome))], ['succeeded']);
  assert.equal(solo.cluster.machine.witness.length, count);
}

test('an end that nothing can follow is written by itself', async () => {
  const { solo, writes, begin } = await open();
  await ask(solo, 1);
  begin(20);
  await solo.pass(2_000);
  assert.deepEqual(writes, ['1 begin, 0 ends', '1 ends']);
});

test('the ends that make room for starts are written with them', async () => {
  const { solo, writes, begin } = await open();
  await ask(solo, 4);
  begin(2);
  await solo.pass(5_000);
  const together = ['1 begin, 1 ends', '1 begin, 1 ends'];
  assert.deepEqual(writes, ['2 begin, 0 ends', ...together, '1 ends', '1 ends']);
  assert.ok((await solo.runs()).every(({ outcome }) => outcome === 'succeeded'));
});

test('a run makes room for the next of its own job', async () => {
  const { solo, writes, begin } = await open();
  solo.cluster.machine.runMs = 1_500;
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'queue' });
  begin(20);
  await solo.pass(6_000);
  assert.ok(writes.filter((write) => write === '1 begin, 1 ends').length >= 2, String(writes));
});

test('an end that a start could have taken along is written in the same turn, although nothing did', async () => {
  const { solo, writes, begin } = await open();
  begin(20);
  await failing(solo);
  await solo.pass(2_000);
  assert.deepEqual(writes, ['1 begin, 0 ends', '1 ends', '1 begin, 0 ends', '1 ends']);
  const left = await solo.cluster.store.runs.open('default', 9);
  assert.deepEqual(
    left.map(({ state }) => state),
    ['queued', 'queued'],
  );
});

test('an end that was written before, or whose run is another, is looked at anew', async () => {
  const { solo, begin } = await open((runs) => ({
    // The ends are written; the answer that says so is lost.
    authorise: async (fence, authorisations, ends = []) => {
      const answer = await runs.authorise(fence, authorisations, ends);
      if (answer.kind === 'fenced') return answer;
      const lost = new Set(ends.map(({ runId }) => runId));
      return { ...answer, value: answer.value.filter((id) => !lost.has(id)) };
    },
  }));
  await ask(solo, 6);
  begin(2);
  await solo.pass(10_000);
  await assertEachOnce(solo, 6);
});

test('ends that could not be written with the starts are written later, once', async () => {
  const { solo, begin } = await open((runs) => ({
    authorise: firstly(
      runs.authorise,
      () => Promise.reject(new StoreUnavailable('store_unavailable', 'gone')),
      { times: 2, after: 1 },
    ),
  }));
  await ask(solo, 6);
  begin(2);
  await solo.pass(20_000);
  await assertEachOnce(solo, 6);
});

test('a fence that rejects starts and ends ends the term; the next term goes on and doubles nothing', async () => {
  const fenced = { kind: 'fenced', epoch: 99 } as const;
  const { solo, begin } = await open((runs) => ({
    authorise: firstly(runs.authorise, () => fenced, { after: 1 }),
  }));
  await ask(solo, 6);
  begin(2);
  await solo.pass(40_000);
  assert.equal((await solo.cluster.store.leases.read('default')).epoch, 2);
  await assertEachOnce(solo, 6);
});

test('who stops writes its ends before it lets the lease go', async () => {
  const { solo, begin } = await open();
  solo.cluster.machine.runMs = 1_000;
  await ask(solo, 4);
  begin(2);
  await solo.pass(900);
  solo.stop.abort();
  await solo.pass(6_000);
  const runs = await solo.runs();
  assert.deepEqual(runs.map(({ state }) => state).sort(), ['ended', 'ended', 'queued', 'queued']);
  assert.equal((await solo.cluster.store.leases.read('default')).holder, null);
});

test('a start whose preparation was reported with what could not be written is kept', async () => {
  const boom = () => Promise.reject(new StoreUnavailable('store_unavailable', 'gone'));
  const { solo, begin } = await open((runs) => ({ settle: firstly(runs.settle, boom) }));
  solo.cluster.machine.prepareMs = 0;
  const refused = await solo.cluster.addJob(solo.every(3_600_000), {
    requirements: [{ kind: 'role', role: 'gateway' }],
  });
  await solo.doors.ask('run', refused.id);
  await ask(solo, 1);
  begin(20);
  await solo.pass(5_000);
  assert.deepEqual((await solo.runs()).map(({ state }) => state).sort(), ['ended', 'refused']);
  assert.equal(solo.cluster.machine.children.size, 1);
});

/** A job of every minute whose run fails just before the next occurrence, and is to be tried again; another waits for its place. */
async function failsAsTheNextIsDue(
  overlap: 'replace' | 'skip',
  change: (runs: RunStore) => Partial<RunStore> = () => ({}),
): Promise<readonly Run[]> {
  const solo = await Solo.open();
  const { machine, timeline } = solo.cluster;
  machine.runMs = 59_900;
  machine.exitCode = 1;
  const job = await solo.cluster.addJob(solo.every(60_000), {
    overlap,
    retries: 1,
    retryDelayMs: 30_000,
  });
  const other = await solo.cluster.addJob(solo.every(24 * 3_600_000), {
    requirements: [{ kind: 'role', role: 'runner' }],
  });
  const isSlow = (): boolean => timeline.now().wall % 60_000 > 59_000;
  solo.start(({ store, settings, clock }) => ({
    settings: { ...settings, maxRunning: 1 },
    store: {
      ...store,
      runs: { ...store.runs, ...change(store.runs) },
      jobs: {
        ...store.jobs,
        get: async (...args) => {
          if (isSlow()) await clock.sleep(1_000);
          return store.jobs.get(...args);
        },
      },
    },
  }));
  await solo.pass(61_000);
  await solo.doors.ask('run', other.id);
  await solo.pass(61_000);
  return (await solo.runs()).filter(({ jobId }) => jobId === job.id);
}

test('a run that is to be tried again is replaced by one that is decided in the same turn', async () => {
  const runs = await failsAsTheNextIsDue('replace');
  assert.deepEqual(runs.map(({ state, reason }) => `${state} ${reason}`).sort(), [
    'ended replaced',
    'queued null',
  ]);
});

test('where the owner is none any more by then, the next one takes both over', async () => {
  const fenced = { kind: 'fenced', epoch: 99 } as const;
  const runs = await failsAsTheNextIsDue('replace', (store) => ({
    settle: firstly(store.settle, () => fenced),
  }));
  assert.deepEqual(runs.map(({ state, reason }) => `${state} ${reason}`).sort(), [
    'queued exit_nonzero',
    'queued null',
  ]);
});

test('and its job is busy', async () => {
  const runs = await failsAsTheNextIsDue('skip');
  assert.deepEqual(runs.map(({ state, reason }) => `${state} ${reason}`).sort(), [
    'queued exit_nonzero',
    'skipped overlap_skip',
  ]);
});

const minute = 60_000;
const day = 24 * 60 * minute;
test('output of which no row is left goes when retention would have removed it, once a day', async () => {
  const solo = await Solo.open();
  const many = Array.from({ length: 450 }, (_, index) => `unknown ${index}`);
  const folders = new Set(['known', 'alive', 'stuck', ...many]);
  const asked: (readonly [since: number, ago: number])[] = [];
  solo.start(({ store, executor, settings }) => ({
    settings: { ...settings, keepRunsMs: minute },
    store: {
      ...store,
      upkeep: {
        ...store.upkeep,
        existing: async (runIds) => {
          assert.ok(runIds.length <= 200);
          return new Set(runIds.filter((runId) => runId === 'known'));
        },
      },
    },
    executor: {
      ...executor,
      outputBetween: async (since, then) => {
        asked.push([since, solo.cluster.timeline.now().wall - then]);
        return [...folders];
      },
      marked: async () => ['alive'],
      removeOutput: async (runIds) => {
        assert.ok(runIds.length <= 200);
        const gone = runIds.filter((runId) => runId !== 'stuck');
        for (const runId of gone) folders.delete(runId);
        return new Map(runIds.filter((runId) => runId === 'stuck').map((id) => [id, 'EPERM']));
      },
    },
  }));
  await solo.pass(minute);
  assert.deepEqual([...folders], ['known', 'alive', 'stuck']);
  assert.match(solo.said('unknown-output-removed')[0] ?? '', /"runs":450/);
  assert.match(solo.said('output-left')[0] ?? '', /"runs":1,"error":"EPERM"/);
  await solo.pass(23 * 60 * minute);
  // Of younger output there may be no row yet, and what is older than the store may be of another one.
  const [{ createdAt } = { createdAt: 0 }] = await solo.cluster.store.profiles.list();
  assert.deepEqual(asked, [[createdAt, day]]);
  await solo.pass(65 * minute);
  assert.equal(asked.length, 2);
});

for (const { name, stuck, goesOn } of [
  { name: 'keeps its rows and nothing else', stuck: 200, goesOn: true },
  { name: 'ends the pass when there is very much of it', stuck: 2_400, goesOn: false },
]) {
  test(`output that cannot be removed ${name}, and is tried again in the next pass`, async () => {
    const solo = await Solo.open();
    const ids = Array.from({ length: stuck + 250 }, (_, index) => `r${index}`);
    const rows = new Set(ids);
    let tries = 0;
    solo.start(({ store, executor }) => ({
      store: {
        ...store,
        upkeep: {
          ...store.upkeep,
          prunable: async (_profile, _keep, limit) =>
            [...rows].slice(0, limit).map((runId) => ({ runId, outputBytes: 1 })),
          prune: async (_fence, runIds) => {
            for (const runId of runIds) rows.delete(runId);
            return { kind: 'done', value: runIds.length };
          },
        },
      },
      executor: {
        ...executor,
        removeOutput: async (runIds) => {
          if (runIds.includes('r0')) tries += 1;
          assert.ok(runIds.length <= 200);
          const left = runIds.filter((runId) => Number(runId.slice(1)) < stuck);
          return new Map(left.map((runId) => [runId, 'EPERM']));
        },
      },
    }));
    await solo.pass(minute);
    assert.equal(rows.size, goesOn ? stuck : ids.length);
    assert.equal(tries, 1);
    assert.match(solo.said('output-left')[0] ?? '', /200.*EPERM/);
    await solo.pass(10 * minute);
    assert.equal(tries, 2);
  });
}
