import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  sampleAppointment,
  sampleHolder,
  sampleLease,
  sampleProvenance,
} from '../../test/samples.ts';
import type { Appointment, Choice } from './appointment.ts';
import type { ElectionView } from './election.ts';
import { decideElection, preemptionPauseMs, rankOfHolder, steadyMs } from './election.ts';
import { judgeEligibility } from './eligibility.ts';
import type { Lease } from './lease.ts';
import type { Level, Manager, Provenance, Role } from './provenance.ts';

const provenance = (
  level: Level,
  unit: string | null = null,
  manager: Manager = 'systemd-system',
): Provenance => sampleProvenance({ level, service: unit === null ? null : { manager, unit } });

const auto: Appointment = sampleAppointment({ profile: 'p' });
const only = (...choices: Choice[]): Appointment => ({
  ...auto,
  rule: { kind: 'exclusive', choices },
});
const service = (unit: string, level: Level = 'proven'): Choice => ({
  kind: 'service',
  service: { manager: 'systemd-system', unit },
  level,
});

const identity = { machineId: 'm1', bootId: 'b', pidNamespace: '1', pid: 7, startMark: '1' };
const free: Lease = sampleLease({ profile: 'p', renewals: 9 });
const heldBy = (role: Role, level: Level, unit: string | null = null): Lease => ({
  ...free,
  holder: sampleHolder({
    instanceId: 'other',
    role,
    process: identity,
    provenance: provenance(level, unit),
    starter: identity,
  }),
});

const view: ElectionView = {
  instanceId: 'me',
  me: { role: 'runner', schedules: true, provenance: provenance('unknown') },
  appointment: auto,
  lease: free,
  holderLife: null,
  starterLife: null,
  unchangedForMs: 0,
  outranksForMs: 0,
  sincePreemptionMs: null,
  preferredAlive: false,
};
const alive = {
  lease: heldBy('runner', 'unknown'),
  holderLife: 'alive',
  starterLife: 'alive',
} as const;
const proven = {
  role: 'runner',
  schedules: true,
  provenance: provenance('proven', 'x.service'),
} as const;

const steps: readonly { name: string; with: Partial<ElectionView>; step: string }[] = [
  { name: 'a free lease is claimed', with: {}, step: 'claim free' },
  { name: 'a lively holder is stood by', with: alive, step: 'stand-by' },
  {
    name: 'a dead holder whose starter lives: the starter is ended first',
    with: { ...alive, holderLife: 'dead' },
    step: 'end-starter',
  },
  {
    name: 'a dead holder whose starter ended is replaced at once',
    with: { ...alive, holderLife: 'dead', starterLife: 'dead' },
    step: 'claim ended',
  },
  {
    name: 'a holder silent for a TTL of my awake time is ended',
    with: { ...alive, unchangedForMs: 15_001 },
    step: 'end-holder',
  },
  {
    name: 'a holder silent for less than a TTL is not touched',
    with: { ...alive, unchangedForMs: 15_000 },
    step: 'stand-by',
  },
  {
    name: 'a holder in another pid namespace is never ended',
    with: { ...alive, holderLife: 'unknowable', unchangedForMs: 17_000 },
    step: 'stand-by',
  },
  {
    name: 'a holder in another pid namespace is replaced after TTL and margin',
    with: { ...alive, holderLife: 'unknowable', unchangedForMs: 17_001 },
    step: 'claim expired',
  },
  {
    name: 'a proven service asks a plain runner to drain after 30 s',
    with: { ...alive, me: proven, outranksForMs: steadyMs },
    step: 'prefer',
  },
  {
    name: 'a proven service waits until it was steady for 30 s',
    with: { ...alive, me: proven, outranksForMs: steadyMs - 1 },
    step: 'stand-by',
  },
  {
    name: 'tiers do not flap: one change in five minutes',
    with: {
      ...alive,
      me: proven,
      outranksForMs: steadyMs,
      sincePreemptionMs: preemptionPauseMs - 1,
    },
    step: 'stand-by',
  },
  {
    name: 'within a tier the holder stays',
    with: { ...alive, outranksForMs: steadyMs * 10 },
    step: 'stand-by',
  },
  {
    name: 'a gateway does not take over from a runner',
    with: { ...alive, me: { ...view.me, role: 'gateway' }, outranksForMs: steadyMs * 10 },
    step: 'stand-by',
  },
  {
    name: 'a released lease is left to the one it was released for',
    with: { lease: { ...free, preferredId: 'other' }, preferredAlive: true },
    step: 'stand-by',
  },
  {
    name: 'a released lease is not left for ever',
    with: { lease: { ...free, preferredId: 'other' }, preferredAlive: true, unchangedForMs: 3_001 },
    step: 'claim free',
  },
  {
    name: 'the preferred one claims at once',
    with: { lease: { ...free, preferredId: 'me' } },
    step: 'claim free',
  },
  {
    name: 'an ineligible process keeps out of a free lease',
    with: { appointment: only(service('y.service')) },
    step: 'keep-out',
  },
  {
    name: 'an ineligible process never ends a silent holder',
    with: { ...alive, appointment: only(service('y.service')), unchangedForMs: 1e9 },
    step: 'keep-out',
  },
  {
    name: 'an ineligible process never replaces a dead holder',
    with: {
      ...alive,
      holderLife: 'dead',
      starterLife: 'dead',
      appointment: only(service('y.service')),
    },
    step: 'keep-out',
  },
];
for (const { name, with: change, step: expected } of steps) {
  test(name, () => {
    const step = decideElection({ ...view, ...change });
    assert.equal(step.kind === 'claim' ? `claim ${step.grounds}` : step.kind, expected);
  });
}

const eligibility: readonly [string, Appointment, Role, boolean, Provenance, string][] = [
  [
    'a proven service is of the first tier',
    auto,
    'runner',
    true,
    provenance('proven', 'x'),
    'eligible 3',
  ],
  [
    'a proven dashboard service with --schedule is of the first tier',
    auto,
    'dashboard',
    true,
    provenance('proven', 'x'),
    'eligible 3',
  ],
  [
    'a runner in a terminal is of the second',
    auto,
    'runner',
    true,
    provenance('unknown'),
    'eligible 2',
  ],
  [
    'a gateway that merely claims a service is of the second',
    auto,
    'gateway',
    true,
    provenance('claimed', 'x'),
    'eligible 2',
  ],
  [
    'a dashboard with --schedule is of the third',
    auto,
    'dashboard',
    true,
    provenance('unknown'),
    'eligible 1',
  ],
  ['a timer is of the third', auto, 'timer', true, provenance('unknown'), 'eligible 1'],
  [
    'a dashboard asks',
    auto,
    'dashboard',
    false,
    provenance('unknown'),
    'delegator not_authorised_owner',
  ],
  [
    'Desktop asks, even when it would schedule',
    auto,
    'desktop',
    true,
    provenance('proven', 'x'),
    'delegator not_authorised_owner',
  ],
  [
    'the appointed service, proven, may',
    only(service('x')),
    'runner',
    true,
    provenance('proven', 'x'),
    'eligible 1',
  ],
  [
    'the appointed service, corroborated, may not',
    only(service('x')),
    'runner',
    true,
    provenance('corroborated', 'x'),
    'ineligible provenance_insufficient',
  ],
  [
    'the appointed service by environment may not',
    only(service('x')),
    'runner',
    true,
    provenance('claimed', 'x'),
    'ineligible provenance_insufficient',
  ],
  [
    'contradicting evidence may not',
    only(service('x', 'claimed')),
    'runner',
    true,
    provenance('mismatch', 'x'),
    'ineligible provenance_mismatch',
  ],
  [
    'another unit may not',
    only(service('x')),
    'runner',
    true,
    provenance('proven', 'y'),
    'ineligible not_authorised_owner',
  ],
  [
    'the same unit of another manager may not',
    only(service('x')),
    'runner',
    true,
    provenance('proven', 'x', 'systemd-user'),
    'ineligible not_authorised_owner',
  ],
  [
    'a lower level is enough where the rule says so',
    only(service('x', 'corroborated')),
    'runner',
    true,
    provenance('corroborated', 'x'),
    'eligible 1',
  ],
  [
    'the role may',
    only({ kind: 'role', role: 'gateway', level: 'unknown' }),
    'gateway',
    true,
    provenance('unknown'),
    'eligible 1',
  ],
  [
    'another role may not',
    only({ kind: 'role', role: 'gateway', level: 'unknown' }),
    'runner',
    true,
    provenance('proven', 'x'),
    'ineligible not_authorised_owner',
  ],
  [
    'another host may not',
    only({ kind: 'host', machineId: 'm2', level: 'unknown' }),
    'runner',
    true,
    provenance('proven', 'x'),
    'ineligible machine_mismatch',
  ],
  [
    'the first choice ranks above its standby',
    only(service('x'), service('y')),
    'runner',
    true,
    provenance('proven', 'x'),
    'eligible 2',
  ],
  [
    'a standby ranks below',
    only(service('x'), service('y')),
    'runner',
    true,
    provenance('proven', 'y'),
    'eligible 1',
  ],
];
for (const [name, appointment, role, schedules, evidence, expected] of eligibility) {
  test(name, () => {
    const judged = judgeEligibility(appointment, { role, schedules, provenance: evidence });
    const text =
      judged.kind === 'eligible' ? `eligible ${judged.rank}` : `${judged.kind} ${judged.code}`;
    assert.equal(text, expected);
  });
}

test('the pauses are half a minute and five minutes', () =>
  assert.deepEqual([steadyMs, preemptionPauseMs], [30_000, 300_000]));

test('an own claim whose answer was lost is replaced at once', () => {
  const mine = heldBy('runner', 'unknown');
  const lease = { ...mine, holder: mine.holder && { ...mine.holder, instanceId: 'me' } };
  assert.deepEqual(decideElection({ ...view, lease, holderLife: 'alive' }), {
    kind: 'claim',
    grounds: 'ended',
  });
});

const courtesy = [
  [null, true, 0, 'claim'],
  ['me', true, 0, 'claim'],
  ['other', true, 3_000, 'stand-by'],
  ['other', true, 3_001, 'claim'],
  ['other', false, 0, 'claim'],
] as const;
for (const [preferredId, preferredAlive, unchangedForMs, kind] of courtesy) {
  test(`a free lease preferred for ${preferredId} (alive: ${preferredAlive}) for ${unchangedForMs} ms: ${kind}`, () => {
    const lease = { ...free, preferredId };
    assert.equal(decideElection({ ...view, lease, preferredAlive, unchangedForMs }).kind, kind);
  });
}

test('a holder has its own rank, none when it may not own any more, and nobody has none', () => {
  assert.equal(rankOfHolder(auto, free), 0);
  assert.equal(rankOfHolder(auto, heldBy('runner', 'unknown')), 2);
  assert.equal(rankOfHolder(only(service('x.service')), heldBy('runner', 'unknown')), 0);
});

test('a higher rank waits out the pause after a hand-over, and not longer', () => {
  const higher = {
    ...view,
    me: { role: 'runner', schedules: true, provenance: provenance('proven', 'x.service') },
    lease: heldBy('runner', 'unknown'),
    holderLife: 'alive',
    outranksForMs: steadyMs,
  } as const;
  const after = (sincePreemptionMs: number | null) =>
    decideElection({ ...higher, sincePreemptionMs }).kind;
  assert.equal(after(null), 'prefer');
  assert.equal(after(preemptionPauseMs - 1), 'stand-by');
  assert.equal(after(preemptionPauseMs), 'prefer');
});
