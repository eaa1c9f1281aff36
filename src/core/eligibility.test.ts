import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleAppointment, sampleProvenance } from '../../test/samples.ts';
import type { Appointment, Choice } from './appointment.ts';
import type { Candidate } from './eligibility.ts';
import { choiceWords, isSameService, judgeEligibility, ruleWords } from './eligibility.ts';
import type { Level, Provenance, Role, Service } from './provenance.ts';

const la: Service = { manager: 'systemd-system', unit: 'la.service' };
const serviceChoice: Choice = { kind: 'service', service: la, level: 'proven' };
const gatewayChoice: Choice = { kind: 'role', role: 'gateway', level: 'claimed' };
const hostChoice: Choice = { kind: 'host', machineId: 'm1', level: 'unknown' };

const appointed = (...choices: readonly Choice[]): Appointment =>
  sampleAppointment({
    profile: 'p',
    rule: choices.length === 0 ? { kind: 'auto' } : { kind: 'exclusive', choices },
  });

const candidate = (
  role: Role,
  level: Level,
  more: Partial<Provenance> & { readonly schedules?: boolean } = {},
): Candidate => ({
  role,
  schedules: more.schedules ?? true,
  provenance: sampleProvenance({ level, machineId: 'm2', ...more }),
});

const told = (appointment: Appointment, of: Candidate): string => {
  const judged = judgeEligibility(appointment, of);
  return judged.kind === 'eligible'
    ? `eligible ${judged.rank}`
    : `${judged.kind} ${judged.code}: ${judged.message}`;
};

const cases: readonly (readonly [string, Appointment, Candidate, string])[] = [
  [
    'auto: a desktop asks',
    appointed(),
    candidate('desktop', 'proven', { service: la }),
    'delegator not_authorised_owner: Desktop never owns a profile by itself; it asks the owner.',
  ],
  [
    'auto: who does not schedule asks',
    appointed(),
    candidate('dashboard', 'proven', { service: la, schedules: false }),
    'delegator not_authorised_owner: It was started without --schedule; it asks the owner.',
  ],
  [
    'auto: a proven service is first',
    appointed(),
    candidate('dashboard', 'proven', { service: la }),
    'eligible 3',
  ],
  ['auto: proven, but no service', appointed(), candidate('dashboard', 'proven'), 'eligible 1'],
  [
    'auto: a service that is only claimed',
    appointed(),
    candidate('dashboard', 'claimed', { service: la }),
    'eligible 1',
  ],
  ['auto: a runner', appointed(), candidate('runner', 'unknown'), 'eligible 2'],
  ['auto: a gateway', appointed(), candidate('gateway', 'mismatch'), 'eligible 2'],
  ['auto: a timer', appointed(), candidate('timer', 'unknown'), 'eligible 1'],
  [
    'the first choice ranks above the second',
    appointed(serviceChoice, gatewayChoice),
    candidate('gateway', 'proven', { service: la }),
    'eligible 2',
  ],
  [
    'the second choice ranks last',
    appointed(serviceChoice, gatewayChoice),
    candidate('gateway', 'claimed'),
    'eligible 1',
  ],
  [
    'a named role that was started only to ask',
    appointed(gatewayChoice),
    candidate('gateway', 'proven', { schedules: false }),
    'delegator not_authorised_owner: The owner of this profile is role gateway; this process asks it.',
  ],
  [
    'the named host',
    appointed(hostChoice),
    candidate('timer', 'unknown', { machineId: 'm1' }),
    'eligible 1',
  ],
  [
    'another host',
    appointed(hostChoice),
    candidate('timer', 'unknown'),
    'ineligible machine_mismatch: The owner of this profile is host m1; this timer is not.',
  ],
  [
    'the named host, but evidence that contradicts itself',
    appointed(hostChoice),
    candidate('timer', 'mismatch', { machineId: 'm1' }),
    'ineligible machine_mismatch: The owner of this profile is host m1; this timer is not.',
  ],
  [
    'the service as it claims to be',
    appointed(gatewayChoice, serviceChoice),
    candidate('runner', 'corroborated', { service: la }),
    'ineligible provenance_insufficient: It says that it is the service systemd-system/la.service, but that is only "corroborated"; the owner must be "proven".',
  ],
  [
    'the service, contradicted',
    appointed(serviceChoice),
    candidate('runner', 'mismatch', { service: la }),
    'ineligible provenance_mismatch: It says that it is the service systemd-system/la.service, but that is only "mismatch"; the owner must be "proven".',
  ],
  [
    'the role without its level',
    appointed(serviceChoice, gatewayChoice),
    candidate('gateway', 'unknown'),
    'ineligible provenance_insufficient: Its role fits, but its provenance is "unknown"; the owner must be "claimed".',
  ],
  [
    'another role',
    appointed(gatewayChoice),
    candidate('runner', 'proven'),
    'ineligible not_authorised_owner: The owner of this profile is role gateway; this runner is not.',
  ],
  [
    'neither of a service and a host',
    appointed(serviceChoice, hostChoice),
    candidate('runner', 'proven', { service: { manager: 'systemd-user', unit: 'la.service' } }),
    'ineligible not_authorised_owner: The owner of this profile is the service systemd-system/la.service, else host m1; this runner is not.',
  ],
];
for (const [name, appointment, of, expected] of cases) {
  test(name, () => assert.equal(told(appointment, of), expected));
}

test('a rule is told in words, each choice too', () => {
  assert.equal(ruleWords(appointed()), 'whoever is most proven (auto)');
  assert.deepEqual([serviceChoice, gatewayChoice, hostChoice].map(choiceWords), [
    'the service systemd-system/la.service',
    'role gateway',
    'host m1',
  ]);
});

test('a service is the same only with the same manager and the same unit', () => {
  assert.equal(isSameService(la, { ...la }), true);
  assert.equal(isSameService(la, null), false);
  assert.equal(isSameService(la, { ...la, unit: 'x' }), false);
  assert.equal(isSameService(la, { ...la, manager: 'systemd-user' }), false);
});
