import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, chooseScope, chooseUser, managersOn, placesOf } from './service-choice.ts';

const ana: Caller = { uid: 1000, name: 'ana', sudoUser: null };
const root: Caller = { uid: 0, name: 'root', sudoUser: null };
const sudo: Caller = { ...root, sudoUser: 'ana' };
const fromRoot: Caller = { ...root, sudoUser: 'root' };

const cases = [
  { name: 'ana', who: ana, scope: null, runAs: null, is: 'ana' },
  { name: 'ana, for the machine', who: ana, scope: 'system', runAs: null, is: 'ana' },
  { name: 'ana through sudo', who: sudo, scope: null, runAs: null, is: 'ana' },
  { name: 'sudo for somebody else', who: sudo, scope: null, runAs: 'bob', is: 'bob' },
  { name: 'root for ana', who: root, scope: 'system', runAs: 'ana', is: 'ana' },
  { name: 'root, who says so', who: root, scope: null, runAs: 'root', is: 'root' },
  { name: 'root for its own manager', who: root, scope: 'user', runAs: 'root', is: 'root' },
  { name: 'root alone', who: root, scope: null, runAs: null, is: /root is never assumed/ },
  { name: 'root through sudo', who: fromRoot, scope: null, runAs: null, is: /never assumed/ },
  { name: 'sudo for a user manager', who: sudo, scope: 'user', runAs: null, is: /this is root/ },
  { name: 'ana as bob', who: ana, scope: 'user', runAs: 'bob', is: /cannot run as bob/ },
] as const;
for (const { name, who, scope, runAs, is } of cases) {
  test(`a service runs as nobody whom nobody named: ${name}`, () => {
    const wish = { role: 'runner', scope, runAs } as const;
    if (typeof is === 'string') assert.equal(chooseUser(wish, who), is);
    else assert.throws(() => chooseUser(wish, who), is);
  });
}

const bobs = { user: 'bob', home: '/srv/bob' };
const anas = { user: 'ana', home: null };
const searches = [
  { name: 'their own first, then the one that has the name', who: sudo, is: [anas, bobs] },
  { name: 'the one of the profile that was named', who: sudo, profile: 'la', is: [bobs] },
  { name: 'the one of the home that was named', who: sudo, home: '/srv/bob', is: [bobs] },
  { name: 'the one that is there, for root', who: root, is: [bobs] },
  { name: 'the one that is there, for root through sudo', who: fromRoot, is: [bobs] },
  { name: 'that of the user who was named', who: sudo, runAs: 'ana', is: [anas] },
  { name: 'where the user who was named has it', who: sudo, runAs: 'bob', is: [bobs] },
  { name: 'their own, where none is there', who: sudo, marks: null, is: [anas] },
  { name: 'their own, without sudo', who: ana, marks: null, is: [anas] },
] as const;
for (const { name, who, is, ...more } of searches) {
  test(`of the services of a machine is meant: ${name}`, () => {
    const { marks = bobs, ...named } = { marks: bobs, ...more };
    const wish = {
      role: 'runner',
      scope: 'system',
      runAs: null,
      profile: null,
      home: null,
    } as const;
    assert.deepEqual(placesOf({ ...wish, ...named }, who, marks), is);
  });
}

test('root means the machine, anybody else their own manager', () => {
  const wish = { role: 'runner', scope: null, runAs: null } as const;
  assert.equal(chooseScope(wish, root), 'system');
  assert.equal(chooseScope(wish, ana), 'user');
  assert.equal(chooseScope({ ...wish, scope: 'system' }, ana), 'system');
});

test('a Mac has launchd, everything else systemd', () => {
  assert.equal(managersOn('darwin').user, 'launchd-agent');
  assert.equal(managersOn('linux').system, 'systemd-system');
});
