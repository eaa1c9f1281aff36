import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provenance } from './provenance.ts';
import { Refusal } from './refusal.ts';
import type { Requirement } from './requirement.ts';
import type { ExecutingProcess } from './requirement-check.ts';
import { checkRequirement, parseRequirement, requirementText } from './requirement-check.ts';

const provenance: Provenance = {
  level: 'proven',
  service: { manager: 'systemd-system', unit: 'x.service' },
  chain: [],
  uid: 0,
  user: 'root',
  host: 'here',
  machineId: 'm1',
  facts: [],
  probedAt: 0,
};
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
