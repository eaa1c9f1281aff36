import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlaceOf, parseControlGroup } from './control-group.ts';

const user = '/user.slice/user-1000.slice/user@1000.service';
const cases: readonly { name: string; text: string; is: string | null }[] = [
  { name: 'a service', text: '0::/system.slice/x.service\n', is: 'systemd-system/x.service' },
  {
    name: 'a group inside a service',
    text: '0::/system.slice/x.service/sub',
    is: 'systemd-system/x.service',
  },
  {
    name: 'a template',
    text: '0::/system.slice/system-x.slice/x@la.service',
    is: 'systemd-system/x@la.service',
  },
  {
    name: 'a service of a user',
    text: `0::${user}/app.slice/x.service`,
    is: 'systemd-user/x.service',
  },
  { name: 'the manager of a user', text: `0::${user}/init.scope`, is: null },
  { name: 'the manager of a user, bare', text: `0::${user}`, is: null },
  {
    name: 'an application of the desktop',
    text: `0::${user}/app.slice/app-gnome-x-12.scope`,
    is: null,
  },
  { name: 'a session', text: '0::/user.slice/user-1000.slice/session-3.scope', is: null },
  { name: 'the first process', text: '0::/init.scope', is: null },
  { name: 'a container of its own', text: '0::/', is: null },
  { name: 'a container in a scope', text: '0::/system.slice/docker-0af1.scope', is: null },
  { name: 'a scope inside a service', text: '0::/system.slice/x.service/payload.scope', is: null },
  { name: 'a plain container', text: '0::/docker/0af1', is: null },
  { name: 'a process outside of our namespace', text: '0::/../../x.service', is: null },
  { name: 'a deleted group', text: '0::/system.slice/x.service (deleted)', is: null },
  {
    name: 'a name that the kernel would take for its own',
    text: '0::/system.slice/_cpu.service',
    is: 'systemd-system/cpu.service',
  },
  { name: 'a name that looks like an option', text: '0::/system.slice/a b.service', is: null },
  {
    name: 'the old hierarchy',
    text: '12:pids:/system.slice/y.service\n1:name=systemd:/system.slice/x.service\n',
    is: 'systemd-system/x.service',
  },
  {
    name: 'both hierarchies',
    text: '1:name=systemd:/system.slice/x.service\n0::/system.slice/x.service\n',
    is: 'systemd-system/x.service',
  },
  {
    name: 'an old hierarchy that is not used',
    text: '9:name=systemd:/\n0::/system.slice/x.service\n',
    is: 'systemd-system/x.service',
  },
  { name: 'other controllers only', text: '8:pids:/system.slice/x.service\n', is: null },
  { name: 'nothing', text: '', is: null },
];

for (const { name, text, is } of cases)
  test(`the control group of ${name} names ${is ?? 'no service'}`, () => {
    const found = parseControlGroup(text)?.service;
    assert.equal(found ? `${found.manager}/${found.unit}` : null, is);
  });

test('the manager of a user is known by its number', () => {
  assert.equal(parseControlGroup(`0::${user}/app.slice/x.service`)?.uid, 1000);
  assert.equal(parseControlGroup('0::/system.slice/x.service')?.uid, null);
});

test('a place matches whole components only', () => {
  const path = '/machine.slice/m.scope/system.slice/x.service/sub';
  assert.equal(isPlaceOf('/system.slice/x.service', path), true);
  assert.equal(isPlaceOf('/system.slice/x.serv', path), false);
  assert.equal(isPlaceOf('/other.slice/x.service', path), false);
  for (const nowhere of ['', '/', 'x.service']) assert.equal(isPlaceOf(nowhere, path), false);
});
