import assert from 'node:assert/strict';
import { Refusal } from '../../src/core/refusal.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  entryOf,
  holderOf,
  instanceOf,
  processOf,
  profile,
  provenanceOf,
  start,
} from './store-samples.ts';
import { claimOf, fenceOf, takeOver, withHolder } from './store-scenes.ts';

const changed = { kind: 'changed' } as const;

export const leaseClaims: readonly StoreClaim[] = [
  {
    name: 'a lease that was never held has epoch 0 and no holder',
    async show({ store }) {
      const never = await store.leases.read('never');
      await store.profiles.ensure(profile, start, 'test');
      const fresh = await store.leases.read(profile);
      assert.deepEqual([never.epoch, never.holder], [0, null]);
      assert.deepEqual({ ...fresh, profile: 'never' }, never);
    },
  },
  {
    name: 'claiming a free lease makes the claimer its holder in a new epoch, with an entry',
    async show({ store, now }) {
      await store.profiles.ensure(profile, start, 'test');
      const claimed = await store.leases.claim(await claimOf(store, 'one', 'free'));
      const lease = {
        profile,
        epoch: 1,
        holder: holderOf('one'),
        appointmentVersion: 1,
        renewals: 0,
        renewedAt: now(),
        ttlMs: 15_000,
        endRunsUpTo: 0,
        preferredId: null,
      };
      assert.deepEqual(claimed, { kind: 'claimed', lease });
      assert.deepEqual(await store.leases.read(profile), lease);
      const [entry] = await store.audit.list(profile, { kinds: ['owner.'], limit: 1 });
      assert.equal(entry?.subject, 'one');
    },
  },
  {
    name: 'of two claims of one free lease one wins',
    async show({ store }) {
      await store.profiles.ensure(profile, start, 'test');
      const claims = [await claimOf(store, 'one', 'free'), await claimOf(store, 'two', 'free')];
      const answers = await Promise.all(claims.map((claim) => store.leases.claim(claim)));
      assert.deepEqual(answers.map((answer) => answer.kind).sort(), ['changed', 'claimed']);
      assert.equal((await store.leases.read(profile)).epoch, 1);
    },
  },
  {
    name: 'a held lease is not free, and a free lease has no holder that ended or expired',
    async show({ store, advance }) {
      const fence = await withHolder(store);
      assert.deepEqual(await store.leases.claim(await claimOf(store, 'two', 'free')), changed);
      await store.leases.release(fence, entryOf('owner.released'));
      advance(60_000);
      for (const grounds of ['ended', 'expired'] as const) {
        assert.deepEqual(await store.leases.claim(await claimOf(store, 'two', grounds)), changed);
      }
    },
  },
  {
    name: 'a lease has expired only after its TTL and the margin, on the clock of the store',
    async show({ store, advance }) {
      await withHolder(store);
      advance(17_000);
      assert.deepEqual(await store.leases.claim(await claimOf(store, 'two', 'expired')), changed);
      advance(1);
      const claimed = await store.leases.claim(await claimOf(store, 'two', 'expired'));
      assert.equal(claimed.kind === 'claimed' && claimed.lease.epoch, 2);
    },
  },
  {
    name: 'a renewal since the judgement makes the claim void, whatever its grounds',
    async show({ store, advance }) {
      const fence = await withHolder(store);
      advance(20_000);
      const claims = [await claimOf(store, 'two', 'ended'), await claimOf(store, 'two', 'expired')];
      await store.leases.renew(fence, provenanceOf('unknown'));
      advance(20_000);
      for (const claim of claims) assert.deepEqual(await store.leases.claim(claim), changed);
      assert.equal((await store.leases.read(profile)).holder?.instanceId, 'one');
    },
  },
  {
    name: 'a forged epoch claims nothing',
    async show({ store }) {
      await withHolder(store);
      const claim = await claimOf(store, 'two', 'ended');
      for (const epoch of [0, 2, 99]) {
        const forged = { ...claim, seen: { ...claim.seen, epoch } };
        assert.deepEqual(await store.leases.claim(forged), changed);
      }
      assert.equal((await store.leases.read(profile)).epoch, 1);
    },
  },
  {
    name: 'a claim judged by an old appointment is void',
    async show({ store }) {
      await store.profiles.ensure(profile, start, 'test');
      const claim = await claimOf(store, 'one', 'free');
      const rule = { kind: 'exclusive', choices: [] } as const;
      const entry = entryOf('owner.appointed');
      const change = { profile, seenVersion: 1, rule, reason: 'why', force: false, entry };
      assert.equal(await store.appointments.appoint(change), 'appointed');
      assert.deepEqual(await store.leases.claim(claim), { kind: 'appointment-changed' });
      assert.equal((await store.leases.read(profile)).holder, null);
      assert.equal(await store.appointments.appoint(change), 'stale');
      const { version, reason, actor } = await store.appointments.current(profile);
      assert.deepEqual([version, reason, actor], [2, 'why', 'uid:1000']);
    },
  },
  {
    name: 'renewing counts, takes the time of the store and the newest provenance, and keeps the starter',
    async show({ store, advance, now }) {
      const fence = await withHolder(store);
      await store.leases.recordStarter(fence, processOf(5));
      advance(5_000);
      const renewed = await store.leases.renew(fence, provenanceOf('proven'));
      assert.equal(renewed.kind, 'done');
      const lease = await store.leases.read(profile);
      assert.deepEqual(renewed, { kind: 'done', value: lease });
      assert.deepEqual([lease.renewals, lease.renewedAt, lease.epoch], [1, now(), 1]);
      assert.deepEqual(lease.holder, {
        ...holderOf('one'),
        provenance: provenanceOf('proven'),
        starter: processOf(5),
      });
    },
  },
  {
    name: 'a renewal takes the row of its holder along, and one of an old term does not',
    async show({ store }) {
      const fence = await withHolder(store);
      const row = instanceOf('one', { standing: 'holder', seenAt: start + 5 });
      assert.equal((await store.leases.renew(fence, provenanceOf('proven'), row)).kind, 'done');
      assert.deepEqual(await store.instances.list(profile), [row]);
      await takeOver(store, 'two');
      const late = { ...row, seenAt: start + 10 };
      const fenced = await store.leases.renew(fence, provenanceOf('proven'), late);
      assert.deepEqual(fenced, { kind: 'fenced', epoch: 2 });
      assert.deepEqual(await store.instances.list(profile), [row]);
    },
  },
  {
    name: 'release keeps the epoch, so that the next term has a new one',
    async show({ store }) {
      const fence = await withHolder(store);
      const released = await store.leases.release(fence, entryOf('owner.released'));
      assert.deepEqual(released, { kind: 'done', value: null });
      const free = await store.leases.read(profile);
      assert.deepEqual([free.epoch, free.holder], [1, null]);
      assert.equal((await takeOver(store, 'one')).epoch, 2);
    },
  },
  {
    name: 'a late release of an old term frees nothing, even by the same instance',
    async show({ store }) {
      const old = await withHolder(store);
      await takeOver(store, 'one');
      const late = await store.leases.release(old, entryOf('owner.released'));
      assert.deepEqual(late, { kind: 'fenced', epoch: 2 });
      assert.equal((await store.leases.read(profile)).holder?.instanceId, 'one');
    },
  },
  {
    name: 'a preference reaches the holder of that epoch and ends with its term',
    async show({ store }) {
      const fence = await withHolder(store);
      const preferred = async () => (await store.leases.read(profile)).preferredId;
      await store.leases.prefer(profile, fence.epoch + 1, 'two');
      assert.equal(await preferred(), null);
      await store.leases.prefer(profile, fence.epoch, 'two');
      assert.equal(await preferred(), 'two');
      await store.leases.renew(fence, provenanceOf('unknown'));
      assert.equal(await preferred(), 'two');
      await store.leases.prefer(profile, fence.epoch, null);
      assert.equal(await preferred(), null);
      await store.leases.prefer(profile, fence.epoch, 'two');
      await takeOver(store, 'two');
      assert.equal(await preferred(), null);
    },
  },
  {
    name: 'an appointment leaves the holder alone unless it is forced',
    async show({ store }) {
      const fence = await withHolder(store);
      const rule = { kind: 'auto' } as const;
      const entry = entryOf('owner.appointed');
      const change = { profile, seenVersion: 1, rule, reason: null, force: false, entry };
      await store.appointments.appoint(change);
      const kept = await store.leases.read(profile);
      assert.deepEqual(fenceOf(kept), fence);
      await store.appointments.appoint({ ...change, seenVersion: 2, force: true });
      const forced = await store.leases.read(profile);
      assert.deepEqual([forced.epoch, forced.holder, forced.endRunsUpTo], [2, null, 1]);
      const late = await store.leases.renew(fence, provenanceOf('unknown'));
      assert.deepEqual(late, { kind: 'fenced', epoch: 2 });
      const next = await takeOver(store, 'two');
      assert.deepEqual([next.epoch, (await store.leases.read(profile)).endRunsUpTo], [3, 1]);
    },
  },
  {
    name: 'an unknown profile has no appointment, and nobody can claim it',
    async show({ store }) {
      await assert.rejects(store.appointments.current('nobody'), Refusal);
      await store.profiles.ensure(profile, start, 'test');
      const claim = { ...(await claimOf(store, 'one', 'free')), profile: 'nobody' };
      assert.notEqual((await store.leases.claim(claim)).kind, 'claimed');
    },
  },
];
