import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleDefinition, sampleJob } from '../../test/samples.ts';
import { redefinedBy } from './authority.ts';
import {
  alertsOf,
  type FinalRun,
  type Incident,
  nothingToTell,
  tellEnd,
  tellsOf,
  verdictOf,
} from './incident.ts';

const at = Date.UTC(2026, 10, 28);
const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const run = (fields: Partial<FinalRun> = {}): FinalRun => ({
  id,
  profile: 'la',
  jobId: 'a',
  jobName: 'report',
  state: 'ended',
  outcome: 'succeeded',
  reason: null,
  message: null,
  count: 1,
  exitCode: 0,
  endedAt: at,
  isSilent: false,
  ...fields,
});
const failed = run({ outcome: 'failed', reason: 'exit_nonzero', exitCode: 3 });
const tells = { deliver: ['inbox', 'ntfy:t'], onFailure: [], ping: null };
test('a job that may not run tells the inbox alone, whatever it names', () => {
  const wants = {
    deliver: ['command:sh -c evil'],
    onFailure: ['ntfy:t'],
    ping: 'https://far.example/',
  };
  const schedule = { kind: 'every', everyMs: 60_000, anchor: 0 } as const;
  const job = sampleJob(sampleDefinition({ schedule, ...wants }));
  const { deliver, onFailure, ping } = tellsOf(job);
  assert.deepEqual({ deliver, onFailure, ping }, wants, 'one that may, tells whom it names');
  const bot = { kind: 'agent', name: 'http:bot', run: null } as const;
  const authority = redefinedBy(job.authority, { maker: bot, ceiling: ['http'], depth: 0 });
  assert.deepEqual(tellsOf({ ...job, authority }), {
    deliver: ['inbox'],
    onFailure: [],
    ping: null,
  });
});

const open = (fields: Partial<Incident> = {}): Incident => ({
  id: 'before',
  profile: 'la',
  kind: 'failed',
  subject: 'a',
  cause: 'exit_nonzero',
  targets: ['inbox'],
  openedAt: at - 1,
  ...fields,
});
const sums = (told: ReturnType<typeof tellEnd>): readonly string[] =>
  told.deliveries.map(({ event, target, title }) => `${event} ${target} ${title}`);

test('a success owes its result to each target of the job', () => {
  const told = tellEnd(run(), tells, ['inbox'], []);
  assert.deepEqual(sums(told), [
    'succeeded inbox report succeeded',
    'succeeded ntfy:t report succeeded',
  ]);
  assert.deepEqual(
    told.deliveries.map((one) => one.id),
    [`${id}.r0`, `${id}.r1`],
  );
  assert.equal(told.opens, null);
});

test('a silent success owes no result, but its ping and its recovery', () => {
  const silent = run({ isSilent: true });
  const pinging = { ...tells, ping: 'https://hc.example/u' };
  assert.deepEqual(
    tellEnd(silent, pinging, ['inbox'], [open()]).deliveries.map(({ kind }) => kind),
    ['alert', 'ping'],
  );
});

test('a failure opens an incident and tells where alerts go', () => {
  const told = tellEnd(failed, tells, ['inbox'], []);
  assert.deepEqual(sums(told), ['failed inbox report failed']);
  assert.equal(told.deliveries[0]?.text, 'Exit code 3.');
  assert.deepEqual(told.opens, {
    id,
    profile: 'la',
    kind: 'failed',
    subject: 'a',
    cause: 'exit_nonzero',
    targets: ['inbox'],
    openedAt: at,
  });
});

test('the job’s own target for failures counts instead, also when it sends nothing', () => {
  const own = { ...tells, onFailure: ['ntfy:ops'] };
  assert.deepEqual(sums(tellEnd(failed, own, ['inbox'], [])), ['failed ntfy:ops report failed']);
  const nowhere = tellEnd(failed, { ...tells, onFailure: ['local'] }, ['inbox'], []);
  assert.deepEqual(nowhere.deliveries, []);
  assert.deepEqual(nowhere.opens?.targets, []);
});

test('the same failure again tells nobody; another cause does', () => {
  assert.deepEqual(tellEnd(failed, tells, ['inbox'], [open()]), nothingToTell);
  const other = tellEnd(failed, tells, ['inbox'], [open({ cause: 'timeout' })]);
  assert.equal(other.deliveries.length, 1);
});

test('a success ends what was open and tells once where it was told', () => {
  const incidents = [open(), open({ cause: 'timeout', targets: ['inbox', 'ntfy:ops'] })];
  const told = tellEnd(run(), { ...tells, deliver: [] }, ['ntfy:other'], incidents);
  assert.deepEqual(sums(told), [
    'recovered inbox report works again',
    'recovered ntfy:ops report works again',
  ]);
  assert.deepEqual(told.closes, incidents);
});

test('what was missed is over with the next success, without a word', () => {
  const incidents = [open({ kind: 'missed', subject: '' })];
  const told = tellEnd(run(), null, ['inbox'], incidents);
  assert.deepEqual(told.deliveries, []);
  assert.deepEqual(told.closes, incidents);
});

test('what the absence of an owner cost is told once for the whole profile', () => {
  const missed = run({ state: 'missed', outcome: null, reason: 'owner_absent', message: 'No.' });
  const told = tellEnd(missed, tells, ['inbox'], []);
  assert.equal(told.opens?.subject, '');
  const known = told.opens === null ? [] : [told.opens];
  assert.deepEqual(tellEnd({ ...missed, jobId: 'b' }, tells, ['inbox'], known), nothingToTell);
  const own = { ...tells, onFailure: ['ntfy:ops'] };
  assert.equal(tellEnd(missed, own, ['inbox'], known).opens?.subject, 'a');
});

const words = [
  [
    { state: 'missed', outcome: null, reason: 'deadline_passed' },
    'missed',
    'report was missed',
    'deadline passed.',
  ],
  [
    { state: 'missed', outcome: null, reason: 'asleep', count: 4 },
    'missed',
    'report was missed 4 times',
    'asleep.',
  ],
  [{ state: 'missed', outcome: null, reason: null }, 'missed', 'report was missed', ''],
  [
    { state: 'refused', outcome: null, reason: 'capability_missing', message: 'No disk.' },
    'refused',
    'report was refused',
    'No disk.',
  ],
  [
    { outcome: 'timed_out', reason: 'timeout', exitCode: null },
    'failed',
    'report ran too long and was ended',
    'timeout.',
  ],
  [
    { outcome: 'unknown', reason: 'lost', exitCode: null },
    'failed',
    'report began, and nobody knows how it ended',
    'lost.',
  ],
  [
    { outcome: 'cancelled', reason: 'service_stopped', exitCode: null },
    'failed',
    'report was ended before it was done',
    'service stopped.',
  ],
  [{ outcome: null, reason: null, exitCode: null }, 'failed', 'report failed', ''],
] as const;

for (const [fields, event, title, text] of words) {
  test(`it is told: ${title} (${text})`, () => {
    const [alert] = tellEnd(run(fields), tells, ['inbox'], []).deliveries;
    assert.deepEqual([alert?.event, alert?.title, alert?.text], [event, title, text]);
  });
}

const quiet = [
  { state: 'skipped', reason: 'overlap_skip' },
  { state: 'missed', reason: 'coalesced' },
  { state: 'missed', reason: 'job_removed' },
  { outcome: 'cancelled', reason: 'cancelled_by_request' },
  { outcome: 'cancelled', reason: 'replaced' },
] as const;

for (const fields of quiet) {
  test(`nobody is alarmed by ${fields.reason}`, () => {
    assert.equal(verdictOf(run(fields)), 'excused');
    assert.deepEqual(tellEnd(run(fields), tells, ['inbox'], [open()]), nothingToTell);
  });
}

test('the monitor hears of an end, but not of what was missed: its silence is the alarm', () => {
  const pinging = { deliver: [], onFailure: ['local'], ping: 'https://hc.example/u' };
  const heard = (one: FinalRun): readonly string[] =>
    tellEnd(one, pinging, ['inbox'], []).deliveries.map(({ target }) => target.replace(/\?.*/, ''));
  assert.deepEqual(heard(run()), ['ping:https://hc.example/u']);
  assert.deepEqual(heard(failed), ['ping:https://hc.example/u/3']);
  assert.deepEqual(heard(run({ state: 'missed', reason: 'asleep' })), []);
  const again = tellEnd(failed, pinging, ['inbox'], [open()]).deliveries;
  assert.deepEqual(
    again.map(({ kind }) => kind),
    ['ping'],
  );
});

test('an alert about a profile goes to each target of its incident', () => {
  const alerts = alertsOf(open({ targets: ['inbox', 'inbox', 'ntfy:t'] }), {
    event: 'owner_absent',
    title: 'Nothing runs',
    text: 'Start one.',
    at,
  });
  assert.deepEqual(
    alerts.map((one) => [one.id, one.target, one.runId]),
    [
      ['before.owner_absent.0', 'inbox', null],
      ['before.owner_absent.1', 'ntfy:t', null],
    ],
  );
});

test('of a job that was removed a failure is told where alerts go, and a result to nobody', () => {
  assert.deepEqual(sums(tellEnd(failed, null, ['ntfy:ops'], [])), [
    'failed ntfy:ops report failed',
  ]);
  assert.deepEqual(tellEnd(run(), null, ['inbox'], []), nothingToTell);
});
