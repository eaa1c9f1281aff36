import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, minuteMs } from '../../src/core/instant.ts';
import { OurBench } from './our-bench.ts';
import { every, monday } from './story.ts';

/** Where peers were silent, `why` says what happened: the same situations, asked afterwards. */

const codesOf = async (bench: OurBench, job: string, at: number) => {
  const said = await bench.why(job, at);
  return said === null ? null : [said.elected.code, said.decided.code, said.attempted.code];
};

test('while nobody is there an occurrence is undecided for want of an owner; then it is decided, with the count', async () => {
  const bench = await OurBench.open(monday);
  const job = await bench.add(every(bench, minuteMs));
  await bench.pass(3 * hourMs);
  const early = monday + 50 * minuteMs;
  assert.deepEqual(await codesOf(bench, job, early), [
    'owner_absent',
    'undecided',
    'not_attempted',
  ]);
  const before = await bench.why(job, early);
  assert.match(before?.decided.message ?? '', /^These 180 occurrences .*no scheduler is active/);
  bench.start();
  await bench.pass(10_000);
  assert.deepEqual(await codesOf(bench, job, early), ['elected', 'owner_absent', 'not_attempted']);
  const after = await bench.why(job, early);
  assert.match(after?.decided.message ?? '', /One row stands for 179 occurrences/);
  assert.deepEqual(await codesOf(bench, job, monday + 180 * minuteMs), [
    'elected',
    'ended',
    'succeeded',
  ]);
});

test('a restart at the fire time is told: it ran, under which epoch, and how late', async () => {
  const bench = await OurBench.open(monday);
  const job = await bench.add(every(bench, 10 * minuteMs));
  const first = bench.start();
  await bench.pass(10 * minuteMs - 1_000);
  bench.kill(first);
  await bench.pass(3_000);
  bench.start();
  await bench.pass(5_000);
  const said = await bench.why(job, monday + 10 * minuteMs);
  assert.match(said?.elected.message ?? '', /at epoch 2/);
  assert.equal(said?.attempted.code, 'succeeded');
  assert.ok((said?.run?.latenessMs ?? 0) >= 2_000);
});

test('a crash loop is told as one attempt that was taken over', async () => {
  const bench = await OurBench.open(monday);
  const job = await bench.add(every(bench, hourMs), minuteMs);
  let scheduler = bench.start();
  await bench.pass(hourMs + 2_000);
  for (let crash = 0; crash < 5; crash += 1) {
    bench.kill(scheduler);
    scheduler = bench.start();
    await bench.pass(2_000);
  }
  await bench.pass(2 * minuteMs);
  const said = await bench.why(job, monday + hourMs);
  assert.match(said?.elected.message ?? '', /at epoch 1; .+@6 took the running attempt over/);
  assert.match(said?.attempted.message ?? '', /^One attempt: succeeded/);
});

test('what was slept through and what the clock was set past are told apart', async () => {
  for (const [code, happen] of [
    ['asleep', (bench: OurBench) => bench.cluster.timeline.sleep(3 * hourMs)],
    ['clock_step', (bench: OurBench) => bench.stepClock(3 * hourMs)],
  ] as const) {
    const bench = await OurBench.open(monday);
    const job = await bench.add(every(bench, minuteMs));
    bench.start();
    await bench.pass(90_000);
    happen(bench);
    await bench.pass(40_000);
    const said = await codesOf(bench, job, monday + 30 * minuteMs);
    assert.deepEqual(said, ['elected', code, 'not_attempted']);
  }
});

test('an occurrence that came due while its run still went is told as skipped for that', async () => {
  const bench = await OurBench.open(monday);
  const job = await bench.add(every(bench, minuteMs), 90_000);
  bench.start();
  await bench.pass(130_000);
  const said = await codesOf(bench, job, monday + 2 * minuteMs);
  assert.deepEqual(said, ['elected', 'overlap_skip', 'not_attempted']);
});

test('a job that was deleted while occurrences waited leaves the row that says so', async () => {
  const bench = await OurBench.open(monday);
  const job = await bench.add(every(bench, minuteMs));
  await bench.pass(10 * minuteMs);
  await bench.remove(job);
  const [row] = await bench.cluster.store.runs.list('default', { jobId: job, limit: 10 });
  assert.deepEqual([row?.state, row?.reason, row?.count], ['missed', 'owner_absent', 10]);
});

test('when the clocks go back, the second 02:30 is no occurrence, and the first is the one that ran', async () => {
  const bench = await OurBench.open(Date.UTC(2026, 9, 24, 23));
  const schedule = { kind: 'cron', expression: '30 2 * * *', zone: 'Europe/Berlin' } as const;
  const job = await bench.add(schedule);
  bench.start();
  await bench.pass(3 * hourMs);
  const first = Date.UTC(2026, 9, 25, 0, 30);
  assert.deepEqual(await codesOf(bench, job, first), ['elected', 'ended', 'succeeded']);
  assert.equal(await bench.why(job, first + hourMs), null);
});
