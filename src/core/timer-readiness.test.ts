import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  sampleAppointment,
  sampleHolder,
  sampleInstance,
  sampleLease,
  sampleProvenance,
} from '../../test/samples.ts';
import type { Rule } from './appointment.ts';
import type { Instance } from './instance.ts';
import type { Provenance } from './provenance.ts';
import { assessReadiness } from './readiness.ts';
import type { ServiceRecord } from './service-record.ts';
import type { ServiceReport, ServiceState } from './service-report.ts';
import { gatewayInstead, ownerRemedy, reviveRemedy, startRemedy } from './start-remedy.ts';
import { findTimer, stoppedTimer, type TimerView } from './timer-readiness.ts';

const now = 1_000_000_000;
const unit = 'cronkeeper-tick-la.service';
const service = { manager: 'systemd-system', unit } as const;
const provenance: Provenance = sampleProvenance({
  level: 'proven',
  service,
  uid: 1000,
  user: 'ana',
  machineId: 'm',
});
const tick = (at: number, changes: Partial<Provenance> = {}): TimerView['ticks'][number] => {
  const instance: Instance = sampleInstance({
    id: String(at),
    role: 'timer',
    process: { machineId: 'm', bootId: 'b', pidNamespace: '', pid: 7, startMark: '1' },
    startedAt: at,
    command: '',
    socket: '',
    standing: 'holder',
    provenance: { ...provenance, ...changes },
    seenAt: at,
  });
  return { at, instance };
};
const record: ServiceRecord = {
  ...service,
  role: 'runner',
  profile: 'la',
  isTimer: true,
  file: '/etc/systemd/system/cronkeeper-tick-la.service',
  sha256: '',
  program: [],
  version: '1',
  installedAt: '',
  replaced: null,
  user: 'ana',
  madeFolders: [],
  enabledLinger: false,
};
const armed: ServiceState = {
  kind: 'known',
  isActive: true,
  isEnabled: true,
  words: 'active (waiting)',
  mainPid: null,
  nextTickAt: now + 23_000,
  file: record.file,
};
const report = (state: Partial<Extract<ServiceState, { kind: 'known' }>> = {}): ServiceReport => ({
  record,
  state: { ...armed, ...state },
});
const silent: ServiceReport = { record, state: { kind: 'silent', why: 'too late' } };
const view = (changes: Partial<TimerView> & { readonly rule?: Rule } = {}): TimerView => ({
  now,
  appointment: sampleAppointment({ rule: changes.rule ?? { kind: 'auto' }, actor: '' }),
  overdueMs: 0,
  ticks: [tick(now - 10_000), tick(now - 70_000)],
  installed: [report()],
  ...changes,
});
const only = (name: string): Rule => ({
  kind: 'exclusive',
  choices: [{ kind: 'service', service: { ...service, unit: name }, level: 'proven' }],
});

const cases = [
  { name: 'armed', of: view(), runs: true },
  { name: 'armed, before its first tick', of: view({ ticks: [] }), runs: true },
  {
    name: 'armed and appointed, before its first tick',
    of: view({ ticks: [], rule: only(unit) }),
    runs: true,
  },
  { name: 'armed, but another is appointed', of: view({ rule: only('x.service') }), runs: false },
  {
    name: 'armed, another is appointed, no tick yet',
    of: view({ ticks: [], rule: only('x.service') }),
    runs: false,
  },
  {
    name: 'disabled a second ago',
    of: view({ installed: [report({ isActive: false })] }),
    runs: false,
  },
  {
    name: 'without a next tick',
    of: view({ installed: [report({ nextTickAt: null })] }),
    runs: false,
  },
  { name: 'armed, while jobs wait for minutes', of: view({ overdueMs: 130_000 }), runs: false },
  {
    name: 'its unit is gone',
    of: view({ installed: [{ record, state: { kind: 'unknown' } }] }),
    runs: false,
  },
  {
    name: 'its manager is silent, and ticks were seen',
    of: view({ installed: [silent] }),
    runs: true,
  },
  {
    name: 'its manager is silent, and ticks stopped',
    of: view({ installed: [silent], ticks: [tick(now - 200_000), tick(now - 260_000)] }),
    runs: false,
  },
  { name: 'a crontab line', of: view({ installed: [] }), runs: true },
  {
    name: 'one tick by hand',
    of: view({ installed: [], ticks: [tick(now - 1_000)] }),
    runs: false,
  },
  {
    name: 'two ticks by hand',
    of: view({ installed: [], ticks: [tick(now - 1_000), tick(now - 2_000)] }),
    runs: false,
  },
  {
    name: 'its ticks, and two by hand between them',
    of: view({
      installed: [],
      ticks: [now - 1_000, now - 20_000, now - 21_000, now - 61_100].map((at) => tick(at)),
    }),
    runs: true,
  },
] as const;
for (const { name, of, runs } of cases) {
  test(`jobs ${runs ? 'run' : 'do not run'} by a timer: ${name}`, () => {
    assert.equal(findTimer(of) !== null, runs);
  });
}

test('what is said about a timer names on what it rests', () => {
  assert.match(
    findTimer(view())?.message ?? '',
    /cronkeeper-tick-la\.timer is armed and ticks in 23 s\..*service manager/,
  );
  assert.match(findTimer(view({ installed: [] }))?.message ?? '', /rests on the ticks seen/);
  assert.equal(stoppedTimer([report()]), null);
  assert.equal(stoppedTimer([silent]), null);
  assert.notEqual(stoppedTimer([report({ isActive: false })]), null);
});

test('the remedy is the lasting one where there is a service manager', () => {
  const none = { hasManager: false, installed: [] };
  const fresh = { hasManager: true, installed: [] };
  const stopped = { hasManager: true, installed: [report({ isActive: false })] };
  assert.equal(startRemedy('la', none).text, 'cronkeeper runner -p la');
  assert.equal(startRemedy('la', none, 'gateway').text, 'cronkeeper gateway run -p la');
  assert.equal(startRemedy('la', fresh).text, 'cronkeeper service install runner -p la');
  assert.equal(startRemedy('la', stopped).text, 'sudo cronkeeper service start runner -p la');
  assert.equal(reviveRemedy('la', report()).kind, 'advice');
  assert.equal(
    reviveRemedy('la', { record, state: { kind: 'unknown' } }).text,
    'sudo cronkeeper service install runner --system --run-as ana --timer -p la',
  );
  const appointed = only(unit);
  const choices = appointed.kind === 'exclusive' ? appointed.choices : [];
  assert.equal(
    ownerRemedy('la', choices, stopped).text,
    'sudo cronkeeper service start runner -p la',
  );
  assert.match(ownerRemedy('la', choices, fresh).text, /^Start cronkeeper-tick-la\.service, or/);
});

const rule = (role: 'timer' | 'desktop' | 'gateway') => [
  { kind: 'role', role, level: 'unknown' } as const,
];

test('a role that is appointed and missing is brought back by what there is', () => {
  const none = { hasManager: false, installed: [] };
  const fresh = { hasManager: true, installed: [] };
  const cases = [
    ['timer', fresh, /^cronkeeper service install runner --timer -p la$/],
    ['timer', none, /its crontab: \* \* \* \* \* cronkeeper tick -p la$/],
    ['desktop', fresh, /^Start a desktop, or change the owner/],
    ['gateway', fresh, /^cronkeeper service install gateway -p la$/],
  ] as const;
  for (const [role, services, words] of cases)
    assert.match(ownerRemedy('la', rule(role), services).text, words);
  assert.match(ownerRemedy('la', [], fresh).text, /^Start a runner there/);
  const runner = startRemedy('la', fresh);
  assert.equal(gatewayInstead(runner, 'la')?.text, 'cronkeeper service install gateway -p la');
  const kept = { ...report({}), record: { ...record, isTimer: false } };
  assert.equal(
    reviveRemedy('la', { ...kept, state: { kind: 'unknown' } }).text,
    'sudo cronkeeper service install runner --system --run-as ana -p la',
  );
});

test('a tick that ends leaves what is due to the next one, as long as its timer is armed', () => {
  const { appointment, ticks } = view();
  const [{ instance }] = [tick(now - 1_000)];
  const assess = (role: 'timer' | 'runner', changes: Partial<typeof armed>): string =>
    assessReadiness({
      profile: 'la',
      now,
      appointment,
      lease: sampleLease({ epoch: 3, holder: sampleHolder({ ...instance, role }) }),
      check: { kind: 'answered', epoch: null, overdueMs: 0 },
      overdueMs: 0,
      ineligible: [],
      successors: [],
      ticks,
      services: { hasManager: true, installed: [report(changes)] },
    }).code;
  assert.equal(assess('timer', {}), 'will_run_by_timer');
  assert.equal(assess('timer', { isActive: false }), 'owner_stalled');
  assert.equal(assess('runner', {}), 'owner_stalled');
});

test('without a tick nobody is named yet, and a timer that is not armed is', () => {
  const { appointment } = view();
  const assess = (installed: readonly ServiceReport[], successors: readonly Instance[] = []) =>
    assessReadiness({
      profile: 'la',
      now,
      appointment,
      lease: sampleLease({ epoch: 0 }),
      check: { kind: 'none' },
      overdueMs: 0,
      ineligible: [],
      successors,
      ticks: [],
      services: { hasManager: true, installed },
    });
  const standby = assess([report()], [{ ...tick(now).instance, role: 'runner' }]);
  assert.equal(standby.code, 'will_run_by_timer', 'somebody is about to take the profile');
  assert.deepEqual([assess([report()]).code, assess([report()]).by], ['will_run_by_timer', null]);
  assert.match(
    assess([report({ isActive: false })]).message,
    /; cronkeeper-tick-la\.timer is not armed$/,
  );
});
