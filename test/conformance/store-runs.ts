import assert from 'node:assert/strict';
import type { Run, RunGlimpse } from '../../src/core/run.ts';
import type { OpenPlace } from '../../src/ports/store.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  jobOf,
  planOf,
  profile,
  requestOf,
  runOf,
  start,
} from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

const done = <T>(value: T) => ({ kind: 'done', value });

export const runClaims: readonly StoreClaim[] = [
  {
    name: 'firing writes the rows and moves the job on',
    async show({ store }) {
      const fence = await withHolder(store);
      const run = runOf('r1');
      assert.deepEqual(await store.runs.fire(fence, [planOf(jobOf('a'), [run])]), done([run]));
      const after = jobOf('a', { nextFireAt: start + 60_000, scheduledRuns: 1 });
      assert.deepEqual(await store.jobs.get(profile, 'a'), after);
      assert.deepEqual(await store.runs.get(profile, 'r1'), run);
      assert.equal(await store.runs.get('other', 'r1'), null);
    },
  },
  {
    name: 'the last occurrence leaves the job done',
    async show({ store }) {
      const fence = await withHolder(store);
      const plan = { ...planOf(jobOf('a'), [runOf('r1')]), nextFireAt: null };
      await store.runs.fire(fence, [{ ...plan, state: 'done' }]);
      const job = await store.jobs.get(profile, 'a');
      assert.deepEqual([job?.state, job?.nextFireAt], ['done', null]);
    },
  },
  {
    name: 'the same plan fires once',
    async show({ store }) {
      const fence = await withHolder(store);
      const plan = planOf(jobOf('a'), [runOf('r1')]);
      await store.runs.fire(fence, [plan, plan]);
      const again = planOf(jobOf('a'), [runOf('r2')]);
      assert.deepEqual(await store.runs.fire(fence, [again]), done([]));
      assert.equal((await store.runs.list(profile, { limit: 9 })).length, 1);
    },
  },
  {
    name: 'an occurrence that has its row gets no second one, and the job moves on',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const job = await store.jobs.get(profile, 'a');
      assert.ok(job);
      const plan = planOf(job, [runOf('r2'), runOf('r3', { fireTime: start + 60_000 })], start * 2);
      const fired = await store.runs.fire(fence, [plan]);
      assert.deepEqual(fired.kind === 'done' && fired.value.map((run) => run.id), ['r3']);
      assert.equal((await store.jobs.get(profile, 'a'))?.nextFireAt, start * 2);
    },
  },
  {
    name: 'a plan whose job moved on, was paused or is gone writes nothing',
    async show({ store }) {
      const fence = await withHolder(store);
      const plan = planOf(jobOf('a'), [runOf('r1')]);
      const ghost = { ...plan, jobId: 'ghost' };
      const revised = { ...plan, seen: { ...plan.seen, revision: 2 } };
      const later = { ...plan, seen: { ...plan.seen, nextFireAt: start + 1 } };
      assert.deepEqual(await store.runs.fire(fence, [ghost, revised, later]), done([]));
      await store.jobs.change(changeOf(jobOf('a'), jobOf('a', { state: 'paused' })));
      assert.deepEqual(await store.runs.fire(fence, [plan]), done([]));
      assert.deepEqual(await store.runs.list(profile, { limit: 9 }), []);
    },
  },
  {
    name: 'a range row decides every occurrence in it, and no other',
    async show({ store }) {
      const fence = await withHolder(store);
      const range = runOf('r1', { fireTimeEnd: start + 30, count: 4, state: 'missed' });
      const single = runOf('r2', { fireTime: start + 40 });
      await fireRuns(store, fence, [range, single]);
      const decided = async (at: number) =>
        (await store.runs.decisionOf(profile, 'a', start + at))?.id ?? null;
      assert.deepEqual(await Promise.all([-1, 0, 10, 30, 31, 40, 41].map(decided)), [
        null,
        'r1',
        'r1',
        'r1',
        null,
        'r2',
        null,
      ]);
      const job = await store.jobs.get(profile, 'a');
      assert.ok(job);
      const inside = planOf(job, [runOf('r3', { fireTime: start + 20 })], start * 2);
      assert.deepEqual(await store.runs.fire(fence, [inside]), done([]));
      assert.equal(await store.runs.decisionOf('other', 'a', start), null);
    },
  },
  {
    name: 'how far a job is decided is told by its own rows and by the ends of ranges',
    async show({ store }) {
      const fence = await withHolder(store);
      assert.equal(await store.runs.decidedUntil(profile, 'a'), null);
      await fireRuns(store, fence, [runOf('r1', { fireTime: start + 5 })]);
      assert.equal(await store.runs.decidedUntil(profile, 'a'), start + 5);
      const range = { fireTime: start + 10, fireTimeEnd: start + 30, count: 3 };
      await fireRuns(store, fence, [runOf('r2', { ...range, state: 'missed' })]);
      assert.equal(await store.runs.decidedUntil(profile, 'a'), start + 30);
      await fireRuns(store, fence, [runOf('r3', { fireTime: start + 40 })]);
      assert.equal(await store.runs.decidedUntil(profile, 'a'), start + 40);
      assert.equal(await store.runs.decidedUntil('other', 'a'), null);
    },
  },
  {
    name: 'a request is answered once: accepted with its run, refused or expired with the reason',
    async show({ store, now }) {
      const fence = await withHolder(store);
      for (const id of ['q1', 'q2', 'q3']) {
        await store.requests.create(requestOf(id), entryOf('request.created'));
      }
      const asked = { cause: 'request', fireTime: null, deadline: null } as const;
      const accept = (requestId: string, runId: string) =>
        ({ kind: 'accept', requestId, run: runOf(runId, { ...asked, requestId }) }) as const;
      const message = 'Gone.';
      const refuse = { kind: 'refuse', requestId: 'q2', reason: 'job_removed', message } as const;
      const expire = { ...refuse, kind: 'expire', requestId: 'q3' } as const;
      const first = await store.runs.acceptRequests(fence, [accept('q1', 'r1'), refuse, expire]);
      assert.deepEqual(first, done([accept('q1', 'r1').run]));
      const second = [accept('q1', 'r2'), accept('q2', 'r3'), accept('q9', 'r4')];
      assert.deepEqual(await store.runs.acceptRequests(fence, second), done([]));
      const answered = await Promise.all(
        ['q1', 'q2', 'q3'].map((id) => store.requests.get(profile, id)),
      );
      const common = { reason: 'job_removed', message, answeredAt: now() } as const;
      assert.deepEqual(answered, [
        requestOf('q1', { state: 'accepted', runId: 'r1', answeredAt: now() }),
        requestOf('q2', { state: 'refused', ...common }),
        requestOf('q3', { state: 'expired', ...common }),
      ]);
      assert.deepEqual(await store.requests.waiting(profile, 9), []);
    },
  },
  {
    name: 'a request to cancel is accepted with the run that it is about, which stays as it is',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const request = requestOf('q', { kind: 'cancel', runId: 'r1' });
      await store.requests.create(request, entryOf('request.created'));
      const run = runOf('r1', { state: 'ended', outcome: 'cancelled' });
      const answer = { kind: 'accept', requestId: 'q', run } as const;
      assert.deepEqual(await store.runs.acceptRequests(fence, [answer]), done([]));
      assert.deepEqual(await store.runs.get(profile, 'r1'), runOf('r1'));
      assert.equal((await store.requests.get(profile, 'q'))?.state, 'accepted');
    },
  },
  {
    name: 'a row of another profile than that of the fence is a bug, and nothing is written',
    async show({ store }) {
      const fence = await withHolder(store);
      const plan = planOf(jobOf('a'), [runOf('r1', { profile: 'other' })]);
      await assert.rejects(store.runs.fire(fence, [plan]), /profile other/);
      assert.deepEqual(await store.jobs.get(profile, 'a'), jobOf('a'));
      assert.equal(await store.runs.get('other', 'r1'), null);
    },
  },
  {
    name: 'two requests for one job make two runs',
    async show({ store }) {
      const fence = await withHolder(store);
      const answers = [];
      for (const requestId of ['q1', 'q2']) {
        await store.requests.create(requestOf(requestId), entryOf('request.created'));
        const run = runOf(`r${requestId}`, { cause: 'request', fireTime: null, requestId });
        answers.push({ kind: 'accept', requestId, run } as const);
      }
      const accepted = await store.runs.acceptRequests(fence, answers);
      assert.equal(accepted.kind === 'done' && accepted.value.length, 2);
    },
  },
  {
    name: 'open are the queued and running runs, by the time before which they must not start, page by page',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = [9, 3, 6].map((n) =>
        runOf(`r${n}`, { fireTime: start + n, notBefore: start + n }),
      );
      const skipped = runOf('r0', {
        fireTime: start + 1,
        state: 'skipped',
        reason: 'overlap_skip',
      });
      await fireRuns(store, fence, [...runs, skipped]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r6', fence) }]);
      const ids = async (...args: [limit: number, after?: OpenPlace]) =>
        (await store.runs.open(profile, ...args)).map((run) => run.id);
      assert.deepEqual(await ids(9), ['r3', 'r6', 'r9']);
      assert.deepEqual(await ids(2), ['r3', 'r6']);
      assert.deepEqual(await ids(2, { notBefore: start + 3, id: 'r3' }), ['r6', 'r9']);
      assert.deepEqual(await ids(2, { notBefore: start + 6, id: 'r5' }), ['r6', 'r9']);
      assert.deepEqual(await ids(2, { notBefore: start + 9, id: 'r9' }), []);
    },
  },
  {
    name: 'runs are listed newest decision first, filtered, page by page',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = Array.from({ length: 7 }, (_, n) =>
        runOf(`r${n}`, {
          fireTime: start + n,
          decidedAt: start + Math.floor(n / 2),
          ...(n % 3 === 0 ? { state: 'ended', outcome: n === 3 ? 'timed_out' : 'failed' } : {}),
        }),
      );
      await fireRuns(store, fence, runs);
      const ids = async (filter: Omit<Parameters<typeof store.runs.list>[1], 'limit'>, limit = 9) =>
        (await store.runs.list(profile, { ...filter, limit })).map((run) => run.id).join(' ');
      assert.equal(await ids({}), 'r6 r5 r4 r3 r2 r1 r0');
      assert.equal(await ids({ before: 'r4' }, 2), 'r3 r2');
      assert.equal(await ids({ before: 'r35' }, 2), 'r3 r2');
      assert.equal(await ids({ jobId: 'a', before: null }, 1), 'r6');
      assert.equal(await ids({ jobId: 'b' }), '');
      assert.equal(await ids({ states: ['ended', 'running'] }), 'r6 r3 r0');
      assert.equal(await ids({ outcomes: ['timed_out'] }), 'r3');
      assert.equal(await ids({ jobId: 'a', states: ['queued'], outcomes: ['failed'] }), '');
      const [newest, next] = await store.runs.list(profile, { jobId: 'a', limit: 2 });
      const glimpses = await store.runs.latest(profile, 'a', 2);
      assert.deepEqual(
        glimpses,
        [newest, next].map((run) => run && glimpseOf(run)),
      );
      assert.deepEqual(await store.runs.latest(profile, 'b', 2), []);
    },
  },
];

const glimpseOf = ({ id, fireTime, state, outcome, reason, decidedAt }: Run): RunGlimpse => ({
  id,
  fireTime,
  state,
  outcome,
  reason,
  decidedAt,
});
