import assert from 'node:assert/strict';
import type { Store } from '../../src/ports/store.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  entryOf,
  instanceOf,
  jobOf,
  named,
  planOf,
  profile,
  provenanceOf,
  requestOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { claimOf, fireRuns, withHolder } from './store-scenes.ts';

/** What changed while the work was done, as `kind subject`. */
async function changesBy(store: Store, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await store.events.newest();
  await work();
  const found = await store.events.after(before, 1_000);
  assert.equal(found.kind, 'events');
  return found.kind === 'events'
    ? found.events.map(({ kind, subject }) => `${kind} ${subject}`)
    : [];
}

export const eventClaims: readonly StoreClaim[] = [
  {
    name: 'whatever is written of a job, a run, its result, an owner, an instance, a request or a profile is told',
    async show({ store }) {
      const told = (work: () => Promise<unknown>) => changesBy(store, work);
      const entry = entryOf('x');
      assert.deepEqual(await told(() => store.profiles.ensure(profile, start, 'me')), [
        `profile ${profile}`,
        `owner ${profile}`,
      ]);
      const create = () => store.jobs.create({ job: jobOf('a'), key: null, entry });
      assert.deepEqual(await told(create), ['job a']);
      const claim = await claimOf(store, 'one', 'free');
      let fence = { profile, epoch: 0, instanceId: 'one' };
      const take = async () => {
        const claimed = await store.leases.claim(claim);
        assert.equal(claimed.kind, 'claimed');
        fence = { ...fence, epoch: (await store.leases.read(profile)).epoch };
      };
      assert.deepEqual(await told(take), [`owner ${profile}`]);
      assert.deepEqual(await told(() => fireRuns(store, fence, [runOf('r')])), ['run r']);
      const attempt = attemptOf('r', fence);
      assert.deepEqual(await told(() => store.runs.authorise(fence, [{ attempt }])), ['run r']);
      const begun = [{ runId: 'r', number: 1, startedAt: start + 1 }];
      assert.deepEqual(await told(() => store.runs.markBegan(fence, begun)), ['run r']);
      assert.deepEqual(await told(() => store.runs.requestCancel(profile, 'r', entry)), ['run r']);
      assert.deepEqual(await told(() => store.runs.settle(fence, [settlementOf('r', 1)])), [
        'run r',
        'inbox r.r0',
      ]);
      assert.deepEqual(await told(() => store.requests.create(requestOf('q'), entry)), [
        'request q',
      ]);
      const refuse = { kind: 'refuse', requestId: 'q', reason: 'superseded', message: '' } as const;
      assert.deepEqual(await told(() => store.runs.acceptRequests(fence, [refuse])), ['request q']);
      const instance = instanceOf('i');
      assert.deepEqual(await told(() => store.instances.report(instance)), ['instance i']);
      const holder = { ...instance, standing: 'holder' } as const;
      assert.deepEqual(await told(() => store.instances.report(holder)), ['instance i']);
      assert.deepEqual(await told(() => store.instances.remove(profile, 'i')), ['instance i']);
      const { version } = await store.appointments.current(profile);
      const change = { profile, seenVersion: version, reason: null, force: false, entry };
      const appoint = () => store.appointments.appoint({ ...change, rule: { kind: 'auto' } });
      assert.deepEqual(await told(appoint), [`owner ${profile}`]);
      assert.deepEqual(await told(() => store.leases.release(fence, entry)), [`owner ${profile}`]);
      const job = await store.jobs.get(profile, 'a');
      assert.ok(job);
      const renamed = { ...named(job, 'other'), revision: job.revision + 1 };
      assert.deepEqual(await told(() => store.jobs.change(changeOf(job, renamed))), ['job a']);
      assert.deepEqual(await told(() => store.jobs.change(changeOf(renamed, null))), ['job a']);
    },
  },
  {
    name: 'what changes all the time and means nothing to a reader is not told',
    async show({ store }) {
      const fence = await withHolder(store);
      const instance = instanceOf('i');
      await store.instances.report(instance);
      const told = await changesBy(store, async () => {
        await store.leases.renew(fence, provenanceOf('proven'));
        await store.instances.report({ ...instance, seenAt: start + 30_000 });
        await store.requests.create(requestOf('p', { kind: 'probe', jobId: null }), null);
        await store.audit.append(entryOf('x'));
        // The next fire time of a job moves on with each run, which is told.
        await store.runs.fire(fence, [planOf(jobOf('a'), [])]);
      });
      assert.deepEqual(told, []);
    },
  },
  {
    name: 'what was not committed is not told, and a number is never given out twice',
    async show({ store }) {
      const fence = await withHolder(store);
      const before = await store.events.newest();
      const stale = await store.jobs.change({
        ...changeOf(jobOf('a'), null),
        seen: { revision: 9, nextFireAt: null },
      });
      assert.equal(stale, 'stale');
      assert.equal(await store.events.newest(), before);
      await store.jobs.create({ job: jobOf('b'), key: null, entry: entryOf('x') });
      await fireRuns(store, fence, [runOf('r')]);
      const found = await store.events.after(before, 9);
      assert.ok(found.kind === 'events');
      assert.deepEqual(
        found.events.map(({ sequence }) => sequence),
        [before + 1, before + 2],
      );
      assert.ok(found.events.every((event) => event.profile === profile));
    },
  },
  {
    name: 'a removed profile takes its events along, and none of their numbers is given out again',
    async show({ store }) {
      await store.profiles.ensure(profile, start, 'me');
      await store.profiles.ensure('other', start, 'me');
      const last = await store.events.newest();
      assert.equal(await store.profiles.remove('other', entryOf('profile.removed')), 'removed');
      await store.jobs.create({ job: jobOf('a'), key: null, entry: entryOf('x') });
      const found = await store.events.after(last, 9);
      assert.ok(found.kind === 'events', 'numbers were given out again');
      assert.deepEqual(
        found.events.map(({ sequence, kind, subject }) => `${sequence} ${kind} ${subject}`),
        [`${last + 1} profile other`, `${last + 2} job a`],
      );
      const all = await store.events.after(last - 2, 9);
      assert.ok(all.kind === 'events' && all.events.every(({ sequence }) => sequence > last));
    },
  },
  {
    name: 'a reader goes on where it stopped, in pieces, and one that the store cannot lead on begins anew',
    async show({ store }) {
      await withHolder(store);
      const newest = await store.events.newest();
      const sequences: number[] = [];
      for (let from = 0; ; ) {
        const found = await store.events.after(from, 2);
        assert.ok(found.kind === 'events');
        if (found.events.length === 0) break;
        sequences.push(...found.events.map(({ sequence }) => sequence));
        from = sequences.at(-1) ?? 0;
      }
      assert.deepEqual(
        sequences,
        Array.from({ length: newest }, (_, index) => index + 1),
      );
      assert.deepEqual(await store.events.after(newest + 1, 2), { kind: 'reset' });
    },
  },
];
