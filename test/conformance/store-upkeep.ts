import assert from 'node:assert/strict';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  instanceOf,
  jobOf,
  planOf,
  profile,
  requestOf,
  runOf,
  start,
} from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

const everything = { since: 0, runs: 1_000, outputBytes: 1_000_000 };
const day = 86_400_000;

/** Job `a` with final runs f0 … f5 of 10 bytes each, and one that still waits. */
const finals = Array.from({ length: 6 }, (_, n) =>
  runOf(`f${n}`, { fireTime: start + n, decidedAt: start + n, state: 'ended', outputBytes: 10 }),
);
const waits = runOf('w', { fireTime: start - 1, decidedAt: start - 1 });

export const upkeepClaims: readonly StoreClaim[] = [
  {
    name: 'runs may go by age, by number or by the size of their output, oldest first',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [...finals, waits]);
      const prunable = async (keep: Partial<typeof everything>, limit = 9) =>
        (await store.upkeep.prunable(profile, { ...everything, ...keep }, limit))
          .map((run) => run.runId)
          .join(' ');
      assert.equal(await prunable({}), '');
      assert.equal(await prunable({ since: start + 2 }), 'f0 f1');
      assert.equal(await prunable({ runs: 3 }), 'f0 f1 f2');
      assert.equal(await prunable({ outputBytes: 25 }), 'f0 f1 f2 f3');
      assert.equal(await prunable({ since: start + 1, runs: 4, outputBytes: 35 }), 'f0 f1 f2');
      assert.equal(await prunable({ since: start + day, runs: 0, outputBytes: 0 }, 2), 'f0 f1');
      const [first] = await store.upkeep.prunable(profile, { ...everything, runs: 0 }, 1);
      assert.deepEqual(first, { runId: 'f0', outputBytes: 10 });
    },
  },
  {
    name: 'the latest final run of each job and every run that is not final are kept',
    async show({ store }) {
      const fence = await withHolder(store);
      await store.jobs.create({ job: jobOf('b'), key: null, entry: entryOf('job.created') });
      const only = runOf('only', { jobId: 'b', decidedAt: start - 9, state: 'missed' });
      const later = runOf('later', { jobId: 'b', fireTime: start + 1, decidedAt: start + day });
      await fireRuns(store, fence, [...finals, waits]);
      await store.runs.fire(fence, [planOf(jobOf('b'), [only, later])]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('w', fence) }]);
      const none = { since: start + 2 * day, runs: 0, outputBytes: 0 };
      const prunable = (await store.upkeep.prunable(profile, none, 99)).map((run) => run.runId);
      assert.deepEqual(prunable, ['f0', 'f1', 'f2', 'f3', 'f4']);
      const all = [...finals, waits, only, later].map((run) => run.id);
      const pruned = await store.upkeep.prune(fence, [...all, 'ghost'], 0);
      assert.deepEqual(pruned, { kind: 'done', value: 5 });
      const left = await store.upkeep.existing([...all, 'ghost']);
      assert.deepEqual([...left].sort(), ['f5', 'later', 'only', 'w']);
      assert.equal((await store.runs.attempts('w')).length, 1);
    },
  },
  {
    name: 'pruning a run takes its attempts along',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [waits, ...finals]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('w', fence) }]);
      const end = { state: 'ended', outcome: 'failed', exitCode: 1, reason: null } as const;
      const attempt = { ...end, number: 1, startedAt: start, endedAt: start };
      const run = { ...runOf('w'), state: 'ended', outcome: 'failed' } as const;
      await store.runs.settle(fence, [{ runId: 'w', attempt, run }]);
      assert.deepEqual(await store.upkeep.prune(fence, ['w'], 0), { kind: 'done', value: 1 });
      assert.deepEqual(await store.runs.attempts('w'), []);
    },
  },
  {
    name: 'old entries, answered requests and silent instances go; the history of ownership stays',
    async show({ store }) {
      await store.audit.append(entryOf('job.old', { at: start - 2 }));
      await store.audit.append(entryOf('owner.old', { at: start - 2 }));
      const fence = await withHolder(store);
      await store.audit.append(entryOf('job.new'));
      for (const id of ['q1', 'q2']) {
        await store.requests.create(requestOf(id), entryOf('request.created'));
      }
      const message = 'No.';
      const answer = { kind: 'refuse', requestId: 'q1', reason: 'job_removed', message } as const;
      await store.runs.acceptRequests(fence, [answer]);
      await store.instances.report(instanceOf('gone', { seenAt: start - 2 }));
      await store.instances.report(instanceOf('here'));
      await store.upkeep.prune(fence, [], start);
      const kinds = (await store.audit.list(profile, { limit: 99 })).map((entry) => entry.kind);
      assert.equal(kinds.includes('job.old'), false);
      assert.equal(kinds.includes('owner.old'), true);
      assert.equal(kinds.includes('job.new'), true);
      assert.deepEqual(
        (await store.instances.list(profile)).map((instance) => instance.id),
        ['here'],
      );
      await store.upkeep.prune(fence, [], start + day);
      assert.equal(await store.requests.get(profile, 'q1'), null);
      assert.equal((await store.requests.get(profile, 'q2'))?.state, 'waiting');
    },
  },
  {
    name: 'the history of ownership is cut to its newest thousand',
    async show({ store }) {
      const fence = await withHolder(store);
      for (let n = 0; n < 1_005; n++) await store.audit.append(entryOf(`owner.${n}`));
      await store.upkeep.prune(fence, [], start + day);
      const kept = await store.audit.list(profile, { kinds: ['owner.'], limit: 2_000 });
      assert.equal(kept.length, 1_000);
      assert.equal(kept.at(-1)?.kind, 'owner.5');
    },
  },
  {
    name: 'the key of a removed job is free again after thirty days, that of a living one never',
    async show({ store, advance }) {
      const fence = await withHolder(store);
      const create = async (id: string, key: string) => {
        const creation = { job: jobOf(id), key: { key, content: 'x' } };
        return (await store.jobs.create({ ...creation, entry: entryOf('job.created') })).kind;
      };
      await create('b', 'removed');
      await create('c', 'living');
      await store.jobs.change(changeOf(jobOf('b'), null));
      advance(29 * day);
      await store.upkeep.prune(fence, [], 0);
      assert.equal(await create('d', 'removed'), 'same-key');
      advance(2 * day);
      await store.upkeep.prune(fence, [], 0);
      assert.equal(await create('d', 'removed'), 'created');
      assert.equal(await create('e', 'living'), 'same-key');
    },
  },
  {
    name: 'a store in use is whole, and tells how it is set up',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [waits, ...finals]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('w', fence) }]);
      assert.deepEqual(await store.upkeep.check(), []);
      assert.equal(typeof (await store.upkeep.settings())['engine'], 'string');
      assert.equal(await store.upkeep.changeToken(), await store.upkeep.changeToken());
    },
  },
  {
    name: 'closing twice is fine, and a closed store says so',
    async show({ store }) {
      await store.close();
      await store.close();
      await assert.rejects(store.profiles.list(), { name: 'StoreUnavailable' });
      const creation = store.profiles.ensure(profile, start, 'test');
      await assert.rejects(creation, { name: 'StoreUnavailable', code: 'store_unavailable' });
    },
  },
];
