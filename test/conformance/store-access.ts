import assert from 'node:assert/strict';
import type { Credential } from '../../src/core/access.ts';
import type { StoreClaim } from './store-samples.ts';
import { entryOf, profile, start } from './store-samples.ts';

const credentialOf = (id: string, fields: Partial<Credential> = {}): Credential => ({
  id,
  kind: 'token',
  name: id,
  scope: 'edit',
  profiles: [profile],
  createdAt: start,
  createdBy: 'me',
  expiresAt: null,
  usedAt: null,
  ...fields,
});
const entry = entryOf('access.x');
const link = credentialOf('link', { kind: 'link', name: 'link', expiresAt: start + 600_000 });
const session = { credential: credentialOf('s', { kind: 'session', name: 'link' }), digest: 'ds' };

export const accessClaims: readonly StoreClaim[] = [
  {
    name: 'a credential is found by the digest of its secret, and by nothing else',
    async show({ store }) {
      const one = credentialOf('t', { profiles: null, expiresAt: start + 1, usedAt: start });
      assert.equal(await store.access.add(one, 'dt', entry), 'added');
      assert.deepEqual(await store.access.find('dt'), one);
      for (const wrong of ['t', 'd', 'DT', '']) assert.equal(await store.access.find(wrong), null);
    },
  },
  {
    name: 'two tokens have different names, whatever their case; links and sessions have none to tell apart',
    async show({ store }) {
      assert.equal(await store.access.add(credentialOf('t'), 'd1', entry), 'added');
      const same = credentialOf('u', { name: 'T' });
      assert.equal(await store.access.add(same, 'd2', entry), 'taken');
      assert.equal(await store.access.find('d2'), null);
      assert.equal((await store.audit.list(profile, { kinds: ['access.'], limit: 9 })).length, 1);
      assert.equal(await store.access.add(link, 'd3', entry), 'added');
      assert.equal(await store.access.add({ ...link, id: 'link2' }, 'd4', entry), 'added');
    },
  },
  {
    name: 'what expired makes room in passing',
    async show({ store }) {
      await store.access.add(credentialOf('old', { expiresAt: start + 5 }), 'd1', entry);
      const later = credentialOf('new', { name: 'old', createdAt: start + 5 });
      assert.equal(await store.access.add(later, 'd2', entry), 'added');
      assert.equal(await store.access.find('d1'), null);
    },
  },
  {
    name: 'a link is spent once, while it counts, and the session is there with the same commit',
    async show({ store }) {
      await store.access.add(link, 'dl', entry);
      const spend = (now: number, digest = 'dl') => store.access.spend(digest, now, session, entry);
      assert.equal(await spend(start + 600_000), false);
      assert.equal(await spend(start, 'ds'), false);
      const many = await Promise.all([spend(start), spend(start), spend(start)]);
      assert.deepEqual(many.filter(Boolean), [true]);
      assert.equal(await store.access.find('dl'), null);
      assert.deepEqual(await store.access.find('ds'), session.credential);
    },
  },
  {
    name: 'a token is no link',
    async show({ store }) {
      await store.access.add(credentialOf('t', { expiresAt: start + 9 }), 'dt', entry);
      assert.equal(await store.access.spend('dt', start, session, entry), false);
      assert.ok(await store.access.find('dt'));
    },
  },
  {
    name: 'sessions and tokens are listed, used and revoked; a link is not shown',
    async show({ store }) {
      await store.access.add(link, 'dl', entry);
      await store.access.add(credentialOf('t'), 'dt', entry);
      await store.access.add(session.credential, 'ds', entry);
      await store.access.markUsed('t', start + 9);
      await store.access.markUsed('t', start + 8);
      const ids = async () => (await store.access.list(9)).map(({ id, usedAt }) => [id, usedAt]);
      assert.deepEqual(await ids(), [
        ['s', null],
        ['t', start + 9],
      ]);
      assert.deepEqual([...(await store.access.existing(['t', 'ghost']))], ['t']);
      assert.equal((await store.access.revoke('t', entry))?.name, 't');
      assert.equal(await store.access.revoke('t', entry), null);
      assert.equal(await store.access.find('dt'), null);
      assert.deepEqual(await ids(), [['s', null]]);
    },
  },
  {
    name: 'a key is taken once for each asker, tells what it was used for, and is forgotten in time',
    async show({ store }) {
      const ask = (
        fields: { credentialId?: string; key?: string; question?: string; at?: number },
        forgetBefore = 0,
      ) =>
        store.answered.begin(
          { credentialId: 'c', key: 'k', question: 'q', at: start, ...fields },
          forgetBefore,
        );
      const many = await Promise.all([ask({}), ask({}), ask({})]);
      assert.deepEqual(many, [
        null,
        { question: 'q', answer: null },
        { question: 'q', answer: null },
      ]);
      assert.equal(await ask({ credentialId: 'other' }), null);
      assert.equal(await ask({ key: 'other' }), null);
      await store.answered.finish('c', 'k', { status: 201, body: '{}' });
      const known = { question: 'q', answer: { status: 201, body: '{}' } };
      assert.deepEqual(await ask({ question: 'else' }), known);
      await store.answered.forget('c', 'other');
      assert.equal(await ask({ key: 'other' }), null);
      assert.equal(await ask({ at: start + 1 }, start + 1), null);
    },
  },
];
