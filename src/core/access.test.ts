import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actorOf,
  type Credential,
  credentialText,
  includesScope,
  isCredentialText,
  isCurrent,
  judgeAccess,
  linkValidMs,
  makerOf,
  scopes,
  sessionIdleMs,
  sessionValidMs,
  type Wanted,
} from './access.ts';
import { toUlid } from './id.ts';
import { dayMs, minuteMs } from './instant.ts';

const token: Credential = {
  id: 't',
  kind: 'token',
  name: 'deploy',
  scope: 'operate',
  profiles: ['la'],
  createdAt: 1_000,
  createdBy: 'cli:anna',
  expiresAt: null,
  usedAt: null,
};
const session: Credential = { ...token, kind: 'session' };

test('a scope includes itself and those before it', () => {
  const had = (scope: (typeof scopes)[number]) => scopes.filter((one) => includesScope(scope, one));
  assert.deepEqual(scopes.map(had), [
    ['read'],
    ['read', 'operate'],
    ['read', 'operate', 'edit'],
    ['read', 'operate', 'edit', 'admin'],
  ]);
});

test('a link is for ten minutes, a session for a month, or a week in which nobody comes', () => {
  assert.deepEqual(
    [linkValidMs, sessionValidMs, sessionIdleMs],
    [10 * minuteMs, 30 * dayMs, 7 * dayMs],
  );
});

const late = 1_000 + sessionIdleMs;
const moments: readonly (readonly [
  what: string,
  credential: Credential,
  at: number,
  counts: boolean,
])[] = [
  ['a token without end counts for ever', token, 1e15, true],
  ['a token counts until its end', { ...token, expiresAt: 2_000 }, 1_999, true],
  ['a token no longer counts at its end', { ...token, expiresAt: 2_000 }, 2_000, false],
  ['a session that was never used counts for a week', session, late - 1, true],
  ['a session that was never used ends after a week', session, late, false],
  ['a session that was used yesterday counts', { ...session, usedAt: late - 1 }, late, true],
  ['a session that is used ends at its end', { ...session, usedAt: 9, expiresAt: 9 }, 9, false],
];
for (const [what, credential, at, counts] of moments) {
  test(what, () => assert.equal(isCurrent(credential, at), counts));
}

const la = { profile: 'la' };
const judged: readonly (readonly [
  what: string,
  had: Partial<Credential>,
  wanted: Wanted,
  said: string,
])[] = [
  ['what it is for', {}, { scope: 'read', where: la }, 'granted'],
  ['more than it may', {}, { scope: 'edit', where: la }, 'scope'],
  ['another profile', {}, { scope: 'read', where: { profile: 'lb' } }, 'profile'],
  ['the home, with one profile', { scope: 'admin' }, { scope: 'read', where: 'home' }, 'profile'],
  [
    'the home, with a profile that bears its name',
    { profiles: ['home'] },
    { scope: 'read', where: 'home' },
    'profile',
  ],
  ['the home, with all profiles', { profiles: null }, { scope: 'read', where: 'home' }, 'granted'],
  ['any profile, with all', { profiles: null }, { scope: 'operate', where: la }, 'granted'],
  ['no profile at all', { profiles: [] }, { scope: 'read', where: la }, 'profile'],
];
for (const [what, had, wanted, said] of judged) {
  test(`a token that asks for ${what} is told "${said}"`, () =>
    assert.equal(judgeAccess({ ...token, ...had }, wanted), said));
}

test('the text of a credential is known by its form', () => {
  const id = toUlid(
    1_000,
    Array.from({ length: 16 }, () => 7),
  );
  const text = credentialText(id, 'x'.repeat(43));
  assert.ok(isCredentialText(text));
  for (const wrong of [
    '',
    text.slice(1),
    `${text}x`,
    text.slice(0, -1),
    `${text}\n`,
    `x${text}`,
    text.toLowerCase(),
  ])
    assert.ok(!isCredentialText(wrong), wrong);
});

test('the audit log knows a token by its name, and a browser as one that came by a link', () => {
  assert.equal(actorOf(token), 'http:deploy');
  assert.equal(actorOf(session), 'http:link');
});

test('a browser and a token with every right stand for a person, any other token for a program', () => {
  const person = { kind: 'person', run: null };
  assert.deepEqual(makerOf(session), { ...person, name: 'http:link' });
  assert.deepEqual(makerOf({ ...token, scope: 'admin' }), { ...person, name: 'http:deploy' });
  assert.deepEqual(makerOf(token), { kind: 'agent', name: 'http:deploy', run: null });
});
