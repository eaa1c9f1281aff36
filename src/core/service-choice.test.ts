import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, chooseScope, chooseUser, managersOn } from './service-choice.ts';

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
