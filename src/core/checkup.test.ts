import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOlder, judgeContainer, judgeDisk, judgeMachine, judgeSqlite } from './checkup.ts';
import type { Finding } from './finding.ts';
import type { ContainerFacts, DiskFacts, MachineFacts } from './machine-facts.ts';

const now = Date.UTC(2026, 10, 28);
const gibibyte = 1024 ** 3;
const disk: DiskFacts = {
  freeBytes: 50 * gibibyte,
  totalBytes: 100 * gibibyte,
  freeFiles: 1e6,
  totalFiles: 2e6,
  kind: 'kept',
};
const sound: MachineFacts = {
  platform: 'linux',
  node: { version: '24.21.0', path: '/usr/bin/node' },
  zoneData: '2026b',
  isWsl: false,
  container: null,
  disk,
  user: 'ana',
  lingers: null,
};

const cases: readonly (readonly [
  name: string,
  changes: Partial<MachineFacts>,
  found: Readonly<Record<string, string>>,
])[] = [
  ['a sound machine', {}, {}],
  ['an old Node', { node: { version: '24.14.9', path: '/n' } }, { node: 'problem' }],
  ['the oldest Node that serves', { node: { version: '24.15.0', path: '/n' } }, {}],
  ['a newer Node', { node: { version: '26.0.0', path: '/n' } }, {}],
  ['rules of zones of last year', { zoneData: '2025a' }, {}],
  ['rules of zones of the year before', { zoneData: '2024b' }, { 'zone-data': 'warning' }],
  ['rules of zones of nobody knows when', { zoneData: null }, { 'zone-data': 'warning' }],
  ['Linux inside Windows', { isWsl: true }, { wsl: 'warning' }],
  ['an unknown disk', { disk: null }, { disk: 'warning' }],
];
for (const [name, changes, found] of cases) {
  test(`${name}: ${Object.values(found)[0] ?? 'nothing to mend'}`, () => {
    const findings = judgeMachine({ ...sound, ...changes }, now);
    assert.equal(findings.length, 5);
    const wrong = findings.filter(({ state }) => state !== 'ok');
    assert.deepEqual(Object.fromEntries(wrong.map(({ check, state }) => [check, state])), found);
    assert.ok(wrong.every(({ remedy }) => remedy !== null));
  });
}

const whole = /^\S.*\.$/s;
const said: readonly (readonly [
  name: string,
  changes: Partial<MachineFacts>,
  check: string,
  says: RegExp,
  remedy: RegExp | null,
])[] = [
  ['a Node that serves', {}, 'node', /^Node 24\.21\.0\.$/, null],
  [
    'a Node that is too old, and where it is',
    { node: { version: '22.1.0', path: '/opt/n' } },
    'node',
    /^Node 22\.1\.0 \(\/opt\/n\) is too old/,
    /Node 24\.15\.0 or newer/,
  ],
  ['rules of zones that serve', {}, 'zone-data', /of 2026b\.$/, null],
  ['old rules of zones', { zoneData: '2023c' }, 'zone-data', /of 2023c\.$/, /^Update Node/],
  [
    'rules of zones of no year',
    { zoneData: 'v2026b' },
    'zone-data',
    /^It is not known/,
    /^Update Node/,
  ],
  ['a machine that is no WSL', {}, 'wsl', /not WSL/, null],
  ['what WSL does to jobs', { isWsl: true }, 'wsl', /stops .*; then nothing runs/, /wsl\.exe/],
  ['a machine that is no container', {}, 'container', /not a container/, null],
  [
    'the kind of a container',
    { container: { kind: 'podman', init: 'manager' } },
    'container',
    /^This is a container \(podman\) with/,
    null,
  ],
  [
    'a container that nobody tidies',
    { container: { kind: 'docker', init: 'node' } },
    'container',
    /container \(docker\), and its process 1 is Node/,
    /--init/,
  ],
  ['room on the disk', {}, 'disk', /^50\.0 GiB of 100\.0 GiB are free for the home\.$/, null],
  ['a disk of nobody knows what', { disk: null }, 'disk', /cannot be found out/, /df -h/],
  [
    'a full disk',
    { disk: { ...disk, freeBytes: 1024 ** 2 } },
    'disk',
    /^Only 1\.0 MiB of/,
    /^Free some space/,
  ],
  [
    'a disk that fills',
    { disk: { ...disk, freeBytes: 900 * 1024 ** 2 } },
    'disk',
    /^Only 900\.0 MiB of/,
    /^Free some space/,
  ],
  [
    'a home in memory',
    { disk: { ...disk, kind: 'memory' } },
    'disk',
    /in memory: .* when the machine restarts/,
    /--home/,
  ],
  [
    'a home in the layer of a container',
    { disk: { ...disk, kind: 'layer' } },
    'disk',
    /in the container itself: .* with the container/,
    /--home/,
  ],
];
for (const [name, changes, check, says, remedy] of said) {
  test(`a person hears of ${name}${remedy === null ? '' : ', and what to do'}`, () => {
    const found: readonly Finding[] = judgeMachine({ ...sound, ...changes }, now);
    const finding = found.find((one) => one.check === check);
    assert.match(finding?.message ?? '', says);
    assert.match(finding?.message ?? '', whole);
    if (remedy === null) assert.equal(finding?.remedy, null);
    else assert.match(finding?.remedy?.text ?? '', remedy);
  });
}

const disks: readonly (readonly [name: string, changes: Partial<DiskFacts>, state: string])[] = [
  ['half free', {}, 'ok'],
  ['9 MiB free', { freeBytes: 9 * 1024 ** 2 }, 'problem'],
  ['99 MiB free', { freeBytes: 99 * 1024 ** 2 }, 'problem'],
  ['900 MiB of 100 GiB free', { freeBytes: 900 * 1024 ** 2 }, 'warning'],
  ['900 MiB of 2 GiB free', { freeBytes: 900 * 1024 ** 2, totalBytes: 2 * gibibyte }, 'ok'],
  ['room for 999 files', { freeFiles: 999 }, 'problem'],
  ['no limit on files', { freeFiles: null, totalFiles: null }, 'ok'],
  ['in memory', { kind: 'memory' }, 'warning'],
  ['in the layer of a container', { kind: 'layer' }, 'warning'],
];
for (const [name, changes, state] of disks) {
  test(`a disk with ${name}: ${state}`, () =>
    assert.equal(judgeDisk({ ...disk, ...changes }).state, state));
}

const inits: readonly (readonly [init: ContainerFacts['init'], state: string, says: RegExp])[] = [
  ['ours', 'ok', /"corroborated" at most/],
  ['other', 'ok', /"corroborated" at most/],
  ['none', 'ok', /"corroborated" at most/],
  ['manager', 'ok', /service manager of its own/],
  ['node', 'warning', /remains of orphaned processes/],
];
for (const [init, state, says] of inits) {
  test(`a container whose process 1 is ${init}: ${state}`, () => {
    const finding = judgeContainer({ container: { kind: 'podman', init } });
    assert.equal(finding.state, state);
    assert.match(finding.message, says);
  });
}

test('a container of an unknown kind is a container', () => {
  const { message } = judgeContainer({ container: { kind: 'container', init: 'node' } });
  assert.match(message, /^This is a container, and/);
});

test('on a Mac it says which executable needs the grant, and whether it keeps it', () => {
  const grantOf = (path: string) =>
    judgeMachine({ ...sound, platform: 'darwin', node: { version: '24.21.0', path } }, now).find(
      ({ check }) => check === 'full-disk-access',
    );
  const kept = grantOf('/usr/local/bin/node');
  assert.equal(kept?.state, 'ok');
  assert.match(
    kept?.message ?? '',
    /Full Disk Access for \/usr\/local\/bin\/node, .*System Settings/,
  );
  const moving = grantOf('/opt/homebrew/Cellar/node/24.1.0/bin/node');
  assert.equal(moving?.state, 'warning');
  assert.match(moving?.message ?? '', /Homebrew/);
  assert.match(moving?.remedy?.text ?? '', /\/usr\/local\/bin\/node\), then install the service/);
});

test('SQLite before 3.51.3 can lose commits', () => {
  const old = judgeSqlite('3.51.2');
  assert.equal(old.state, 'problem');
  assert.match(
    `${old.message} ${old.remedy?.text}`,
    /^SQLite 3\.51\.2 can lose .* 3\.51\.3 or newer/,
  );
  for (const version of ['3.51.3', '3.53.4']) {
    const { check, state, message } = judgeSqlite(version);
    assert.deepEqual([check, state, message], [old.check, 'ok', `SQLite ${version}.`]);
  }
});

test('versions are compared number by number', () => {
  assert.ok(isOlder('3.9.0', '3.51.3'));
  assert.ok(!isOlder('4.0', '3.51.3'));
  assert.ok(isOlder('3', '3.51.3'));
  assert.ok(isOlder('', '0.1'));
  assert.ok(!isOlder('24.15.0-nightly', '24.15.0'));
});
