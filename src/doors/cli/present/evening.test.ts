import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MorningAnswer, TonightAnswer } from '../../../operations/outputs-evening.ts';
import { presentMorning } from './morning.ts';
import { presentTonight } from './tonight.ts';
import type { View } from './view.ts';

const now = Date.UTC(2026, 10, 22, 20);
const view: View = {
  columns: 100,
  color: false,
  now,
  zone: 'UTC',
  verbose: false,
  profile: 'default',
};
const at = (hour: number, minute = 0): string =>
  new Date(Date.UTC(2026, 10, hour < 12 ? 23 : 22, hour, minute)).toISOString();

const by = {
  instanceId: 'i',
  role: 'runner',
  pid: 812,
  host: 'attic',
  service: 'cronkeeper-default.service',
  level: 'proven',
  since: at(9),
} as const;
const readiness = {
  willRun: true,
  code: 'will_run',
  message: 'The runner runs them.',
  remedy: null,
  by,
} as const;
const absent = {
  willRun: false,
  code: 'owner_absent',
  message: 'no scheduler is active',
  remedy: { kind: 'command', text: 'cronkeeper runner' },
  by: null,
} as const;

const line = (
  name: string,
  fields: Partial<TonightAnswer['jobs'][number]> = {},
): TonightAnswer['jobs'][number] => ({
  job: { id: name, name },
  occurrences: 1,
  willRun: 1,
  willNotRun: 0,
  unknown: 0,
  first: at(3),
  last: at(3),
  obstacles: [],
  ...fields,
});

const evening = (fields: Partial<TonightAnswer> = {}): TonightAnswer => ({
  profile: 'default',
  from: at(20),
  until: at(8),
  verdict: { isGood: true, occurrences: 14, willRun: 14, willNotRun: 0, unknown: 0 },
  readiness,
  obstacles: [],
  omittedObstacles: 0,
  jobs: [
    line('report'),
    line('poll', { occurrences: 13, willRun: 13, first: at(20), last: at(8) }),
  ],
  omittedJobs: 0,
  paused: 0,
  outlook: { notes: [], unknown: ['lid'] },
  probe: { state: 'answered', receipt: 'r', at: at(20), message: null },
  warnings: [],
  ...fields,
});
const told = (fields: Partial<TonightAnswer> = {}, more: Partial<View> = {}): string =>
  presentTonight(evening(fields), { ...view, ...more }).text;

test('a good night is one verdict, who runs it, and a line for each job', () => {
  assert.equal(
    told(),
    [
      '✓ 14 of 14 will run until Mon 08:00 (UTC).',
      '  Run by: runner (systemd cronkeeper-default.service, proven), pid 812, since Mon 09:00.',
      'WHEN               RUNS  JOB     WILL RUN',
      'Mon 03:00            1×  report  ✓ yes',
      '20:00 – Mon 08:00   13×  poll    ✓ yes',
      '',
    ].join('\n'),
  );
  assert.match(told({ readiness: { ...readiness, by: { ...by, service: null } } }), /by hand/);
  assert.match(told({ paused: 2 }), /2 jobs paused/);
});

test('what will not run comes with its jobs, its reason and the command that mends it', () => {
  const jobs = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ id: name, name }));
  const text = told({
    verdict: { isGood: false, occurrences: 20, willRun: 1, willNotRun: 18, unknown: 1 },
    obstacles: [
      {
        code: 'cwd_missing',
        message: 'the folder "/x" is gone',
        remedy: { kind: 'command', text: 'mkdir -p -- /x' },
        occurrences: 18,
        jobs,
        jobCount: 6,
      },
      {
        code: 'capability_missing',
        message: 'readable=/mail is not met',
        remedy: null,
        occurrences: 1,
        jobs: [{ id: 'a', name: 'a\u001b[31m' }],
        jobCount: 1,
      },
    ],
    jobs: [
      line('a', { occurrences: 3, willRun: 0, willNotRun: 3 }),
      line('b', { willRun: 0, unknown: 1 }),
      line('c', { occurrences: 2, willRun: 1, willNotRun: 1 }),
    ],
    omittedJobs: 7,
  });
  assert.match(text, /^✗ 18 of 20 will NOT run until Mon 08:00 \(UTC\); 1 may not, 1 will\.$/m);
  assert.match(text, /^ {2}a, b, c, d, e and 1 more, 18 times: The folder "\/x" is gone\.$/m);
  assert.match(text, /^ {4}→ mkdir -p -- \/x$/m);
  assert.match(text, /readable=\/mail is not met\./);
  assert.ok(!text.includes('\u001b'));
  assert.match(text, /✗ no$/m);
  assert.match(text, /\? not known$/m);
  assert.match(text, /✗ only 1 of them$/m);
  assert.match(text, /… and 7 more jobs\./);
});

test('what nobody could say is no good news, and it is told why', () => {
  const text = told({
    verdict: { isGood: false, occurrences: 2, willRun: 0, willNotRun: 0, unknown: 2 },
    probe: { state: 'unanswered', receipt: null, at: null, message: 'It said nothing' },
  });
  assert.match(text, /^\? 2 of 2 may not run until/);
  assert.match(text, /It said nothing\./);
});

test('with nothing due it says so, and warns when nobody would run anything', () => {
  const nothing = { isGood: true, occurrences: 0, willRun: 0, willNotRun: 0, unknown: 0 };
  assert.equal(told({ verdict: nothing, jobs: [] }), '✓ Nothing is due until Mon 08:00 (UTC).\n');
  const { warnings } = presentTonight(
    evening({ verdict: nothing, jobs: [], readiness: absent }),
    view,
  );
  assert.match(warnings, /NOTHING WILL RUN/);
});

test('a timer says that it is one', () => {
  const timer = { ...readiness, code: 'will_run_by_timer', message: 'A timer runs them' } as const;
  assert.match(told({ readiness: timer }), /^ {2}A timer runs them\.$/m);
});

test('what the machine will do is told with its time, and in full only when asked', () => {
  const note = {
    code: 'machine_stops',
    at: at(2),
    stopsAt: at(2),
    message: 'It goes down',
  } as const;
  const remedy = { kind: 'advice', text: 'Call it off: shutdown -c' } as const;
  const battery = { code: 'on_battery', at: null, stopsAt: null, message: 'Battery.' } as const;
  const outlook = {
    notes: [
      { ...note, remedy },
      { ...battery, remedy: null },
    ],
    unknown: ['lid'],
  };
  const text = told({ outlook });
  assert.match(text, /^⚠ Mon 02:00: It goes down\.$/m);
  assert.match(text, /^ {2}→ Call it off: shutdown -c$/m);
  assert.match(text, /^⚠ Battery\.$/m);
  assert.ok(!text.includes('Not known'));
  assert.match(told({ outlook }, { verbose: true }), /Not known of the machine: lid\./);
});

test('twenty reasons are shown, and all of them when asked', () => {
  const obstacles = Array.from({ length: 25 }, (_, index) => ({
    code: 'command_not_found' as const,
    message: `no ${index}`,
    remedy: null,
    occurrences: 1,
    jobs: [{ id: 'a', name: 'a' }],
    jobCount: 1,
  }));
  assert.match(told({ obstacles, omittedObstacles: 2 }), /… and 7 more reasons\./);
  assert.match(told({ obstacles }, { verbose: true }), /No 24\./);
});

test('twenty jobs are shown, and all of them when asked', () => {
  const jobs = Array.from({ length: 25 }, (_, index) => line(`job ${index}`));
  assert.match(told({ jobs }), /… and 5 more jobs\./);
  assert.match(told({ jobs }, { verbose: true }), /job 24/);
});

const tally = (
  name: string,
  fields: Partial<MorningAnswer['failed'][number]> = {},
): MorningAnswer['failed'][number] => ({
  job: { id: name, name },
  rows: 1,
  occurrences: 1,
  outcome: 'failed',
  reason: 'exit_nonzero',
  first: at(3),
  last: at(3),
  lastRun: 'run',
  message: null,
  ...fields,
});
const counts = {
  succeeded: 0,
  failed: 0,
  missed: 0,
  refused: 0,
  skipped: 0,
  running: 0,
  queued: 0,
  undecided: 0,
};
const dawn = (fields: Partial<MorningAnswer> = {}): MorningAnswer => ({
  profile: 'default',
  since: at(20),
  until: at(8),
  readiness,
  counts,
  night: [],
  succeeded: [],
  failed: [],
  missed: [],
  refused: [],
  skipped: [],
  omittedLines: 0,
  running: [],
  needs: [],
  warnings: [],
  ...fields,
});
const morningView = { ...view, columns: 120, now: Date.UTC(2026, 10, 23, 8) };
const toldOf = (fields: Partial<MorningAnswer> = {}, more: Partial<View> = {}): string =>
  presentMorning(dawn(fields), { ...morningView, ...more }).text;

test('a quiet night and a good one', () => {
  assert.equal(toldOf(), '✓ Nothing was due since Sun 20:00 (UTC).\nNothing needs you.\n');
  assert.equal(
    toldOf({ counts: { ...counts, succeeded: 9 } }),
    '✓ 9 of 9 ran well since Sun 20:00 (UTC).\nNothing needs you.\n',
  );
});

test('what did not run, what happened meanwhile, what still runs and what is to be done, in this order', () => {
  const base = {
    until: at(5, 30),
    bootedAt: null,
    ms: null,
    count: 1,
    words: null,
    role: null,
    pid: null,
  };
  const text = toldOf({
    counts: {
      ...counts,
      succeeded: 7,
      failed: 1,
      missed: 3,
      refused: 1,
      skipped: 1,
      running: 2,
      undecided: 1,
    },
    failed: [tally('report', { message: 'Exit code 137: probably ended by signal 9.' })],
    refused: [tally('mail', { reason: 'capability_missing' })],
    missed: [tally('poll', { occurrences: 3, first: at(3), last: at(5), reason: 'asleep' })],
    skipped: [tally('slow', { reason: null })],
    night: [
      { ...base, kind: 'asleep', from: at(2, 10) },
      { ...base, kind: 'paused', from: at(2, 10), ms: 60_000, count: 2 },
      { ...base, kind: 'stepped', from: at(2, 10), ms: -60_000 },
      { ...base, kind: 'stepped', from: at(2, 10), ms: 60_000 },
      { ...base, kind: 'restarted', from: at(2, 10), bootedAt: at(5, 29), words: 'without notice' },
      { ...base, kind: 'restarted', from: at(2, 10) },
      { ...base, kind: 'unowned', from: at(2, 10), until: null, words: 'it was stopped' },
      { ...base, kind: 'changed', from: at(2, 10), role: 'gateway', pid: 9 },
      { ...base, kind: 'changed', from: at(2, 10) },
    ],
    running: [{ run: 'r', job: { id: 'long', name: 'long' }, startedAt: at(7) }],
    needs: [
      {
        code: 'exit_nonzero',
        message: 'report failed.',
        remedy: { kind: 'command', text: 'cronkeeper logs R' },
        job: { id: 'report', name: 'report', lastRun: 'R' },
      },
    ],
  });
  assert.equal(
    text,
    `✗ 7 of 8 ran well since Sun 20:00 (UTC); 1 due and decided by nobody, 1 failed, 1 refused, 3 missed, 1 skipped.
Failed:
  report, 03:00: Exit code 137: probably ended by signal 9.
Refused:
  mail, 03:00: capability missing.
Missed:
  poll, 3 times, 03:00 – 05:00: asleep.
Skipped:
  slow, 03:00.
Meanwhile:
  02:10 – 05:30: the machine was asleep.
  02:10 – 05:30: the scheduler was stopped or starved, 2 times, 1 min in all.
  02:10: the clock was set back by 1 min.
  02:10: the clock was set forward by 1 min.
  02:10 – 05:30: the machine restarted (without notice), up again 05:29; jobs ran again from 05:30 on.
  02:10 – 05:30: the machine restarted; jobs ran again from 05:30 on.
  02:10 – now: nothing ran the jobs (it was stopped).
  02:10: gateway (pid 9) ran the jobs from then on.
  02:10: another (pid ?) ran the jobs from then on.
Still running: long since 07:00 and 1 more.
Needs you:
  report failed.
    → cronkeeper logs R
`,
  );
});

test('long lists are cut for a person and whole with -v', () => {
  const failed = Array.from({ length: 15 }, (_, index) => tally(`job ${index}`));
  const nap = {
    kind: 'asleep',
    from: at(2),
    until: at(3),
    bootedAt: null,
    ms: 1,
    count: 1,
    words: null,
    role: null,
    pid: null,
  } as const;
  const night = Array.from({ length: 15 }, () => nap);
  const answer = { counts: { ...counts, failed: 15 }, failed, night, succeeded: [tally('good')] };
  assert.match(toldOf(answer), /… and 3 more; see them with -v\./);
  assert.match(toldOf(answer), /3 earlier ones; see them with -v\./);
  assert.ok(!toldOf(answer).includes('good'));
  const whole = toldOf(answer, { verbose: true });
  assert.ok(
    whole.includes('job 14') && whole.includes('Succeeded:\n  good') && !whole.includes('more;'),
  );
});
