import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerKind, initKind, isWslKernel } from './machine-reading.ts';

test('a kernel of Windows is told by its name', () => {
  assert.ok(isWslKernel('5.15.153.1-microsoft-standard-WSL2\n'));
  assert.ok(isWslKernel('4.4.0-19041-Microsoft'));
  assert.ok(!isWslKernel('6.1.0-28-amd64\n'));
  assert.ok(!isWslKernel(''));
});

const kinds: readonly (readonly [
  kind: string | null,
  files: readonly string[],
  environment: Readonly<Record<string, string>>,
  manager: string,
])[] = [
  [null, [], {}, ''],
  ['docker', ['/.dockerenv'], {}, ''],
  ['podman', ['/run/.containerenv'], { container: 'oci' }, ''],
  ['kubernetes', ['/.dockerenv'], { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, ''],
  ['systemd-nspawn', [], {}, 'systemd-nspawn'],
  ['lxc', [], { container: 'lxc' }, ''],
  ['container', [], { container: 'a b\u001b[2J' }, ''],
];
for (const [kind, files, environment, manager] of kinds) {
  test(`${JSON.stringify({ files, environment, manager })} is ${kind}`, () =>
    assert.equal(
      containerKind({ has: (path) => files.includes(path), environment, manager }),
      kind,
    ));
}

const inits: readonly (readonly [cmdline: string, comm: string, init: string])[] = [
  ['/bin/sh\0/opt/cronkeeper/bin/cronkeeper\0runner\0', 'cronkeeper\n', 'ours'],
  ['/usr/local/bin/node\0/opt/cronkeeper/dist/cronkeeper.js\0runner\0', 'node\n', 'node'],
  ['node\0server.js\0', 'MainThread\n', 'node'],
  ['/sbin/docker-init\0--\0cronkeeper\0runner\0', 'docker-init\n', 'other'],
  ['/sbin/init\0', 'systemd\n', 'manager'],
  ['/bin/sh\0-c\0sleep 1\0', 'sh\n', 'other'],
  ['', '', 'none'],
];
for (const [cmdline, comm, init] of inits) {
  test(`process 1 "${cmdline.replaceAll('\0', ' ').trim()}" is ${init}`, () =>
    assert.equal(initKind(cmdline, comm), init));
}
