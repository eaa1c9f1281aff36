import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  sampleAppointment,
  sampleHolder,
  sampleInstance,
  sampleJob,
  sampleLease,
  sampleProvenance,
} from '../../test/samples.ts';
import type { Rule } from './appointment.ts';
import type { Instance } from './instance.ts';
import type { Job, JobState } from './job.ts';
import { definitionDefaults } from './job.ts';
import type { Lease } from './lease.ts';
import type { Provenance, Role } from './provenance.ts';
import type { HolderCheck, ReadinessView } from './readiness.ts';
import { assessJobReadiness, assessReadiness } from './readiness.ts';

const provenance: Provenance = sampleProvenance();
const process = { machineId: 'm1', bootId: 'b', pidNamespace: '1', pid: 7, startMark: '1' };
const held: Lease = sampleLease({ holder: sampleHolder({ process, provenance }) });
const now = 1_000_000_000;
const view = (
  check: HolderCheck,
  more: Partial<ReadinessView> & { readonly rule?: Rule } = {},
): ReadinessView => ({
  profile: 'la',
  now,
  appointment: sampleAppointment({ rule: more.rule ?? { kind: 'auto' } }),
  lease: held,
  check,
  overdueMs: 0,
  ineligible: [],
  successors: [],
  ticks: [],
  services: { hasManager: false, installed: [] },
  ...more,
});
const answered = (epoch: number | null, overdueMs = 0): HolderCheck => ({
  kind: 'answered',
  epoch,
  overdueMs,
});
const only = (role: Role): Rule => ({
  kind: 'exclusive',
  choices: [{ kind: 'role', role, level: 'unknown' }],
});
const instance: Instance = sampleInstance({
  id: 't',
  role: 'timer',
  process,
  command: 'tick',
  provenance,
});
const ticks = (...agesMs: number[]) =>
  agesMs.map((ageMs) => ({
    at: now - ageMs,
    instance: { ...instance, startedAt: now - ageMs },
  }));

const cases: readonly {
  readonly name: string;
  readonly of: ReadinessView;
  readonly code: string;
}[] = [
  { name: 'a holder that answers with its epoch', of: view(answered(3)), code: 'will_run' },
  { name: 'a loop that holds another epoch', of: view(answered(2)), code: 'owner_stalled' },
  { name: 'a loop that does not trust itself', of: view(answered(null)), code: 'owner_stalled' },
  {
    name: 'a living process whose loop is silent',
    of: view({ kind: 'silent' }),
    code: 'owner_stalled',
  },
  { name: 'a dead holder', of: view({ kind: 'dead' }), code: 'owner_absent' },
  { name: 'nobody', of: view({ kind: 'none' }), code: 'owner_absent' },
  { name: 'five seconds of delay', of: view(answered(3, 5_000)), code: 'will_run' },
  { name: 'more delay by its own account', of: view(answered(3, 5_001)), code: 'owner_stalled' },
  {
    name: 'more delay by the store',
    of: view(answered(3), { overdueMs: 5_001 }),
    code: 'owner_stalled',
  },
  {
    name: 'a fresh heartbeat of another host',
    of: view({ kind: 'remote', heartbeatAgeMs: 20_000 }),
    code: 'will_run',
  },
  {
    name: 'an old heartbeat of another host',
    of: view({ kind: 'remote', heartbeatAgeMs: 20_001 }),
    code: 'owner_stalled',
  },
  {
    name: 'a holder that answers but is no longer appointed',
    of: view(answered(3), { rule: only('gateway') }),
    code: 'owner_absent',
  },
  {
    name: 'a timer seen within two periods',
    of: view({ kind: 'none' }, { ticks: ticks(500_000, 800_000) }),
    code: 'will_run_by_timer',
  },
  {
    name: 'a timer that stopped',
    of: view({ kind: 'none' }, { ticks: ticks(601_000, 901_000) }),
    code: 'owner_absent',
  },
  {
    name: 'one tick alone, which may have been typed by hand',
    of: view({ kind: 'none' }, { ticks: ticks(1_000) }),
    code: 'owner_absent',
  },
  {
    name: 'two ticks in a second, which were typed by hand',
    of: view({ kind: 'none' }, { ticks: ticks(1_000, 2_000) }),
    code: 'owner_absent',
  },
  {
    name: 'a timer whose jobs are overdue by more than two periods',
    of: view({ kind: 'none' }, { ticks: ticks(500_000, 800_000), overdueMs: 600_001 }),
    code: 'owner_absent',
  },
  {
    name: 'a timer that is the appointed owner',
    of: view({ kind: 'none' }, { rule: only('timer'), ticks: ticks(30_000, 90_000) }),
    code: 'will_run_by_timer',
  },
  {
    name: 'a timer that may not own',
    of: view({ kind: 'none' }, { rule: only('runner'), ticks: ticks(30_000, 90_000) }),
    code: 'owner_absent',
  },
];
for (const { name, of, code } of cases) {
  test(`${name}: ${code}`, () => {
    const readiness = assessReadiness(of);
    assert.equal(readiness.code, code);
    assert.equal(readiness.willRun, code.startsWith('will_run'));
    assert.equal(readiness.willRun || readiness.remedy !== null, true);
  });
}

test('where nobody owns at the moment, who can take over is named instead of a command to start one', () => {
  const standby = { ...instance, role: 'gateway' as const };
  const rule = only('gateway');
  const said = assessReadiness(view(answered(3), { rule, successors: [standby] }));
  assert.equal(said.willRun, false);
  assert.match(said.message, /gateway pid 7 can take over/);
  assert.equal(said.remedy?.kind, 'advice');
});

const job = (state: JobState): Job =>
  sampleJob(
    {
      ...definitionDefaults,
      name: 'n',
      schedule: { kind: 'every', everyMs: 60_000, anchor: 0 },
      action: { kind: 'command', argv: ['true'], shell: false },
      cwd: '/',
      env: {},
      requirements: [{ kind: 'channel', channel: 'slack' }],
    },
    { id: 'j', profile: 'la', state },
  );
const well = assessReadiness(view(answered(3)));
const holder = (unmet: readonly string[]) => ({ channels: [], unmet: () => unmet });

test('a paused or finished job does not run under the best of owners', () => {
  assert.equal(assessJobReadiness(well, job('paused'), holder([])).code, 'job_paused');
  assert.equal(assessJobReadiness(well, job('done'), holder([])).code, 'job_done');
});

test('a job whose needs the owner does not meet will not run; one whose needs it meets will', () => {
  const unmet = assessJobReadiness(well, job('enabled'), holder(['no channel']));
  assert.equal(unmet.code, 'capability_missing');
  assert.equal(unmet.willRun, false);
  assert.match(unmet.remedy?.text ?? '', /no live channels.* edit j --require … -p la/);
  assert.equal(assessJobReadiness(well, job('enabled'), holder([])).willRun, true);
});

test('a job that waits for a person does not run, and is told how one approves it', () => {
  const { authority, ...rest } = job('enabled');
  const waiting = { ...rest, authority: { ...authority, trust: 'agent' as const } };
  const { willRun, code, message, remedy } = assessJobReadiness(well, waiting, holder([]));
  assert.deepEqual([willRun, code], [false, 'approval_pending']);
  assert.match(
    message,
    /may not run a command, use what is protected until a person approves it\.$/,
  );
  assert.deepEqual(remedy, { kind: 'command', text: 'cronkeeper approve j -p la' });
});
