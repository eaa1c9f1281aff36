import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleJob } from '../../test/samples.ts';
import { type EveningView, expectations, verdictOf } from './evening.ts';
import { obstacleRemedy } from './evening-remedies.ts';
import { nextFireOf } from './firing.ts';
import { hourMs } from './instant.ts';
import { definitionDefaults, type HttpAction, type Job, type JobDefinition } from './job.ts';
import type { OutlookNote } from './outlook.ts';
import type { Findings } from './probe.ts';
import type { Readiness } from './readiness.ts';
import type { ReasonCode } from './refusal.ts';
import { type Upcoming, upcomingOf } from './upcoming.ts';

const now = Date.UTC(2026, 10, 22, 20);
const until = now + 12 * hourMs;

function jobOf(id: string, extra: Partial<JobDefinition> = {}): Job {
  const definition: JobDefinition = {
    ...definitionDefaults,
    name: id,
    schedule: { kind: 'every', everyMs: hourMs, anchor: now },
    action: { kind: 'command', argv: ['x'], shell: false },
    cwd: '/',
    env: {},
    ...extra,
  };
  return sampleJob(definition, {
    id,
    profile: 'la',
    nextFireAt: nextFireOf(definition, now),
    createdAt: now,
    updatedAt: now,
  });
}

const upcoming: readonly Upcoming[] = [jobOf('one'), jobOf('two')].flatMap(
  (job) => upcomingOf(job, now, until) ?? [],
);
const good: Readiness = {
  willRun: true,
  code: 'will_run',
  message: 'The runner runs them.',
  remedy: null,
  by: null,
};
const findings: Findings = { at: now, jobs: 2, unmet: [], unknown: [] };
const view: EveningView = { now, until, readiness: good, findings, notes: [] };
const stop = (stopsAt: number | null): OutlookNote => ({
  code: 'machine_stops',
  at: stopsAt,
  stopsAt,
  message: 'It goes down.',
  remedy: null,
});
const verdict = (more: Partial<EveningView>) =>
  verdictOf(expectations(upcoming, { ...view, ...more }));

test('everything runs when the owner found nothing in the way', () => {
  assert.deepEqual(verdict({}), { occurrences: 24, willRun: 24, willNotRun: 0, unknown: 0 });
  assert.deepEqual(verdictOf([]), { occurrences: 0, willRun: 0, willNotRun: 0, unknown: 0 });
});

test('without an owner nothing runs, and that is the reason', () => {
  const readiness: Readiness = {
    ...good,
    willRun: false,
    code: 'owner_absent',
    message: 'Nobody.',
  };
  const expected = expectations(upcoming, { ...view, readiness, findings: null });
  assert.equal(verdictOf(expected).willNotRun, 24);
  for (const { obstacles } of expected)
    assert.deepEqual(obstacles, [{ code: 'owner_absent', message: 'Nobody.' }]);
});

test('a job with something in its way does not run, and everything in its way is named', () => {
  const unmet = [
    { code: 'command_not_found', message: 'No x.', jobIds: ['one'] },
    { code: 'capability_missing', message: 'No mail.', jobIds: ['one', 'gone'] },
  ] as const;
  const [one, two] = expectations(upcoming, { ...view, findings: { ...findings, unmet } });
  assert.equal(one?.willNotRun, 12);
  assert.deepEqual(
    one.obstacles.map(({ code }) => code),
    ['command_not_found', 'capability_missing'],
  );
  assert.equal(two?.willRun, 12);
});

test('of what the owner did not look at nobody claims that it runs', () => {
  assert.deepEqual(verdict({ findings: null }), {
    occurrences: 24,
    willRun: 0,
    willNotRun: 0,
    unknown: 24,
  });
  const [one, two] = expectations(upcoming, {
    ...view,
    findings: { ...findings, unknown: ['two'] },
  });
  assert.equal(one?.willRun, 12);
  assert.equal(two?.unknown, 12);
  assert.equal(two.obstacles[0]?.code, 'not_probed');
});

test('of a job that was changed since the owner looked nobody claims that it runs', () => {
  assert.equal(verdict({ findings: { ...findings, at: now - 1 } }).unknown, 24);
  assert.equal(verdict({ findings: { ...findings, at: now + 1 } }).unknown, 0);
});

test('what fires before the machine goes down runs, what fires after does not; the earliest end counts', () => {
  const at = now + 6 * hourMs;
  const notes = [stop(null), stop(at + hourMs), stop(at), stop(at + 2 * hourMs)];
  const [one] = expectations(upcoming, { ...view, notes });
  assert.deepEqual([one?.willRun, one?.willNotRun], [5, 7]);
  assert.equal(one?.obstacles[0]?.code, 'machine_stops');
  assert.deepEqual(verdict({ notes: [stop(now)] }).willNotRun, 24);
  const [unsure] = expectations(upcoming, { ...view, notes, findings: null });
  assert.deepEqual([unsure?.willNotRun, unsure?.unknown, unsure?.obstacles.length], [7, 5, 2]);
});

test('a machine that goes down after the last run stops nothing', () => {
  const [one] = expectations(upcoming, { ...view, notes: [stop(until + 1)] });
  assert.deepEqual([one?.willRun, one?.obstacles], [12, []]);
});

const httpAction: HttpAction = {
  kind: 'http',
  method: 'GET',
  url: 'https://example.org/',
  headers: {},
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1_000,
};
const remedies: readonly (readonly [ReasonCode, Partial<JobDefinition>, string | null])[] = [
  ['cwd_missing', { cwd: '/a b' }, "command mkdir -p -- '/a b'"],
  ['cwd_missing', { cwd: "/it's" }, "command mkdir -p -- '/it'\\''s'"],
  [
    'command_not_executable',
    { action: { kind: 'command', argv: ['/bin/x'], shell: false } },
    'command chmod +x -- /bin/x',
  ],
  [
    'command_not_executable',
    { cwd: '/srv', action: { kind: 'command', argv: ['bin/x'], shell: false } },
    'command chmod +x -- /srv/bin/x',
  ],
  ['command_not_executable', {}, 'advice Make it executable where it is on the PATH of the job.'],
  [
    'command_not_executable',
    { action: httpAction },
    'advice Make it executable where it is on the PATH of the job.',
  ],
  ['command_not_found', {}, 'advice Install it'],
  ['capability_missing', {}, 'advice Provide it'],
  ['approval_pending', {}, 'command cronkeeper approve one -p la'],
  ['approval_stale', {}, 'command cronkeeper approve one -p la'],
  ['not_probed', {}, 'advice Ask again: cronkeeper tonight -p la'],
  ['asleep', {}, null],
  ['command_is_folder', { action: { kind: 'command', argv: [], shell: false } }, null],
];
for (const [code, extra, words] of remedies) {
  test(`of ${code} a person hears ${words ?? 'nothing that would help'}`, () => {
    const obstacle = { code, message: '' };
    const remedy = obstacleRemedy(obstacle, [jobOf('one', extra)]);
    if (words === null) assert.equal(remedy, null);
    else assert.ok(`${remedy?.kind} ${remedy?.text}`.startsWith(words), remedy?.text);
  });
}

test('advice names the job when there is one, and none when there are several or none', () => {
  const obstacle = { code: 'command_not_found', message: '' } as const;
  assert.match(obstacleRemedy(obstacle, [jobOf('one')])?.text ?? '', /edit one -p la/);
  assert.match(
    obstacleRemedy(obstacle, [jobOf('one'), jobOf('two')])?.text ?? '',
    /edit JOB -p la/,
  );
  const approval = { code: 'approval_pending', message: '' } as const;
  assert.match(
    obstacleRemedy(approval, [jobOf('one'), jobOf('two')])?.text ?? '',
    /each of them.*approve JOB -p la/,
  );
  assert.equal(obstacleRemedy(obstacle, []), null);
});
