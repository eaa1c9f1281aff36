import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleProvenance } from '../../test/samples.ts';
import type { Provenance } from './provenance.ts';
import { Refusal } from './refusal.ts';
import type { Requirement } from './requirement.ts';
import type { ExecutingProcess } from './requirement-check.ts';
import { checkRequirement, parseRequirement, requirementText } from './requirement-check.ts';

const provenance: Provenance = sampleProvenance({
  level: 'proven',
  service: { manager: 'systemd-system', unit: 'x.service' },
});
const runner: ExecutingProcess = {
  role: 'runner',
  provenance,
  channels: ['telegram'],
  env: { TOKEN: '' },
};
const claimed: ExecutingProcess = { ...runner, provenance: { ...provenance, level: 'claimed' } };

const cases: readonly {
  readonly name: string;
  readonly requirement: Requirement;
  readonly process?: ExecutingProcess;
  readonly is: 'met' | 'unmet' | 'probe';
}[] = [
  { name: 'its proven service', requirement: { kind: 'service', unit: 'x.service' }, is: 'met' },
  { name: 'another service', requirement: { kind: 'service', unit: 'y.service' }, is: 'unmet' },
  {
    name: 'its proven service of the manager that is named',
    requirement: { kind: 'service', manager: 'systemd-system', unit: 'x.service' },
    is: 'met',
  },
  {
    name: 'a service of the same name of another manager',
    requirement: { kind: 'service', manager: 'systemd-user', unit: 'x.service' },
    is: 'unmet',
  },
  {
    name: 'another service of the manager that is named',
    requirement: { kind: 'service', manager: 'systemd-system', unit: 'y.service' },
    is: 'unmet',
  },
  {
    name: 'its service, merely claimed',
    requirement: { kind: 'service', unit: 'x.service' },
    process: claimed,
    is: 'unmet',
  },
  { name: 'its role', requirement: { kind: 'role', role: 'runner' }, is: 'met' },
  { name: 'another role', requirement: { kind: 'role', role: 'gateway' }, is: 'unmet' },
  { name: 'a lower level', requirement: { kind: 'level', level: 'claimed' }, is: 'met' },
  {
    name: 'a higher level',
    requirement: { kind: 'level', level: 'proven' },
    process: claimed,
    is: 'unmet',
  },
  { name: 'a live channel', requirement: { kind: 'channel', channel: 'telegram' }, is: 'met' },
  { name: 'a missing channel', requirement: { kind: 'channel', channel: 'slack' }, is: 'unmet' },
  { name: 'an empty variable', requirement: { kind: 'env', variable: 'TOKEN' }, is: 'met' },
  { name: 'a missing variable', requirement: { kind: 'env', variable: 'KEY' }, is: 'unmet' },
  {
    name: 'a variable named like a part of every object',
    requirement: { kind: 'env', variable: 'constructor' },
    is: 'unmet',
  },
  { name: 'a path', requirement: { kind: 'readable', path: '/x' }, is: 'probe' },
  { name: 'a command', requirement: { kind: 'command', command: 'git' }, is: 'probe' },
];
for (const { name, requirement, process = runner, is } of cases) {
  test(`${name} is ${is}`, () => {
    const checked = checkRequirement(requirement, process);
    assert.equal(checked === 'probe' ? checked : checked.kind, is);
  });
}

for (const text of [
  'service=x.service',
  'service=systemd-user/x.service',
  'role=gateway',
  'level=proven',
  'readable=/etc/x',
  'writable=/tmp',
  'command=git',
  'env=HOME',
  'channel=slack',
  'full-disk-access',
]) {
  test(`"${text}" is read and written back`, () => {
    assert.equal(requirementText(parseRequirement(text)), text);
  });
}

for (const text of [
  '',
  'role',
  'role=',
  'role=king',
  'level=mismatch',
  'readable=x',
  'colour=red',
]) {
  test(`"${text}" cannot be required`, () => {
    assert.throws(() => parseRequirement(text), Refusal);
  });
}

const unmet: readonly (readonly [Requirement, string])[] = [
  [{ kind: 'service', unit: 'y.service' }, 'it must be executed by the service y.service, proven'],
  [
    { kind: 'service', manager: 'systemd-user', unit: 'x.service' },
    'it must be executed by the service systemd-user/x.service, proven',
  ],
  [{ kind: 'role', role: 'gateway' }, 'it must be executed by a gateway'],
  [{ kind: 'level', level: 'proven' }, 'the executing process must be "proven", but is "claimed"'],
  [
    { kind: 'channel', channel: 'slack' },
    'the channel "slack" must be live in the executing process, and this build has no live channels',
  ],
  [{ kind: 'env', variable: 'KEY' }, "the variable KEY is not in the run's environment"],
];
for (const [requirement, message] of unmet) {
  test(`an unmet ${requirement.kind} is told: ${message}`, () =>
    assert.deepEqual(checkRequirement(requirement, claimed), { kind: 'unmet', message }));
}

test('a process that is proven but no service is not the service', () => {
  const none = { ...runner, provenance: { ...provenance, service: null } };
  assert.deepEqual(
    checkRequirement({ kind: 'service', unit: 'x.service' }, none),
    checkRequirement({ kind: 'service', unit: 'x.service' }, claimed),
  );
});

for (const requirement of [
  { kind: 'writable', path: '/x' },
  { kind: 'full-disk-access' },
] as const) {
  test(`${requirement.kind} is probed`, () =>
    assert.equal(checkRequirement(requirement, runner), 'probe'));
}

const kinds =
  'Use service=UNIT, service=MANAGER/UNIT, role=ROLE, level=proven|corroborated|claimed, readable=/PATH, writable=/PATH, command=NAME, env=NAME, channel=NAME or full-disk-access.';
const wrong = [
  ['', '"" is not something that can be required.'],
  ['role', '"role" is not something that can be required.'],
  ['=x', '"=x" is not something that can be required.'],
  ['service=systemd-user/', '"service=systemd-user/" is not something that can be required.'],
  ['env=', '"env=" is not something that can be required.'],
  ['env', '"env" is not something that can be required.'],
  ['command', '"command" is not something that can be required.'],
  ['full-disk-access=', '"full-disk-access=" is not something that can be required.'],
  ['full-disk-access=x', '"full-disk-access=x" is not something that can be required.'],
  [
    'role=king',
    '"role=king" is not something that can be required. Roles are runner, gateway, dashboard, desktop, timer.',
  ],
  [
    'level=unknown',
    '"level=unknown" is not something that can be required. Levels are proven, corroborated, claimed.',
  ],
  ['writable=x', '"writable=x" is not something that can be required. The path must be absolute.'],
  [
    'readable=x/',
    '"readable=x/" is not something that can be required. The path must be absolute.',
  ],
  ['colour=red', '"colour=red" is not something that can be required.'],
] as const;
for (const [text, message] of wrong) {
  test(`"${text}" is refused: ${message}`, () =>
    assert.throws(() => parseRequirement(text), {
      code: 'usage',
      kind: 'usage',
      message,
      remedy: { kind: 'advice', text: kinds },
    }));
}

const read = [
  [
    'service=systemd-user/x.service',
    { kind: 'service', manager: 'systemd-user', unit: 'x.service' },
  ],
  ['service=launchd-agent/dev.x', { kind: 'service', manager: 'launchd-agent', unit: 'dev.x' }],
  ['service=x/systemd-user/', { kind: 'service', unit: 'x/systemd-user/' }],
  ['level=corroborated', { kind: 'level', level: 'corroborated' }],
  ['level=claimed', { kind: 'level', level: 'claimed' }],
  ['env=A=B', { kind: 'env', variable: 'A=B' }],
] as const;
for (const [text, requirement] of read) {
  test(`"${text}" is read as ${requirementText(requirement)}`, () =>
    assert.deepEqual(parseRequirement(text), requirement));
}
