import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type {
  HolderAnswer,
  InstanceAnswer,
  ProvenanceAnswer,
  ReadinessAnswer,
  StatusAnswer,
} from '../../../operations/answers.ts';
import { renderStatus, serviceWords } from './status.ts';
import type { View } from './view.ts';
import { displayWidth } from './width.ts';

/** Wednesday, 25 November 2026, 09:18 in Berlin. */
const now = Date.UTC(2026, 10, 25, 8, 18);
const view: View = {
  columns: 200,
  color: false,
  now,
  zone: 'Europe/Berlin',
  verbose: false,
  profile: 'la',
};
const monday = '2026-11-23T08:00:00.000Z';

const proven: ProvenanceAnswer = {
  level: 'proven',
  service: 'systemd-system/cronkeeper-default.service',
  chain: [],
  words: '',
  facts: [],
  ageMs: 4_000,
};
const holder: HolderAnswer = {
  instanceId: '01JZ',
  role: 'runner',
  pid: 812,
  host: 'attic',
  provenance: proven,
  epoch: 7,
  since: monday,
  heartbeatAgeMs: 900,
};
const by = {
  instanceId: '01JZ',
  role: 'runner' as const,
  pid: 812,
  host: 'attic',
  service: 'cronkeeper-default.service',
  level: 'proven',
  since: monday,
};
const good: ReadinessAnswer = {
  willRun: true,
  code: 'will_run',
  message: 'The runner (pid 812 on attic) runs them.',
  remedy: null,
  by,
};
const absent: ReadinessAnswer = {
  willRun: false,
  code: 'owner_absent',
  message: 'no scheduler is active for profile "la"',
  remedy: { kind: 'command', text: 'cronkeeper runner -p la' },
  by: null,
};
const backend = { state: 'absent' as const, instances: [], detail: '' };
const healthy: StatusAnswer = {
  profile: 'la',
  readiness: good,
  appointment: {
    version: 1,
    kind: 'auto',
    rule: ['auto'],
    words: 'whoever is most proven (auto)',
    actor: 'cli:anna',
    reason: null,
    at: monday,
  },
  holder,
  instances: [],
  foreignTimers: [],
  backends: {
    gateway: backend,
    runner: backend,
    timer: backend,
    dashboard: backend,
    desktop: backend,
    foreign: backend,
  },
  jobs: {
    enabled: 13,
    paused: 1,
    pending: 0,
    done: 0,
    overdue: 0,
    nextFireAt: '2026-11-25T08:30:00.000Z',
    nextJob: { id: '01JX', name: 'report' },
    oldestOverdueMs: 0,
    failing: 0,
    failingJobs: [],
  },
  services: [],
  requestsWaiting: 0,
  deferred: [],
  unread: 0,
  running: 0,
  warnings: [],
};
const instance = (
  role: InstanceAnswer['role'],
  standing: InstanceAnswer['standing'],
): InstanceAnswer => ({
  instanceId: '01JY',
  role,
  pid: 900,
  host: 'attic',
  startedAt: monday,
  version: '1.0.0',
  url: null,
  command: 'cronkeeper dashboard',
  standing,
  reasonCode: null,
  reason: null,
  provenance: { ...proven, level: 'unknown', service: null },
  seenAt: monday,
  program: 'cronkeeper',
  port: null,
});

test('jobs that failed last time are told by name, and how to look into them', () => {
  const failingJobs = [
    { id: '01JA', name: 'a' },
    { id: '01JB', name: 'b' },
  ];
  const shown = (failing: number, jobs: typeof failingJobs) =>
    renderStatus({ ...healthy, jobs: { ...healthy.jobs, failing, failingJobs: jobs } }, view).split(
      '\n',
    );
  assert.ok(
    shown(1, failingJobs.slice(0, 1)).includes(
      '  1 job failed last time: a.  See: cronkeeper logs 01JA -p la',
    ),
  );
  assert.ok(
    shown(5, failingJobs).includes(
      '  5 jobs failed last time: a, b and 3 more.  See: cronkeeper list -p la',
    ),
  );
  assert.match(
    shown(100, failingJobs).join('\n'),
    /100 jobs failed last time: a, b and 98 or more\./,
  );
  assert.doesNotMatch(shown(0, []).join(''), /failed/);
});

test('a healthy profile is told in three lines, in the order of the questions', () => {
  const desktops = [1, 2, 3].map(() => instance('desktop', 'delegator'));
  assert.equal(
    renderStatus({ ...healthy, instances: desktops }, view),
    [
      '✓ Jobs will run.  runner (systemd cronkeeper-default.service, proven), pid 812, since Mon 09:00',
      '  Next: report in 12 min (09:30 Berlin).  14 jobs, 1 paused.',
      '  Also here: 3 desktop dashboards; they ask, they do not run.',
      '',
    ].join('\n'),
  );
});

test('schedulers of another program are named with pid and port, apart from our company', () => {
  const foreign = (role: InstanceAnswer['role'], pid: number, port: number | null) => ({
    ...instance(role, 'foreign'),
    program: 'hermes',
    pid,
    port,
  });
  const shown = renderStatus(
    {
      ...healthy,
      instances: [
        instance('desktop', 'delegator'),
        foreign('gateway', 41, null),
        foreign('desktop', 42, 9120),
      ],
      foreignTimers: [
        { program: 'hermes', name: 'hermes-tick.timer', file: '/x', isEnabled: false },
      ],
    },
    view,
  );
  assert.deepEqual(shown.split('\n').slice(2), [
    '  Also here: 1 desktop dashboard; it asks, it does not run.',
    '  Hermes schedules its own jobs here, not ours: gateway pid 41, desktop pid 42 (port 9120), hermes-tick.timer (not enabled).',
    '',
  ]);
});

const firstLines = [
  {
    name: 'a gateway under launchd',
    status: {
      ...healthy,
      readiness: { ...good, by: { ...by, role: 'gateway' as const } },
      holder: {
        ...holder,
        provenance: { ...proven, service: 'launchd-agent/dev.cronkeeper.gateway.la' },
      },
    },
    line: '✓ Jobs will run.  gateway (launchd dev.cronkeeper.gateway.la, proven), pid 812, since Mon 09:00',
  },
  {
    name: 'a runner started in a terminal',
    status: {
      ...healthy,
      readiness: { ...good, by: { ...by, service: null, level: 'unknown' } },
      holder: { ...holder, provenance: { ...proven, service: null, level: 'unknown' as const } },
    },
    line: '✓ Jobs will run.  runner (started by hand, not a service), pid 812, since Mon 09:00',
  },
  {
    name: 'a timer',
    status: {
      ...healthy,
      holder: null,
      readiness: {
        ...good,
        code: 'will_run_by_timer' as const,
        message: 'A timer runs them: the last tick was 12 s ago.',
      },
    },
    line: '✓ Jobs will run, by timer.  A timer runs them: the last tick was 12 s ago.',
  },
  {
    name: 'nobody',
    status: { ...healthy, holder: null, readiness: absent },
    line: '✗ Jobs will NOT run.  No scheduler is active for profile "la".',
  },
];
for (const { name, status, line } of firstLines) {
  test(`the first line tells ${name}`, () => {
    assert.equal(renderStatus(status, view).split('\n')[0], line);
  });
}

test('without a scheduler the second line is the command that starts one', () => {
  const [, second] = renderStatus({ ...healthy, holder: null, readiness: absent }, view).split(
    '\n',
  );
  assert.equal(second, '  → cronkeeper runner -p la');
});

test('several schedulers are a warning with its remedy, after everything else', () => {
  const warnings = [
    {
      code: 'several_schedulers' as const,
      message: 'hermes gateway (pid 77) tries to run jobs too.',
      remedy: { kind: 'command' as const, text: 'cronkeeper doctor -p la' },
    },
  ];
  const lines = renderStatus({ ...healthy, warnings }, view)
    .trimEnd()
    .split('\n');
  assert.deepEqual(lines.slice(-2), [
    '⚠ hermes gateway (pid 77) tries to run jobs too.',
    '  → cronkeeper doctor -p la',
  ]);
});

test('what is overdue, running and waiting is told', () => {
  const jobs = { ...healthy.jobs, overdue: 2, oldestOverdueMs: 65_000 };
  const text = renderStatus({ ...healthy, jobs, running: 1, requestsWaiting: 1 }, view);
  assert.match(
    text,
    /Now: 1 run in progress, 1 request waiting, 2 jobs overdue, the oldest by 1 min 5 s\./,
  );
});

const inside = /\b(?:lease|epoch|standing|delegator|level)\b/i;

test('inner words appear only when more is asked for', () => {
  const instances = [
    instance('desktop', 'delegator'),
    instance('gateway', 'standby'),
    instance('dashboard', 'ineligible'),
  ];
  assert.doesNotMatch(renderStatus({ ...healthy, instances }, view), inside);
  assert.match(renderStatus({ ...healthy, instances }, { ...view, verbose: true }), inside);
});

for (const columns of [40, 80, 200]) {
  test(`at ${columns} columns a healthy profile takes at most ten lines that fit`, () => {
    const instances = [instance('desktop', 'delegator'), instance('gateway', 'standby')];
    const lines = renderStatus({ ...healthy, instances }, { ...view, columns })
      .trimEnd()
      .split('\n');
    assert.ok(lines.length <= 10, lines.join('\n'));
    for (const line of lines) assert.ok(displayWidth(line) <= columns, line);
  });
}

test('a hostile name of the next job cannot forge the screen', () => {
  const nextJob = { id: '01JX', name: '\u001b[2J\n✓ Jobs will run.\u202e' };
  const text = renderStatus({ ...healthy, jobs: { ...healthy.jobs, nextJob } }, view);
  assert.equal(text.split('\n').length, 3);
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});

test('colour adds nothing but colour', () => {
  const colored = renderStatus(healthy, { ...view, color: true });
  assert.ok(colored.includes('\u001b[32m'));
  assert.equal(stripVTControlCharacters(colored), renderStatus(healthy, view));
});

test('a service is named with its manager in one word', () => {
  assert.equal(
    serviceWords('systemd-user/cronkeeper-la.service'),
    'systemd user cronkeeper-la.service',
  );
  assert.equal(serviceWords('launchd-daemon/dev.cronkeeper.la'), 'launchd dev.cronkeeper.la');
  assert.equal(serviceWords('cronkeeper-la.service'), 'systemd cronkeeper-la.service');
});

test('what is put off says until when and why, the soonest first', () => {
  const put = (name: string, minute: number) => ({
    run: name,
    job: { id: name, name },
    until: new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString(),
    reason: 'rate_limited' as const,
    message: 'Later.',
  });
  const deferred = [5, 4, 3, 2, 1, 0, 9].map((minute) => put(`job-${minute}`, minute));
  const text = renderStatus({ ...healthy, deferred }, view);
  assert.match(text, /job-0 waits until .*\(rate limited\)\.\n {2}job-1 waits/);
  assert.match(text, /And 2 runs more\./);
});
