import assert from 'node:assert/strict';
import type { StoreClaim } from './store-samples.ts';
import { attemptOf, entryOf, jobOf, profile, runOf, settlementOf, start } from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

/** More than the store asks at once, and one that nobody knows. */
const jobIds = [...Array.from({ length: 203 }, (_, n) => `job-${n}`), 'nobody'];

export const pageClaims: readonly StoreClaim[] = [
  {
    name: 'the jobs of a page are those that are there, each as it is by itself',
    async show({ store }) {
      await store.profiles.ensure(profile, start, 'test');
      await store.profiles.ensure('other', start, 'test');
      const entry = entryOf('job.created');
      for (const id of jobIds.slice(0, -1)) {
        await store.jobs.create({ job: jobOf(id), key: null, entry });
      }
      const elsewhere = jobOf('nobody', { profile: 'other' });
      await store.jobs.create({ job: elsewhere, key: null, entry: { ...entry, profile: 'other' } });
      const some = await store.jobs.some(profile, jobIds);
      assert.equal(some.length, jobIds.length - 1);
      for (const job of some) assert.deepEqual(job, await store.jobs.get(profile, job.id));
      assert.deepEqual(await store.jobs.some('other', jobIds), [elsewhere]);
      assert.deepEqual(await store.jobs.some(profile, []), []);
    },
  },
  {
    name: 'jobs are counted alike whether or not all are enabled',
    async show({ store }) {
      await store.profiles.ensure(profile, start, 'test');
      const entry = entryOf('job.created');
      const none = { enabled: 0, paused: 0, pending: 0, done: 0 };
      assert.deepEqual(await store.jobs.counts(profile), none);
      for (const id of ['a', 'b']) await store.jobs.create({ job: jobOf(id), key: null, entry });
      assert.deepEqual(await store.jobs.counts(profile), { ...none, enabled: 2 });
      const done = jobOf('c', { state: 'done', nextFireAt: null });
      await store.jobs.create({ job: done, key: null, entry });
      assert.deepEqual(await store.jobs.counts(profile), { ...none, enabled: 2, done: 1 });
      assert.deepEqual(await store.jobs.counts('other'), none);
    },
  },
  {
    name: 'the newest decisions of the jobs of a page are those of each by itself',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = jobIds.flatMap((jobId, n) =>
        Array.from({ length: n % 4 }, (_, place) =>
          runOf(`${jobId}/${place}`, {
            jobId,
            fireTime: start + place,
            // Some of one moment, also where the newest end, and the later ones not always with the greater id.
            decidedAt: start + ((place * 2 + n) % 3 === 0 ? 1 : 0),
          }),
        ),
      );
      await fireRuns(store, fence, runs);
      const latest = await store.runs.latestOf(profile, jobIds, 2);
      assert.equal(latest.size, jobIds.filter((_, n) => n % 4 > 0).length);
      for (const id of jobIds) {
        assert.deepEqual(latest.get(id) ?? [], await store.runs.latest(profile, id, 2), id);
      }
      assert.equal((await store.runs.latestOf('other', jobIds, 2)).size, 0);
      assert.equal((await store.runs.latestOf(profile, [], 2)).size, 0);
    },
  },
  {
    name: 'the attempts of the runs of a page are those of each by itself',
    async show({ store }) {
      const fence = await withHolder(store);
      const runIds = Array.from({ length: 203 }, (_, n) => `run-${n}`);
      await fireRuns(
        store,
        fence,
        runIds.map((id, n) => runOf(id, { fireTime: start + n })),
      );
      const begun = runIds.filter((_, n) => n % 3 > 0);
      await store.runs.authorise(
        fence,
        begun.map((id) => ({ attempt: attemptOf(id, fence) })),
      );
      const again = begun.slice(0, 9);
      await store.runs.settle(
        fence,
        again.map((id) => settlementOf(id, 1, { state: 'queued', outcome: null })),
      );
      await store.runs.authorise(
        fence,
        again.map((id) => ({ attempt: attemptOf(id, fence, { number: 2 }) })),
      );
      const attempts = await store.runs.attemptsOf([...runIds, 'nobody']);
      assert.equal(attempts.size, begun.length);
      for (const id of runIds) {
        assert.deepEqual(attempts.get(id) ?? [], await store.runs.attempts(id), id);
      }
      assert.equal(attempts.get(again[0] ?? '')?.length, 2);
      assert.equal((await store.runs.attemptsOf([])).size, 0);
    },
  },
];
