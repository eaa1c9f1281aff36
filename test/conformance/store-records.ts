import assert from 'node:assert/strict';
import type { Request } from '../../src/core/request.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  instanceOf,
  jobOf,
  profile,
  provenanceOf,
  requestOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { fireRuns, takeOver, withHolder } from './store-scenes.ts';

export const recordClaims: readonly StoreClaim[] = [
  {
    name: 'a profile is created once, with the appointment auto at version 1',
    async show({ store }) {
      assert.equal(await store.profiles.ensure(profile, start, 'me'), true);
      assert.equal(await store.profiles.ensure(profile, start + 1, 'you'), false);
      assert.deepEqual(await store.profiles.list(), [{ name: profile, createdAt: start }]);
      assert.deepEqual(await store.appointments.current(profile), {
        profile,
        version: 1,
        rule: { kind: 'auto' },
        actor: 'me',
        reason: null,
        at: start,
      });
    },
  },
  {
    name: 'a profile is removed only without jobs and holder, and its epochs never repeat',
    async show({ store }) {
      const remove = (name: string) => store.profiles.remove(name, entryOf('profile.removed'));
      assert.equal(await remove('nobody'), 'unknown');
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1', { state: 'missed' })]);
      assert.equal(await remove(profile), 'not-empty');
      const job = jobOf('a', { nextFireAt: start + 60_000 });
      assert.equal(await store.jobs.change(changeOf(job, null)), 'changed');
      assert.equal(await remove(profile), 'held');
      await store.leases.release(fence, entryOf('owner.released'));
      assert.equal(await remove(profile), 'removed');
      assert.deepEqual(await store.profiles.list(), []);
      assert.equal(await store.runs.get(profile, 'r1'), null);
      await store.profiles.ensure(profile, start, 'test');
      assert.equal((await store.leases.read(profile)).epoch, fence.epoch);
    },
  },
  {
    name: 'a profile whose holder is gone is removed, unless it renewed its lease since it was judged',
    async show({ store }) {
      const fence = await withHolder(store);
      assert.equal(await store.jobs.change(changeOf(jobOf('a'), null)), 'changed');
      const { epoch, renewals } = await store.leases.read(profile);
      const remove = (over: { readonly epoch: number; readonly renewals: number }) =>
        store.profiles.remove(profile, entryOf('profile.removed'), over);
      assert.equal(await remove({ epoch: epoch - 1, renewals }), 'held');
      await store.leases.renew(fence, provenanceOf('unknown'));
      assert.equal(await remove({ epoch, renewals }), 'held');
      assert.equal(await remove({ epoch, renewals: renewals + 1 }), 'removed');
      await store.profiles.ensure(profile, start, 'test');
      const lease = await store.leases.read(profile);
      assert.deepEqual([lease.epoch > epoch, lease.holder], [true, null]);
    },
  },
  {
    name: 'a profile is not removed while a run in it waits or goes on',
    async show({ store }) {
      const remove = () => store.profiles.remove(profile, entryOf('profile.removed'));
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r1', fence) }]);
      const job = jobOf('a', { nextFireAt: start + 60_000 });
      assert.equal(await store.jobs.change(changeOf(job, null)), 'changed');
      await store.leases.release(fence, entryOf('owner.released'));
      assert.equal(await remove(), 'busy');
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'running');
      const next = await takeOver(store, 'two');
      await store.runs.settle(next, [settlementOf('r1', 1)]);
      await store.leases.release(next, entryOf('owner.released'));
      assert.equal(await remove(), 'removed');
    },
  },
  {
    name: 'an instance reports itself again and again, and is gone when it was removed',
    async show({ store }) {
      await store.instances.report(instanceOf('two'));
      await store.instances.report(instanceOf('one'));
      const newer = instanceOf('two', { seenAt: start + 5, standing: 'holder' });
      await store.instances.report(newer);
      assert.deepEqual(await store.instances.list(profile), [instanceOf('one'), newer]);
      await store.instances.remove('other', 'one');
      await store.instances.remove(profile, 'one');
      await store.instances.remove(profile, 'one');
      assert.deepEqual(await store.instances.list(profile), [newer]);
      assert.deepEqual(await store.instances.list('other'), []);
    },
  },
  {
    name: 'requests wait in the order in which they were made',
    async show({ store }) {
      await withHolder(store);
      for (const [id, createdAt] of Object.entries({
        q2: start + 2,
        q3: start + 1,
        q1: start + 2,
      })) {
        await store.requests.create(requestOf(id, { createdAt }), entryOf('request.created'));
      }
      const ids = async (limit: number) =>
        (await store.requests.waiting(profile, limit)).map((request) => request.id);
      assert.deepEqual(await ids(9), ['q3', 'q1', 'q2']);
      assert.deepEqual(await ids(1), ['q3']);
      assert.deepEqual(
        await store.requests.get(profile, 'q1'),
        requestOf('q1', { createdAt: start + 2 }),
      );
      assert.equal(await store.requests.get('other', 'q1'), null);
    },
  },
  {
    name: 'of requests for the same run one is made while it is open, whoever asks at the same time',
    async show({ store }) {
      const fence = await withHolder(store);
      const ask = (id: string, alike: 'waiting' | 'open', fields: Partial<Request> = {}) =>
        store.requests.createOnce(requestOf(id, fields), entryOf('run.requested'), alike);
      const many = await Promise.all(['q1', 'q2', 'q3'].map((id) => ask(id, 'waiting')));
      assert.deepEqual(
        many.map((earlier) => earlier?.id ?? null),
        [null, 'q1', 'q1'],
      );
      assert.equal((await store.audit.list(profile, { kinds: ['run.'], limit: 9 })).length, 1);
      assert.equal(await ask('q4', 'open', { jobId: 'other' }), null);
      assert.equal(await ask('q5', 'open', { retryOf: 'r' }), null);
      const run = runOf('r1', { fireTime: null, cause: 'request', requestId: 'q1' });
      await store.runs.acceptRequests(fence, [{ kind: 'accept', requestId: 'q1', run }]);
      assert.equal((await ask('q6', 'open'))?.id, 'q1');
      assert.equal(await ask('q7', 'waiting'), null);
      assert.equal((await ask('q8', 'open'))?.id, 'q7');
      const q7 = { kind: 'refuse', requestId: 'q7', reason: 'superseded', message: '' } as const;
      await store.runs.acceptRequests(fence, [q7]);
      await store.runs.requestCancel(profile, 'r1', entryOf('run.cancelled'));
      assert.equal(await ask('q9', 'open'), null);
    },
  },
  {
    name: 'a request that has expired stands for no other',
    async show({ store }) {
      await withHolder(store);
      const first = requestOf('q1');
      await store.requests.create(first, null);
      const later = requestOf('q2', { createdAt: first.expiresAt, expiresAt: first.expiresAt + 1 });
      assert.equal(await store.requests.createOnce(later, entryOf('run.requested'), 'open'), null);
    },
  },
  {
    name: 'the audit log is read newest first, by beginnings of kinds, page by page',
    async show({ store }) {
      for (const kind of ['owner.a', 'job.a', 'owner_b', 'owner.c']) {
        await store.audit.append(entryOf(kind));
      }
      const read = async (kinds: readonly string[], before?: number, limit = 9) =>
        store.audit.list(profile, { kinds, limit, ...(before === undefined ? {} : { before }) });
      const kindsOf = (entries: Awaited<ReturnType<typeof read>>) =>
        entries.map((entry) => entry.kind).join(' ');
      assert.equal(kindsOf(await read([])), 'owner.c owner_b job.a owner.a');
      assert.equal(kindsOf(await read(['owner.'])), 'owner.c owner.a');
      assert.equal(kindsOf(await read(['owner.', 'job.'], undefined, 2)), 'owner.c job.a');
      const [newest] = await read([], undefined, 1);
      assert.ok(newest);
      assert.deepEqual(newest, { ...entryOf('owner.c'), sequence: newest.sequence });
      assert.equal(kindsOf(await read([], newest.sequence, 2)), 'owner_b job.a');
    },
  },
];
