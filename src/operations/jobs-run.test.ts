import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptOf } from '../../test/conformance/store-samples.ts';
import { instanceOf, openWorld, type World, withHolder } from '../../test/operations/world.ts';
import { baseRow } from '../core/firing.ts';
import type { Fence } from '../core/lease.ts';
import type { Request } from '../core/request.ts';
import type { RequestAnswer } from '../ports/store.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsRun, runsRetry } from './jobs-run.ts';
import { waitForRun } from './request-run.ts';
import { runsList, runsShow } from './runs.ts';
import { runsCancel } from './runs-cancel.ts';
import { runsLogs } from './runs-logs.ts';
import { runsTranscript } from './runs-transcript.ts';

async function withJob(): Promise<World> {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 1h', command: ['report'], name: 'report' });
  return world;
}

/** What the holder's loop does with the oldest request. */
async function accept(world: World, fence: Fence, state: 'queued' | 'ended' = 'queued') {
  const [request] = await world.store.requests.waiting('default', 1);
  if (request === undefined) return;
  const job = await world.store.jobs.get('default', request.jobId ?? '');
  if (job === null) return;
  const { ids } = world.context;
  const row = baseRow(
    job,
    { now: world.now(), epoch: fence.epoch, newId: () => ids.next() },
    'request',
  );
  const run = {
    ...row,
    state,
    outcome: state === 'ended' ? ('failed' as const) : null,
    requestId: request.id,
    retryOf: request.retryOf,
  };
  await world.store.runs.acceptRequests(fence, [{ kind: 'accept', requestId: request.id, run }]);
}

const refusal = (request: Request): RequestAnswer => ({
  kind: 'refuse',
  requestId: request.id,
  reason: 'capability_missing',
  message: 'No channel.',
});

const waiting = (world: World) => world.store.requests.waiting('default', 10);

test('without an owner a run is refused as one that nobody would run, and nothing is stored', async () => {
  const world = await withJob();
  await assert.rejects(world.ask(jobsRun, { job: 'report' }), {
    kind: 'nothing-will-run',
    code: 'owner_absent',
    message: /^Refused: .*--queue/,
  });
  assert.deepEqual(await waiting(world), []);
});

test('without an owner a queued request is stored with its expiry', async () => {
  const world = await withJob();
  const answer = await world.ask(jobsRun, { job: 'report', queue: '30m' });
  assert.equal(answer.word, 'Queued');
  assert.equal(answer.readiness.willRun, false);
  assert.equal(answer.request.expiresAt, '2026-11-22T09:30:00.000Z');
  assert.equal((await waiting(world)).length, 1);
});

test('a dead holder is no owner', async () => {
  const world = await withJob();
  await withHolder(world);
  world.dead.add(812);
  await assert.rejects(world.ask(jobsRun, { job: 'report' }), { kind: 'nothing-will-run' });
});

test('a holder whose loop does not answer is no owner', async () => {
  const world = await withJob();
  await withHolder(world);
  world.answers.clear();
  await assert.rejects(world.ask(jobsRun, { job: 'report' }), {
    kind: 'nothing-will-run',
    code: 'owner_stalled',
  });
});

test('with a living owner the answer names the run that the request became', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  const answer = await world.ask(jobsRun, { job: 'report' });
  assert.equal(answer.word, 'Running');
  assert.equal(answer.request.state, 'accepted');
  assert.equal(answer.run?.id, answer.request.runId);
  assert.equal(answer.owner?.pid, 812);
});

test('a run that waits its turn is queued, and one that the owner refuses is refused with its reason', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence);
  assert.equal((await world.ask(jobsRun, { job: 'report' })).word, 'Queued');
  world.meanwhile = async () => {
    const [request] = await waiting(world);
    if (request !== undefined) await world.store.runs.acceptRequests(fence, [refusal(request)]);
  };
  const other = await world.ask(jobsAdd, { when: 'every 1h', name: 'other', command: ['x'] });
  const answer = await world.ask(jobsRun, { job: other.job.id });
  assert.equal(answer.word, 'Refused');
  assert.equal(answer.request.reason, 'capability_missing');
});

test('a second request for a job whose run still goes is that run, unless its runs may follow each other', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence);
  const first = await world.ask(jobsRun, { job: 'report' });
  const second = await world.ask(jobsRun, { job: 'report' });
  assert.deepEqual([first.repeated, second.repeated], [false, true]);
  assert.equal(second.request.receipt, first.request.receipt);
  assert.equal(second.run?.id, first.run?.id);
  await world.ask(jobsEdit, { job: 'report', overlap: 'queue' });
  const third = await world.ask(jobsRun, { job: 'report' });
  assert.equal(third.repeated, false);
  assert.notEqual(third.run?.id, first.run?.id);
});

test('an owner that does not take the request within two seconds leaves it queued', async () => {
  const world = await withJob();
  await withHolder(world);
  const before = world.now();
  const answer = await world.ask(jobsRun, { job: 'report' });
  assert.equal(answer.word, 'Queued');
  assert.equal(answer.request.state, 'waiting');
  assert.ok(world.now() - before <= 2_100);
});

test('ticks of a timer make a request that waits for the next one', async () => {
  const world = await withJob();
  for (const [pid, agoMs] of [
    [40, 0],
    [41, 60_000],
  ] as const) {
    const startedAt = world.now() - agoMs;
    await world.store.instances.report(
      instanceOf(pid, { role: 'timer', startedAt, seenAt: startedAt }),
    );
    world.dead.add(pid);
  }
  const answer = await world.ask(jobsRun, { job: 'report' });
  assert.equal(answer.word, 'Queued');
  assert.equal(answer.readiness.code, 'will_run_by_timer');
});

test('a retry is a new request that names the old run, and only of a run that is over', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  const first = await world.ask(jobsRun, { job: 'report' });
  const again = await world.ask(runsRetry, { run: first.run?.id ?? '' });
  assert.equal(again.run?.retryOf, first.run?.id);
  world.meanwhile = () => accept(world, fence);
  const queued = await world.ask(jobsRun, { job: 'report' });
  await assert.rejects(world.ask(runsRetry, { run: queued.run?.id ?? '' }), {
    code: 'overlap_skip',
  });
});

test('a retry of a retry names the first run, whose key it keeps', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  const first = await world.ask(jobsRun, { job: 'report' });
  const second = await world.ask(runsRetry, { run: first.run?.id ?? '' });
  const third = await world.ask(runsRetry, { run: second.run?.id ?? '' });
  assert.notEqual(third.run?.id, second.run?.id);
  assert.equal(third.run?.retryOf, first.run?.id);
  world.answers.clear();
  await assert.rejects(
    world.ask(runsRetry, { run: third.run?.id ?? '' }),
    new RegExp(`cronkeeper retry ${third.run?.id} --queue`),
  );
});

test('a cancel is recorded for the holder, and refused for what is over', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence);
  const queued = await world.ask(jobsRun, { job: 'report' });
  const asked = await world.ask(runsCancel, { run: queued.run?.id ?? '' });
  assert.deepEqual([asked.word, asked.message], ['Asked', 'Its owner was asked to end it.']);
  const stored = await world.store.runs.get('default', queued.run?.id ?? '');
  assert.equal(stored?.cancelRequested, true);
  world.meanwhile = () => accept(world, fence, 'ended');
  const ended = await world.ask(jobsRun, { job: 'report' });
  await assert.rejects(world.ask(runsCancel, { run: ended.run?.id ?? '' }), {
    code: 'already_ended',
  });
});

test('a cancel that nobody hears says so, and stays for the next owner', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence);
  const { run } = await world.ask(jobsRun, { job: 'report' });
  world.dead.add(812);
  const answer = await world.ask(runsCancel, { run: run?.id ?? '' });
  assert.equal(answer.word, 'Waiting');
  assert.match(answer.message, /^Nobody is there to end it: .* The next owner will end it\./);
  assert.equal(answer.readiness.willRun, false);
  assert.equal((await world.store.runs.get('default', run?.id ?? ''))?.cancelRequested, true);
});

test('waiting for a run ends with the run or with the time', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence);
  const { run } = await world.ask(jobsRun, { job: 'report' });
  const before = world.now();
  assert.equal((await waitForRun(world.context, run?.id ?? '', 1_000))?.state, 'queued');
  assert.equal(world.now() - before, 1_000);
  assert.equal(await waitForRun(world.context, 'nobody', 1_000), null);
});

test('logs of a job are those of its newest run, byte for byte, in pieces', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  const { run } = await world.ask(jobsRun, { job: 'report' });
  world.output.set(run?.id ?? '', Uint8Array.from([0xff, 0x00, 0x41]));
  const first = await world.ask(runsLogs, { subject: 'Report', maxBytes: 2 });
  assert.deepEqual([first.base64, first.nextByte, first.isAbsent], ['/wA=', 2, false]);
  const rest = await world.ask(runsLogs, { subject: run?.id ?? '', fromByte: 2 });
  assert.equal(rest.base64, 'QQ==');
});

test('logs of a job are those of its newest run also while that waits for its next attempt', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  await world.ask(jobsRun, { job: 'report' });
  world.meanwhile = () => accept(world, fence);
  const { run } = await world.ask(jobsRun, { job: 'report' });
  const id = run?.id ?? '';
  assert.notEqual(
    (await world.ask(runsLogs, { subject: 'report' })).run.id,
    id,
    'it has not begun',
  );
  await world.store.runs.authorise(fence, [{ attempt: attemptOf(id, fence) }]);
  await world.store.runs.markBegan(fence, [{ runId: id, number: 1, startedAt: world.now() }]);
  const again = { outcome: null, endedAt: null, notBefore: world.now() + 60_000 };
  await world.store.runs.settle(fence, [
    {
      runId: id,
      attempt: {
        number: 1,
        state: 'ended',
        outcome: 'failed',
        exitCode: 1,
        reason: 'exit_nonzero',
        startedAt: world.now(),
        endedAt: world.now(),
      },
      run: {
        state: 'queued',
        reason: 'exit_nonzero',
        message: null,
        outputBytes: 3,
        outputTruncated: false,
        ...again,
      },
    },
  ]);
  assert.equal((await world.ask(runsLogs, { subject: 'report' })).run.id, id);
});

test('the transcript of a run is read on from where one was, with what was used', async () => {
  const world = await withJob();
  const fence = await withHolder(world);
  world.meanwhile = () => accept(world, fence, 'ended');
  const { run } = await world.ask(jobsRun, { job: 'report' });
  const absent = await world.ask(runsTranscript, { subject: 'report' });
  assert.deepEqual([absent.isAbsent, absent.entries, absent.usage], [true, [], null]);
  const lines = [
    { at: 1_000, kind: 'prompt', agent: 'built-in', model: 'a/b', tools: ['shell'], text: 'Hi' },
    { at: 2_000, kind: 'note', text: 'Once more.' },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  world.output.set(`${run?.id} transcript`, Buffer.from(text));
  const first = await world.ask(runsTranscript, { subject: 'report', limit: 1 });
  assert.deepEqual(first.entries, [
    { at: '1970-01-01T00:00:01.000Z', kind: 'prompt', title: 'built-in, a/b, shell', text: 'Hi' },
  ]);
  const rest = await world.ask(runsTranscript, { subject: 'report', after: first.next });
  assert.deepEqual([rest.entries[0]?.text, rest.next], ['Once more.', 2]);
});

test('an overdue occurrence is listed as undecided with its count and the reason', async () => {
  const world = await withJob();
  world.advance(3 * 3_600_000 + 60_000);
  const { runs } = await world.ask(runsList, {});
  assert.equal(runs.length, 1);
  assert.equal(runs[0]?.state, 'undecided');
  assert.equal(runs[0]?.count, 3);
  assert.equal(runs[0]?.reason, 'owner_absent');
  assert.deepEqual((await world.ask(runsList, { state: 'ended' })).runs, []);
  assert.equal((await world.ask(runsList, { state: 'undecided', job: 'report' })).runs.length, 1);
});

test('an unknown run is refused, also when it looks like a path', async () => {
  const world = await withJob();
  for (const run of ['../../etc/passwd', '01ARZ3NDEKTSV4RRFFQ69G5FAV'])
    await assert.rejects(world.ask(runsShow, { run }), { code: 'not_found' });
});
