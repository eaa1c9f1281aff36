import assert from 'node:assert/strict';
import { type JobAuthority, personal } from '../../src/core/maker.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  changeOf,
  entryOf,
  jobOf,
  named,
  profile,
  type StoreClaim,
  start,
} from './store-samples.ts';
import { withHolder } from './store-scenes.ts';

const bot = { kind: 'agent', name: 'http:bot', run: 'R' } as const;

const ofBot: JobAuthority = {
  ...personal,
  madeBy: bot,
  changedBy: bot,
  trust: 'agent',
  ceiling: ['http'],
  depth: 2,
  pausedBy: 'chat',
  approval: { by: 'cli:anna', at: start, hash: 'abc' },
};

const creationOf = (id: string) => ({
  job: jobOf(id, { authority: ofBot, state: 'pending', nextFireAt: null }),
  key: null,
  entry: entryOf('job.added', { subject: id }),
});

const make = (store: Store, id: string, quota?: number) =>
  store.jobs.create({ ...creationOf(id), ...(quota === undefined ? {} : { quota }) });

const full = (jobs: number) => ({ kind: 'quota-reached', jobs }) as const;
const made = { kind: 'created' } as const;

export const authorityClaims: readonly StoreClaim[] = [
  {
    name: 'whose a job is, is read as it was written, and goes with each change',
    async show({ store }) {
      await withHolder(store);
      await make(store, 'b', 5);
      const { job } = creationOf('b');
      assert.deepEqual(await store.jobs.get(profile, 'b'), job);
      const after = { ...job, revision: 2, authority: { ...ofBot, approval: null } };
      assert.equal(await store.jobs.change(changeOf(job, after)), 'changed');
      assert.deepEqual(await store.jobs.get(profile, 'b'), after);
    },
  },
  {
    name: 'a job that waits for approval is never due, and is counted and listed as such',
    async show({ store }) {
      await withHolder(store);
      await make(store, 'b', 5);
      const due = await store.jobs.due(profile, start + 1_000, 10);
      assert.deepEqual(
        due.map(({ id }) => id),
        ['a'],
      );
      assert.equal((await store.jobs.counts(profile)).pending, 1);
      const page = { after: null, limit: 10, state: 'pending' } as const;
      assert.equal((await store.jobs.list(profile, page)).length, 1);
    },
  },
  {
    name: 'a quota counts the jobs that were made under one, and nothing of one too many is written',
    async show({ store }) {
      await withHolder(store);
      assert.deepEqual(await make(store, 'b', 2), made);
      assert.deepEqual(await make(store, 'c', 2), made);
      assert.deepEqual(await make(store, 'd', 2), full(2));
      assert.equal(await store.jobs.get(profile, 'd'), null);
      const entries = await store.audit.list(profile, { kinds: ['job.added'], limit: 10 });
      assert.equal(
        entries.some(({ subject }) => subject === 'd'),
        false,
      );
      assert.deepEqual(await make(store, 'e'), made, 'a person has none');
    },
  },
  {
    name: 'what is done or removed counts for nothing',
    async show({ store }) {
      await withHolder(store);
      await make(store, 'b', 2);
      await make(store, 'c', 2);
      const [b, c] = [creationOf('b').job, creationOf('c').job];
      await store.jobs.change(changeOf(b, { ...b, revision: 2, state: 'done' }));
      assert.deepEqual(await make(store, 'd', 2), made);
      assert.deepEqual(await make(store, 'e', 2), full(2));
      await store.jobs.change(changeOf(c, null));
      assert.deepEqual(await make(store, 'e', 2), made);
    },
  },
  {
    name: 'many at once are all or nothing under a quota',
    async show({ store }) {
      await withHolder(store);
      const before = await store.jobs.get(profile, 'a');
      assert.ok(before !== null);
      const three = ['b', 'c', 'd'].map((id) => ({ ...creationOf(id), quota: 2 }));
      const change = changeOf(before, named({ ...before, revision: 2 }, 'New'));
      assert.deepEqual(await store.jobs.apply(three, [change]), full(0));
      assert.equal(await store.jobs.get(profile, 'b'), null);
      assert.deepEqual(await store.jobs.get(profile, 'a'), before);
      assert.equal(await store.jobs.ofAgents(profile), 0);
      assert.deepEqual(await store.jobs.apply(three.slice(1), []), { kind: 'applied' });
      assert.equal(await store.jobs.ofAgents(profile), 2);
    },
  },
  {
    name: 'of many that are made at the same moment no more than the quota come to be',
    async show({ store }) {
      await withHolder(store);
      const ids = Array.from({ length: 12 }, (_, index) => `j${index}`);
      const answers = await Promise.all(ids.map((id) => make(store, id, 5)));
      assert.equal(answers.filter(({ kind }) => kind === 'created').length, 5);
      assert.equal((await store.jobs.counts(profile)).pending, 5);
    },
  },
];
