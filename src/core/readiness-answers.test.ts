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
import type { Appointment, Choice } from './appointment.ts';
import type { Instance } from './instance.ts';
import type { Job, JobDefinition } from './job.ts';
import { definitionDefaults } from './job.ts';
import type { Lease } from './lease.ts';
import type { Provenance, Service } from './provenance.ts';
import type { HolderCheck, Readiness, ReadinessView } from './readiness.ts';
import { assessJobReadiness, assessReadiness } from './readiness.ts';
import { startRemedy } from './start-remedy.ts';

const now = 1_000_000_000;
const noManager = { hasManager: false, installed: [] };
const la: Service = { manager: 'systemd-system', unit: 'la.service' };
const provenance: Provenance = sampleProvenance({ level: 'proven', service: la });
const process = { machineId: 'm1', bootId: 'b', pidNamespace: '1', pid: 7, startMark: '1' };
const lease: Lease = sampleLease({
  holder: sampleHolder({ role: 'gateway', process, provenance, since: 5 }),
});
const appointed = (...choices: readonly Choice[]): Appointment =>
  sampleAppointment({
    rule: choices.length === 0 ? { kind: 'auto' } : { kind: 'exclusive', choices },
  });
const instance: Instance = sampleInstance({
  id: 't',
  role: 'timer',
  process,
  host: 'there',
  startedAt: 9,
  command: 'tick',
  provenance,
});
const assess = (check: HolderCheck, more: Partial<ReadinessView> = {}): Readiness =>
  assessReadiness({
    profile: 'la',
    now,
    appointment: appointed(),
    lease,
    check,
    overdueMs: 0,
    ineligible: [],
    successors: [],
    ticks: [],
    services: noManager,
    ...more,
  });
const by = {
  instanceId: 'h',
  role: 'gateway',
  pid: 7,
  host: 'here',
  service: 'la.service',
  level: 'proven',
  since: 5,
};
const healthy: HolderCheck = { kind: 'answered', epoch: 3, overdueMs: 0 };
const stalled = (message: string): Readiness => ({
  willRun: false,
  code: 'owner_stalled',
  message,
  remedy: {
    kind: 'advice',
    text: 'Look at it: cronkeeper doctor -p la. A standby takes over by itself after 15 s; a new runner does too.',
  },
  by: { ...by, role: 'gateway' },
});
const start = { kind: 'command', text: 'cronkeeper runner -p la' } as const;

test('a holder that answers is named with all that is known of it', () => {
  const expected: Readiness = {
    willRun: true,
    code: 'will_run',
    message: 'The gateway (pid 7 on here) runs them.',
    remedy: null,
    by: { ...by, role: 'gateway' },
  };
  assert.deepEqual(assess(healthy), expected);
  assert.deepEqual(assess({ kind: 'remote', heartbeatAgeMs: 20_000 }), expected);
});

test('each way to stall is told apart, with what to do', () => {
  const who = 'The gateway (pid 7 on here)';
  assert.deepEqual(
    assess({ kind: 'silent' }),
    stalled(`${who} owns the profile, but its scheduling loop does not answer.`),
  );
  assert.deepEqual(
    assess({ kind: 'remote', heartbeatAgeMs: 20_501 }),
    stalled(`${who} has not renewed its lease for 21 s.`),
  );
  assert.deepEqual(
    assess({ ...healthy, epoch: 2 }),
    stalled(`${who} answers, but does not hold the lease at this moment.`),
  );
  const late = stalled(`${who} answers, but the oldest due job has waited for 7 s.`);
  assert.deepEqual(assess({ ...healthy, overdueMs: 7_400 }), late);
  assert.deepEqual(assess(healthy, { overdueMs: 7_400 }), late);
  assert.deepEqual(assess({ kind: 'remote', heartbeatAgeMs: 0 }, { overdueMs: 7_400 }), late);
  assert.equal(assess({ ...healthy, overdueMs: 9_000 }, { overdueMs: 1 }).code, 'owner_stalled');
});

test('a holder in trouble says which, and the remedy is that of the outage, or a new runner', () => {
  const trouble = { code: 'store_full', message: 'the disk is full' } as const;
  const full = assess({ ...healthy, trouble });
  assert.equal(full.code, 'store_full');
  assert.equal(full.willRun, false);
  assert.equal(full.message, 'The gateway (pid 7 on here) cannot work: the disk is full');
  assert.match(full.remedy?.text ?? '', /^Free some space/);
  assert.deepEqual(full.by, by);
  const other = assess({ ...healthy, trouble: { code: 'owner_stalled', message: 'x' } });
  assert.deepEqual(other.remedy, start);
  const none = assess({ ...healthy, trouble: { code: 'start_failed', message: 'no process' } });
  assert.deepEqual(none.remedy, {
    kind: 'advice',
    text: 'Look at the limits on processes and memory of this user and this machine. It goes on by itself when a process can be made.',
  });
});

test('a holder that no service started has no service to name', () => {
  const holder = lease.holder && { ...lease.holder, provenance: { ...provenance, service: null } };
  assert.equal(assess(healthy, { lease: { ...lease, holder } }).by?.service, null);
});

const absent = (message: string, remedy: Readiness['remedy']): Readiness => ({
  willRun: false,
  code: 'owner_absent',
  message,
  remedy,
  by: null,
});
const none: HolderCheck = { kind: 'none' };
const gone = (...choices: readonly Choice[]): Readiness =>
  assess(none, { appointment: appointed(...choices) });
const hostChoice: Choice = { kind: 'host', machineId: 'm9', level: 'unknown' };

test('nobody: the message names whoever should, and the remedy starts it', () => {
  assert.deepEqual(assess(none), absent('no scheduler is active for profile "la"', start));
  assert.deepEqual(
    gone({ kind: 'role', role: 'gateway', level: 'unknown' }, hostChoice),
    absent('the owner of profile "la" is role gateway, else host m9, and it is not running', {
      kind: 'command',
      text: 'cronkeeper gateway run -p la',
    }),
  );
  assert.deepEqual(gone({ kind: 'role', role: 'runner', level: 'unknown' }).remedy, start);
  assert.deepEqual(gone({ kind: 'service', service: la, level: 'proven' }).remedy, {
    kind: 'advice',
    text: 'Start la.service, or change the owner: cronkeeper owner appoint auto -p la',
  });
  assert.deepEqual(gone(hostChoice).remedy, {
    kind: 'advice',
    text: 'Start a runner there, or change the owner: cronkeeper owner appoint auto -p la',
  });
});

test('those who would like to and may not are named', () => {
  const others = [
    instance,
    { ...instance, role: 'runner' as const, process: { ...process, pid: 8 } },
  ];
  const { message } = assess(none, { appointment: appointed(hostChoice), ineligible: others });
  assert.equal(
    message,
    'the owner of profile "la" is host m9, and it is not running; timer pid 7, runner pid 8 may not run it',
  );
});

test('a successor that is about to take over is named', () => {
  assert.deepEqual(
    assess({ kind: 'dead' }, { successors: [{ ...instance, role: 'runner' }] }),
    absent('nobody owns profile "la" at this moment; runner pid 7 can take over', {
      kind: 'advice',
      text: 'Look again in a moment: cronkeeper status -p la',
    }),
  );
});

const ticksOf = (of: Instance, ...agesMs: readonly number[]) =>
  agesMs.map((ageMs) => ({ at: now - ageMs, instance: { ...of, startedAt: now - ageMs } }));
const ticked = (...agesMs: readonly number[]): Readiness =>
  assess(none, { ticks: ticksOf(instance, ...agesMs) });

test('a timer is told with its period, which is from a minute to an hour', () => {
  const regular = ticked(100_000, 400_000);
  assert.deepEqual(regular, {
    willRun: true,
    code: 'will_run_by_timer',
    message:
      'A timer runs them: the last tick was 100 s ago, about one every 300 s. This rests on the ticks seen, not on a process that is alive now.',
    remedy: null,
    by: { ...by, instanceId: 't', role: 'timer', host: 'there', since: now - 100_000 },
  });
  assert.equal(ticked(1_000, 2_000).code, 'owner_absent', 'both were typed by hand');
  assert.match(ticked(1_000, 47_000).message, /every 60 s/);
  assert.match(ticked(1_000, 9_000_000).message, /every 3600 s/);
  assert.equal(ticked(120_000, 170_000).code, 'will_run_by_timer');
  assert.equal(ticked(120_001, 170_001).code, 'owner_absent');
  assert.equal(ticked(7_200_000, 99_000_000).code, 'will_run_by_timer');
  assert.equal(ticked(7_200_001, 99_000_000).code, 'owner_absent');
  const bare = { ...instance, provenance: { ...provenance, service: null } };
  assert.equal(assess(none, { ticks: ticksOf(bare, 0, 100_000) }).by?.service, null);
});

const job = (extra: Partial<Job> = {}, definition: Partial<JobDefinition> = {}): Job =>
  sampleJob(
    {
      ...definitionDefaults,
      name: 'report',
      schedule: { kind: 'at', at: 0 },
      action: { kind: 'command', argv: ['true'], shell: false },
      cwd: '/',
      env: {},
      ...definition,
    },
    { profile: 'la', nextFireAt: 0, ...extra },
  );
const ready = assess(healthy);
const channel = { kind: 'channel', channel: 'slack' } as const;
const env = { kind: 'env', variable: 'KEY' } as const;

const noChannel =
  'This build has no live channels, so nothing that is started has the channel slack, and its occurrences are refused. Change what it needs: cronkeeper edit J --require … -p la';

test('under a rule a stalled owner is not said to be replaced by a runner that may not own', () => {
  const choice = { kind: 'service', service: la, level: 'proven' } as const;
  const { remedy } = assess({ kind: 'silent' }, { appointment: appointed(choice) });
  assert.match(remedy?.text ?? '', /A standby takes over by itself after 15 s\.$/);
});

test('a job that is paused or done will not run, whoever owns', () => {
  const paused = {
    ...ready,
    willRun: false,
    code: 'job_paused',
    remedy: { kind: 'command', text: 'cronkeeper resume J -p la' },
  };
  assert.deepEqual(assessJobReadiness(ready, job({ state: 'paused' }), null), {
    ...paused,
    message: 'The job is paused.',
  });
  assert.deepEqual(assessJobReadiness(ready, job({ state: 'paused', pausedReason: 'ill' }), null), {
    ...paused,
    message: 'The job is paused: ill',
  });
  assert.deepEqual(assessJobReadiness(ready, job({ state: 'done' }), null), {
    ...ready,
    willRun: false,
    code: 'job_done',
    message: 'The job has no occurrences left.',
    remedy: null,
  });
});

test('a job whose needs are met is as ready as its profile', () => {
  assert.equal(assessJobReadiness(ready, job(), null), ready);
  assert.equal(assessJobReadiness(ready, job(), { channels: [], unmet: () => [] }), ready);
});

test('a job whose needs are not met says which, and what to do', () => {
  const unmet = (requirements: JobDefinition['requirements']): Readiness =>
    assessJobReadiness(ready, job({}, { requirements }), { channels: [], unmet: () => ['a', 'b'] });
  assert.deepEqual(unmet([env, env]), {
    ...ready,
    willRun: false,
    code: 'capability_missing',
    message: 'the owner does not have what this job needs (env=KEY, env=KEY): a; b',
    remedy: {
      kind: 'advice',
      text: 'Start an owner that meets it, or change it: cronkeeper edit J --require … -p la',
    },
  });
  assert.equal(unmet([env, channel, { kind: 'channel', channel: 'mail' }]).remedy?.text, noChannel);
});

test('where anybody would do, a job that needs a gateway is told to start one', () => {
  const remedyOf = (profile: Readiness, requirements: JobDefinition['requirements']): unknown =>
    assessJobReadiness(profile, job({}, { requirements }), null).remedy?.text;
  const nobody = assess(none);
  const gateway = 'cronkeeper gateway run -p la';
  assert.equal(remedyOf(nobody, []), startRemedy('la', noManager).text);
  assert.equal(remedyOf(nobody, [env]), startRemedy('la', noManager).text);
  assert.equal(
    remedyOf(nobody, [{ kind: 'role', role: 'runner' }]),
    startRemedy('la', noManager).text,
  );
  assert.equal(remedyOf(nobody, [env, { kind: 'role', role: 'gateway' }]), gateway);
  const role = { kind: 'role', role: 'gateway' } as const;
  assert.equal(remedyOf({ ...nobody, remedy: null }, [role]), undefined);
  const elsewhere = gone(hostChoice);
  assert.equal(remedyOf(elsewhere, [role]), elsewhere.remedy?.text);
  // No gateway of this build would have it.
  for (const profile of [nobody, elsewhere, ready])
    assert.equal(
      assessJobReadiness(profile, job({}, { requirements: [channel] }), {
        channels: [],
        unmet: () => ['a'],
      }).remedy?.text,
      noChannel,
    );
});
