import assert from 'node:assert/strict';
import type { Findings } from '../../src/core/probe.ts';
import type { StoreClaim } from './store-samples.ts';
import { entryOf, profile, requestOf, runOf, start } from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

const findings: Findings = {
  at: start,
  jobs: 3,
  unmet: [{ code: 'command_not_found', message: 'There is no "x".', jobIds: ['a', 'b'] }],
  unknown: ['c'],
};
const probe = (id: string) => requestOf(id, { kind: 'probe', jobId: null });
const day = 86_400_000;

/** What the questions of the evening and of the morning need of a store. */
export const eveningClaims: readonly StoreClaim[] = [
  {
    name: 'a probe is taken, then answered once; until then it has no findings',
    async show({ store }) {
      const fence = await withHolder(store);
      await store.requests.create(probe('p'), null);
      const state = async () => {
        const found = await store.requests.get(profile, 'p');
        return [found?.state, found?.message, found?.findings];
      };
      // Not taken yet: whoever answers now answers something else.
      await store.requests.recordFindings(fence, 'p', findings);
      assert.deepEqual(await state(), ['waiting', null, undefined]);
      await store.runs.acceptRequests(fence, [{ kind: 'take', requestId: 'p' }]);
      assert.deepEqual(await state(), ['accepted', null, undefined]);
      assert.deepEqual(await store.requests.waiting(profile, 9), []);
      const told = await store.requests.recordFindings(fence, 'p', findings);
      assert.deepEqual(told, { kind: 'done', value: null });
      await store.requests.recordFindings(fence, 'p', { ...findings, jobs: 99 });
      assert.deepEqual(await state(), ['accepted', null, findings]);
    },
  },
  {
    name: 'the newest answer is found again, whoever asked for it',
    async show({ store, advance }) {
      const fence = await withHolder(store);
      assert.equal(await store.requests.lastAnswered(profile), null);
      for (const id of ['p', 'q', 'r']) {
        advance(1);
        await store.requests.create(probe(id), null);
        await store.runs.acceptRequests(fence, [{ kind: 'take', requestId: id }]);
        if (id !== 'r') await store.requests.recordFindings(fence, id, findings);
      }
      const last = await store.requests.lastAnswered(profile);
      assert.deepEqual([last?.id, last?.findings], ['q', findings]);
      assert.equal(await store.requests.lastAnswered('other'), null);
    },
  },
  {
    name: 'findings go to probes only, and only under the fence',
    async show({ store }) {
      const fence = await withHolder(store);
      await store.requests.create(probe('p'), null);
      await store.requests.create(requestOf('q', { kind: 'handover' }), entryOf('owner.asked'));
      const answers = ['p', 'q'].map((requestId) => ({ kind: 'take', requestId }) as const);
      await store.runs.acceptRequests(fence, answers);
      await store.requests.recordFindings(fence, 'q', findings);
      assert.equal((await store.requests.get(profile, 'q'))?.message, null);
      const late = { ...fence, epoch: fence.epoch - 1 };
      assert.equal((await store.requests.recordFindings(late, 'p', findings)).kind, 'fenced');
      assert.equal((await store.requests.get(profile, 'p'))?.findings, undefined);
    },
  },
  {
    name: 'a probe leaves no audit entry, and an old one is forgotten after a day',
    async show({ store, advance }) {
      const fence = await withHolder(store);
      const before = (await store.audit.list(profile, { limit: 99 })).length;
      await store.requests.create(probe('p'), null);
      assert.equal((await store.audit.list(profile, { limit: 99 })).length, before);
      await store.requests.create(requestOf('q'), entryOf('request.created'));
      advance(day - 1);
      await store.upkeep.prune(fence, [], 0);
      assert.equal((await store.requests.get(profile, 'p'))?.state, 'waiting');
      advance(2);
      await store.upkeep.prune(fence, [], 0);
      assert.equal(await store.requests.get(profile, 'p'), null);
      assert.equal((await store.requests.get(profile, 'q'))?.state, 'waiting');
    },
  },
  {
    name: 'runs since then are counted by job and result, the newest first, those that ended since then among them',
    async show({ store }) {
      const fence = await withHolder(store);
      const missed = { state: 'missed', reason: 'asleep' } as const;
      await fireRuns(store, fence, [
        runOf('r0', { ...missed, fireTime: start, decidedAt: start, endedAt: start }),
        runOf('r1', { ...missed, fireTime: start + 1, decidedAt: start + 10 }),
        runOf('r2', {
          ...missed,
          fireTime: start + 2,
          fireTimeEnd: start + 8,
          count: 5,
          decidedAt: start + 11,
        }),
        runOf('r3', { fireTime: start + 12, decidedAt: start + 12 }),
        // Decided before, ended since then.
        runOf('r4', {
          ...missed,
          jobId: 'b',
          fireTime: start + 3,
          decidedAt: start,
          endedAt: start + 20,
        }),
        // Of long ago, whenever it ended.
        runOf('r5', {
          ...missed,
          jobId: 'b',
          fireTime: start - 2 * day,
          decidedAt: start - 2 * day,
          endedAt: start + 20,
        }),
      ]);
      const tallies = await store.runs.tally(profile, start + 5, 10);
      assert.deepEqual(
        tallies.map((tally) => [
          tally.lastId,
          tally.jobId,
          tally.state,
          tally.rows,
          tally.occurrences,
        ]),
        [
          ['r4', 'b', 'missed', 1, 1],
          ['r3', 'a', 'queued', 1, 1],
          ['r2', 'a', 'missed', 2, 6],
        ],
      );
      const [, , both] = tallies;
      assert.deepEqual(
        [both?.jobName, both?.reason, both?.outcome, both?.firstAt, both?.lastAt],
        ['Job a', 'asleep', null, start + 1, start + 8],
      );
      assert.equal((await store.runs.tally(profile, start + 5, 2)).length, 2);
      assert.deepEqual(await store.runs.tally('other', 0, 10), []);
    },
  },
];
