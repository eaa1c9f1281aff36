import assert from 'node:assert/strict';
import { Refusal } from '../../src/core/refusal.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  jobOf,
  named,
  profile,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { fireRuns, withHolder } from './store-scenes.ts';

const created = { kind: 'created' } as const;

export const jobClaims: readonly StoreClaim[] = [
  {
    name: 'a job is read as it was created, in its own profile only',
    async show({ store }) {
      await withHolder(store);
      assert.deepEqual(await store.jobs.get(profile, 'a'), jobOf('a'));
      await store.profiles.ensure('other', start, 'test');
      assert.equal(await store.jobs.get('other', 'a'), null);
      assert.equal(await store.jobs.get(profile, 'b'), null);
    },
  },
  {
    name: 'a key is used once: equal content answers the first job, other content is told apart',
    async show({ store }) {
      await withHolder(store);
      const create = (id: string, content: string) =>
        store.jobs.create({
          job: jobOf(id),
          key: { key: 'k', content },
          entry: entryOf('job.created', { subject: id }),
        });
      assert.deepEqual(await create('b', 'x'), created);
      const again = { kind: 'same-key', jobId: 'b' } as const;
      const look = (content: string) => store.jobs.underKey(profile, { key: 'k', content });
      assert.deepEqual(await look('x'), { ...again, sameContent: true });
      assert.deepEqual(await look('y'), { ...again, sameContent: false });
      assert.equal(await store.jobs.underKey('other', { key: 'k', content: 'x' }), null);
      assert.deepEqual(await create('c', 'x'), { ...again, sameContent: true });
      assert.deepEqual(await create('d', 'y'), { ...again, sameContent: false });
      assert.equal(await store.jobs.get(profile, 'c'), null);
      const entries = await store.audit.list(profile, { kinds: ['job.'], limit: 10 });
      assert.deepEqual(
        entries.map((entry) => entry.subject),
        ['b', 'subject'],
      );
    },
  },
  {
    name: 'a key goes on answering with its job after the job was removed',
    async show({ store }) {
      await withHolder(store);
      const creation = { key: { key: 'k', content: 'x' }, entry: entryOf('job.created') };
      await store.jobs.create({ job: jobOf('b'), ...creation });
      await store.jobs.change(changeOf(jobOf('b'), null));
      const again = await store.jobs.create({ job: jobOf('c'), ...creation });
      assert.deepEqual(again, { kind: 'same-key', jobId: 'b', sameContent: true });
    },
  },
  {
    name: 'a change writes the job, its decisions and its entry together',
    async show({ store }) {
      await withHolder(store);
      const after = named(jobOf('a', { revision: 2, nextFireAt: null, state: 'paused' }), 'New');
      const missed = runOf('r1', { state: 'missed', reason: 'owner_absent', epoch: null });
      assert.equal(await store.jobs.change(changeOf(jobOf('a'), after, [missed])), 'changed');
      assert.deepEqual(await store.jobs.get(profile, 'a'), after);
      assert.deepEqual(await store.runs.get(profile, 'r1'), missed);
      const [entry] = await store.audit.list(profile, { limit: 1 });
      assert.equal(entry?.kind, 'job.changed');
    },
  },
  {
    name: 'a change that was computed from an old revision or fire time writes nothing',
    async show({ store }) {
      await withHolder(store);
      const after = jobOf('a', { revision: 2 });
      const decisions = [runOf('r1', { state: 'missed' })];
      for (const old of [{ revision: 7 }, { nextFireAt: start + 1 }, { nextFireAt: null }]) {
        const stale = changeOf(jobOf('a', old), after, decisions);
        assert.equal(await store.jobs.change(stale), 'stale');
        assert.equal(await store.jobs.change({ ...stale, after: null }), 'stale');
      }
      assert.equal(await store.jobs.change(changeOf(jobOf('ghost'), after)), 'stale');
      assert.deepEqual(await store.jobs.get(profile, 'a'), jobOf('a'));
      assert.equal(await store.runs.get(profile, 'r1'), null);
      const kinds = (await store.audit.list(profile, { limit: 9 })).map((entry) => entry.kind);
      assert.deepEqual(kinds, ['owner.claimed', 'job.created', 'profile.created']);
    },
  },
  {
    name: 'removing a job keeps its runs, and what waited of it is missed',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = ['r1', 'r2', 'r3'].map((id, n) => runOf(id, { fireTime: start + n }));
      await fireRuns(store, fence, runs);
      const attempts = ['r2', 'r3'].map((id) => ({ attempt: attemptOf(id, fence) }));
      await store.runs.authorise(fence, attempts);
      const retry = { state: 'queued', outcome: null, endedAt: null } as const;
      const failed = settlementOf('r3', 1, retry);
      const attempt = failed.attempt && { ...failed.attempt, outcome: 'failed' as const };
      await store.runs.settle(fence, [{ ...failed, attempt }]);
      const job = await store.jobs.get(profile, 'a');
      assert.ok(job);
      assert.equal(await store.jobs.change(changeOf(job, null)), 'changed');
      assert.equal(await store.jobs.get(profile, 'a'), null);
      const states = (await store.runs.list(profile, { jobId: 'a', limit: 9 })).map(
        ({ id, state, outcome, reason }) => [id, state, outcome, reason],
      );
      assert.deepEqual(states, [
        ['r3', 'ended', 'failed', 'job_removed'],
        ['r2', 'running', null, null],
        ['r1', 'missed', null, 'job_removed'],
      ]);
    },
  },
  {
    name: 'pausing a job leaves its queued runs alone',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const job = await store.jobs.get(profile, 'a');
      assert.ok(job);
      const paused = { ...job, revision: 2, state: 'paused', nextFireAt: null } as const;
      assert.equal(await store.jobs.change(changeOf(job, paused)), 'changed');
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'queued');
    },
  },
  {
    name: 'a set of creations and changes is applied whole or not at all',
    async show({ store }) {
      await withHolder(store);
      const creation = { job: jobOf('b'), key: null, entry: entryOf('job.created') };
      const good = changeOf(jobOf('a'), jobOf('a', { revision: 2 }));
      const bad = changeOf(jobOf('a', { revision: 9 }), null);
      const applied = await store.jobs.apply([creation], [good, bad]);
      assert.deepEqual(applied, { kind: 'stale', jobId: 'a' });
      assert.equal(await store.jobs.get(profile, 'b'), null);
      assert.deepEqual(await store.jobs.get(profile, 'a'), jobOf('a'));
      assert.deepEqual(await store.jobs.apply([creation], [good]), { kind: 'applied' });
      assert.deepEqual(await store.jobs.get(profile, 'b'), jobOf('b'));
      assert.equal((await store.jobs.get(profile, 'a'))?.revision, 2);
    },
  },
  {
    name: 'a job is not made where one has its id, or a name of which other jobs were known',
    async show({ store }) {
      await withHolder(store);
      const make = (id: string, name: string, known: readonly string[] | null) => {
        const creation = { job: named(jobOf(id), name), key: null, entry: entryOf('job.created') };
        const namesakes = known === null ? {} : { namesakes: new Set(known) };
        return store.jobs.apply([{ ...creation, ...namesakes }], []);
      };
      const applied = { kind: 'applied' } as const;
      assert.deepEqual(await make('b', 'Report', []), applied);
      assert.deepEqual(await make('c', 'rePORT', []), { kind: 'stale', jobId: 'c' });
      assert.deepEqual(await make('c', 'Report', ['b']), applied);
      assert.deepEqual(await make('d', 'Report', ['b']), { kind: 'stale', jobId: 'd' });
      assert.deepEqual(await make('d', 'Report', null), applied);
      assert.deepEqual(await make('d', 'Other', null), { kind: 'stale', jobId: 'd' });
      assert.equal((await store.jobs.byName(profile, 'Report')).length, 3);
    },
  },
  {
    name: 'a set of more than 5,000 is not taken',
    async show({ store }) {
      const change = changeOf(jobOf('a'), null);
      const many = Array.from({ length: 5_001 }, () => change);
      await assert.rejects(store.jobs.apply([], many), RangeError);
    },
  },
  {
    name: 'names are found without regard to case, oldest first',
    async show({ store }) {
      await withHolder(store);
      for (const [id, name, createdAt] of [
        ['c', 'REPORT', start + 2],
        ['d', 'Report', start + 1],
        ['e', 'Reports', start],
      ] as const) {
        const job = named(jobOf(id, { createdAt }), name);
        await store.jobs.create({ job, key: null, entry: entryOf('job.created') });
      }
      const found = await store.jobs.byName(profile, 'rePort');
      assert.deepEqual(
        found.map((job) => job.id),
        ['d', 'c'],
      );
    },
  },
  {
    name: 'pages of jobs go by name, then id, even past a job that was removed meanwhile',
    async show({ store }) {
      await withHolder(store);
      for (const [id, name] of Object.entries({ p: 'beta', q: 'Alpha', r: 'beta', s: 'gamma' })) {
        const state = id === 's' ? 'done' : 'enabled';
        const job = named(jobOf(id, { state }), name);
        await store.jobs.create({ job, key: null, entry: entryOf('job.created') });
      }
      const page = async (after: string | null, limit: number) =>
        (await store.jobs.list(profile, { after, limit })).map((job) => job.id);
      assert.deepEqual(await page(null, 2), ['q', 'p']);
      await store.jobs.change(changeOf(jobOf('p'), null));
      assert.deepEqual(await page('p', 10), ['r', 's', 'a']);
      const done = await store.jobs.list(profile, { after: null, limit: 10, state: 'done' });
      assert.deepEqual(
        done.map((job) => job.id),
        ['s'],
      );
      await assert.rejects(page('nobody', 10), Refusal);
    },
  },
  {
    name: 'a list can be narrowed to jobs with a text, whatever signs it has',
    async show({ store }) {
      await withHolder(store);
      for (const [id, name] of Object.entries({ p: 'Straße 100%', q: 'plain_name', r: 'it"s' })) {
        const job = named(jobOf(id), name);
        await store.jobs.create({ job, key: null, entry: entryOf('job.created') });
      }
      const like = async (text: string) =>
        (await store.jobs.list(profile, { after: null, limit: 10, like: text })).map(
          ({ id }) => id,
        );
      assert.deepEqual(await like('straße'), ['p']);
      assert.deepEqual(await like('0%'), ['p']);
      assert.deepEqual(await like('plain_n'), ['q']);
      assert.deepEqual(await like('_'), ['q']);
      assert.deepEqual(await like('it"S'), ['r']);
      assert.deepEqual(await like('!'), []);
    },
  },
  {
    name: 'due are the enabled jobs whose time has come, earliest first',
    async show({ store }) {
      await withHolder(store);
      for (const [id, fields] of Object.entries({
        b: { nextFireAt: start - 5 },
        c: { nextFireAt: start + 1 },
        d: { nextFireAt: start - 9, state: 'paused' as const },
        e: { nextFireAt: null, state: 'done' as const },
      })) {
        await store.jobs.create({
          job: jobOf(id, fields),
          key: null,
          entry: entryOf('job.created'),
        });
      }
      const ids = (await store.jobs.due(profile, start, 10)).map((job) => job.id);
      assert.deepEqual(ids, ['b', 'a']);
      assert.equal((await store.jobs.due(profile, start, 1)).length, 1);
      assert.deepEqual(await store.jobs.nextFireTimes(profile, 1), [start - 5]);
      assert.deepEqual(await store.jobs.nextFireTimes('other', 1), []);
      assert.deepEqual(await store.jobs.counts(profile), {
        enabled: 3,
        paused: 1,
        pending: 0,
        done: 1,
      });
    },
  },
];
