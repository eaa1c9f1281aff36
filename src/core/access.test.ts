import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actorOf,
  type Credential,
  credentialText,
  isCredentialText,
  isCurrent,
  judgeAccess,
  scopes,
  sessionIdleMs,
} from './access.ts';

const token: Credential = {
  id: 'id',
  kind: 'token',
  name: 'monitor',
  scope: 'operate',
  profiles: null,
  createdAt: 1_000,
  createdBy: 'cli:anna',
  expiresAt: null,
  usedAt: null,
};

test('each scope includes those before it, and none after it', () => {
  for (const [had, scope] of scopes.entries())
    for (const [wanted, asked] of scopes.entries())
      assert.equal(
        judgeAccess({ scope, profiles: null }, { scope: asked, where: 'home' }),
        had >= wanted ? 'granted' : 'scope',
      );
});

test('who was let in for some profiles reaches no other, and not the home', () => {
  const some = { scope: 'admin', profiles: ['la'] } as const;
  const reaches = (where: 'home' | { profile: string }) =>
    judgeAccess(some, { scope: 'read', where });
  assert.equal(reaches({ profile: 'la' }), 'granted');
  assert.equal(reaches({ profile: 'default' }), 'profile');
  assert.equal(reaches('home'), 'profile');
});

const moments: readonly (readonly [name: string, Partial<Credential>, now: number, boolean])[] = [
  ['a token without an end', {}, 1e15, true],
  ['a token before its end', { expiresAt: 2_000 }, 1_999, true],
  ['a token at its end', { expiresAt: 2_000 }, 2_000, false],
  ['a session that was just made', { kind: 'session' }, 1_000, true],
  ['a session that nobody used', { kind: 'session' }, 1_000 + sessionIdleMs, false],
  ['a session in use', { kind: 'session', usedAt: 9_000 }, 8_999 + sessionIdleMs, true],
];
for (const [name, changes, now, counts] of moments)
  test(`${name} ${counts ? 'counts' : 'does not count'}`, () =>
    assert.equal(isCurrent({ ...token, ...changes }, now), counts));

test('a text of another form is no credential', () => {
  const text = credentialText('01JD8Q4Z6M3V9W2X5Y7A0B1C2D', 'a'.repeat(43));
  assert.ok(isCredentialText(text));
  for (const other of ['', text.slice(1), `${text}a`, text.replace('01J', '91J')])
    assert.ok(!isCredentialText(other), other);
});

test('the audit log calls a token by its name, and a browser by how it came in', () => {
  assert.equal(actorOf(token), 'http:monitor');
  assert.equal(actorOf({ ...token, kind: 'session' }), 'http:link');
});
