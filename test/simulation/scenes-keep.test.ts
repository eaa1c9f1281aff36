import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunStore } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

/** What is written of starts and ends, in its order: `settle…` may be taken back by a power cut until something else of it follows. */
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
        authorise: async (fence, authorisations) => {
          writes.push('authorise');
          return runs.authorise(fence, authorisations);
        },
        settle: async (fence, settlements, and) => {
          writes.push(and?.moreFollows === true ? 'settle…' : 'settle');
          return runs.settle(fence, settlements, and);
        },
        keep: async (fence) => {
          writes.push('keep');
          return runs.keep(fence);
        },
      };
      return { settings: { ...settings, maxRunning }, store: { ...store, runs: told } };
    });
  return { solo, writes, begin };
}

/** Two jobs that fail at the same time and are tried again a minute later: the second ends while the first waits for that. */
async function failing(solo: Solo): Promise<void> {
  solo.cluster.machine.exitCode = 1;
  for (const each of [1, 2]) {
    solo.cluster.machine.runMs = 100 * each;
    const retries = { retries: 1, retryDelayMs: 60_000 };
    const job = await solo.cluster.addJob(solo.every(3_600_000), retries);
    await solo.doors.ask('run', job.id);
    if (each === 1) await solo.pass(1_000);
  }
}

test('an end that nothing can follow is put on the disk at once', async () => {
  const { solo, writes, begin } = await open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  begin(20);
  await solo.pass(2_000);
  assert.deepEqual(writes, ['authorise', 'settle']);
});

test('an end that something could have followed is put on the disk in the same turn, although nothing did', async () => {
  const { solo, writes, begin } = await open();
  begin(20);
  await failing(solo);
  await solo.pass(2_000);
  assert.deepEqual(writes, ['authorise', 'settle', 'authorise', 'settle…', 'keep']);
  assert.equal((await solo.cluster.store.runs.open('default', 9)).length, 2);
});

test('an end that the fence does not let be kept ends the term; the next term goes on and doubles nothing', async () => {
  const fenced = { kind: 'fenced', epoch: 99 } as const;
  const { solo, writes, begin } = await open((runs) => ({
    keep: firstly(runs.keep, () => fenced),
  }));
  begin(20);
  await failing(solo);
  await solo.pass(20_000);
  assert.deepEqual(writes.slice(-2), ['settle…', 'keep']);
  assert.equal((await solo.cluster.store.leases.read('default')).epoch, 2);
  await solo.pass(120_000);
  const ended = (await solo.runs()).filter(({ state }) => state === 'ended');
  assert.deepEqual([ended.length, solo.cluster.machine.witness.length], [2, 4]);
});
