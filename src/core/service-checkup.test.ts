import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRecord } from '../../test/samples.ts';
import { judgeServices } from './service-checkup.ts';
import type { ServiceRecord } from './service-record.ts';
import type { ServiceReport, ServiceState } from './service-report.ts';

const record: ServiceRecord = sampleRecord({
  manager: 'systemd-user',
  file: '/home/ana/.config/systemd/user/cronkeeper-la.service',
  sha256: '',
});
const known = (fields: Partial<Extract<ServiceState, { kind: 'known' }>> = {}): ServiceState => ({
  kind: 'known',
  isActive: true,
  isEnabled: true,
  words: 'active (running)',
  mainPid: 812,
  nextTickAt: null,
  file: record.file,
  ...fields,
});
const report = (state: ServiceState, changes: Partial<ServiceRecord> = {}): ServiceReport => ({
  record: { ...record, ...changes },
  state,
});

const system = { manager: 'systemd-system' } as const;

type Facts = {
  readonly reports?: readonly ServiceReport[];
  readonly hasManager?: boolean;
  readonly lingers?: boolean | null;
};
const judge = ({ reports = [], hasManager = true, lingers = null }: Facts) =>
  judgeServices({ profile: 'la', hasManager, reports, machine: { user: 'ana', lingers } });

const cases: readonly (readonly [
  name: string,
  facts: Facts,
  wrong: readonly (readonly [check: string, state: string, remedy: string])[],
])[] = [
  ['no manager, no service', { hasManager: false }, []],
  [
    'a manager, no service',
    {},
    [['service', 'warning', 'cronkeeper service install runner -p la']],
  ],
  ['a service of the system', { reports: [report(known(), system)] }, []],
  ['a service of a user who lingers', { reports: [report(known())], lingers: true }, []],
  ['a service of a user, lingering unknown', { reports: [report(known())] }, []],
  [
    'a service of a user who does not linger',
    { reports: [report(known())], lingers: false },
    [['linger', 'problem', 'loginctl enable-linger']],
  ],
  [
    'a service that is stopped',
    { reports: [report(known({ isActive: false, words: 'failed (failed)' }), system)] },
    [['service', 'problem', 'sudo cronkeeper service start runner -p la']],
  ],
  [
    'a service that does not start with the machine',
    { reports: [report(known({ isEnabled: false }), { ...system, role: 'gateway' })] },
    [['service', 'warning', 'sudo cronkeeper service install gateway --system --run-as ana -p la']],
  ],
  [
    'a service that the manager does not know',
    { reports: [report({ kind: 'unknown' }, system)] },
    [['service', 'problem', 'sudo cronkeeper service install runner --system --run-as ana -p la']],
  ],
  [
    'a dashboard that only asks, which is no owner',
    { reports: [report(known(), { ...system, role: 'dashboard', program: ['dashboard'] })] },
    [['service', 'warning', 'cronkeeper service install runner -p la']],
  ],
  [
    'a dashboard that schedules',
    { reports: [report(known(), { role: 'dashboard', program: ['dashboard', '--schedule'] })] },
    [],
  ],
  ['a service that is watched', { reports: [report(known({ hasWatchdog: true }), system)] }, []],
  [
    'a service that nobody watches',
    { reports: [report(known({ hasWatchdog: false }), system)] },
    [
      [
        'watchdog',
        'warning',
        'Take WatchdogSec out of what changes the unit: systemctl edit cronkeeper-la.service',
      ],
    ],
  ],
  [
    'a manager that is silent',
    { reports: [report({ kind: 'silent', why: 'no answer' }, system)] },
    [['service', 'warning', 'Ask it yourself: systemctl status cronkeeper-la.service']],
  ],
];
for (const [name, facts, wrong] of cases) {
  test(`${name}: ${wrong[0]?.[1] ?? 'nothing to mend'}`, () => {
    const findings = judge(facts);
    assert.deepEqual(
      findings
        .filter(({ state }) => state !== 'ok')
        .map(({ check, state, remedy }) => [check, state, remedy?.text]),
      wrong,
    );
    assert.deepEqual(
      [...new Set(findings.map(({ check }) => check))],
      ['service', 'linger', 'watchdog'],
    );
  });
}

const tick = { ...system, isTimer: true, unit: 'cronkeeper-tick-la.service' };
const asks = { ...system, role: 'dashboard', program: ['dashboard'], unit: 'd.service' } as const;
const said: readonly (readonly [name: string, facts: Facts, check: string, says: RegExp])[] = [
  ['a machine without a manager', { hasManager: false }, 'service', /no service manager/],
  ['a profile without a service', {}, 'service', /for profile "la", so nothing starts its owner/],
  [
    'a service that is kept',
    { reports: [report(known())] },
    'service',
    /^cronkeeper-la\.service is active \(running\), and starts again with the machine/,
  ],
  [
    'a service that is not enabled',
    { reports: [report(known({ isEnabled: false }))] },
    'service',
    /^cronkeeper-la\.service is active \(running\), but it does not start with the machine/,
  ],
  [
    'a service that is stopped',
    { reports: [report(known({ isActive: false, words: 'failed' }))] },
    'service',
    /^cronkeeper-la\.service is failed\.$/,
  ],
  [
    'a service that is gone',
    { reports: [report({ kind: 'unknown' })] },
    'service',
    /^cronkeeper-la\.service was installed, but .* not know it/,
  ],
  ['no service at all', {}, 'linger', /^No service depends on whether somebody is logged in/],
  [
    'a service of the machine',
    { reports: [report(known(), system)], lingers: false },
    'linger',
    /^No service depends on/,
  ],
  [
    'a user who lingers',
    { reports: [report(known(), system), report(known())], lingers: true },
    'linger',
    /^Services of ana run while nobody is logged in/,
  ],
  [
    'a user who does not linger',
    { reports: [report(known())], lingers: false },
    'linger',
    /^Services of ana end when it logs out/,
  ],
  [
    'an agent of launchd beside a daemon',
    {
      reports: [
        report(known(), { manager: 'launchd-daemon' }),
        report(known(), { manager: 'launchd-agent' }),
      ],
    },
    'linger',
    /while ana is logged in; .* --system/,
  ],
  ['no service at all', {}, 'watchdog', /^No service is kept/],
  [
    'a timer, of which nothing is kept',
    { reports: [report(known({ hasWatchdog: false }), tick)] },
    'watchdog',
    /^No service is kept/,
  ],
  [
    'a dashboard that only asks',
    { reports: [report(known({ hasWatchdog: false }), asks)] },
    'watchdog',
    /^No service is kept/,
  ],
  [
    'the first of several that are kept',
    {
      reports: [report(known(), asks), report(known()), report(known(), { unit: 'other.service' })],
    },
    'watchdog',
    /^A hanging cronkeeper-la\.service is replaced by its manager/,
  ],
  [
    'a service of launchd',
    { reports: [report(known(), { manager: 'launchd-daemon', unit: 'dev.la' })] },
    'watchdog',
    /^launchd has no watchdog: a hanging dev\.la is replaced by a standby only/,
  ],
  [
    'a service whose watchdog is off',
    { reports: [report(known({ hasWatchdog: false }))] },
    'watchdog',
    /cronkeeper-la\.service would not notice that it hangs/,
  ],
];
for (const [name, facts, check, says] of said) {
  test(`a person hears of ${name}, as to ${check}`, () => {
    const finding = judge(facts).find((one) => one.check === check);
    assert.match(finding?.message ?? '', says);
  });
}

const asked = [
  ['systemd-system', 'systemctl status u'],
  ['systemd-user', 'systemctl --user status u'],
  ['launchd-agent', 'launchctl list u'],
  ['launchd-daemon', 'sudo launchctl list u'],
] as const;
for (const [manager, words] of asked) {
  test(`who asks ${manager} why it is silent asks where it answers`, () => {
    const silent = report({ kind: 'silent', why: 'timed out' }, { manager, unit: 'u' });
    const [finding] = judge({ reports: [silent] });
    assert.match(finding?.message ?? '', /manager of u did not answer: timed out\./);
    assert.equal(finding?.remedy?.text, `Ask it yourself: ${words}`);
  });
}

test('the unit of a user is changed in the manager of that user', () => {
  const found = judge({ reports: [report(known({ hasWatchdog: false }))] });
  const { remedy } = found.find(({ check }) => check === 'watchdog') ?? { remedy: null };
  assert.match(remedy?.text ?? '', /: systemctl --user edit cronkeeper-la\.service$/);
});

test('lingering can be mended, and under launchd nobody watches a process that hangs', () => {
  const base = { profile: 'la', hasManager: true, machine: { user: 'ana', lingers: false } };
  const linger = judgeServices({ ...base, reports: [report(known())] });
  assert.deepEqual(
    linger.map(({ check, mend }) => [check, mend]),
    [
      ['service', null],
      ['linger', 'linger'],
      ['watchdog', null],
    ],
  );
  const mac = [report(known(), { manager: 'launchd-agent', unit: 'dev.cronkeeper.runner.la' })];
  const found = judgeServices({ ...base, reports: mac });
  assert.deepEqual(
    found
      .filter(({ state }) => state === 'warning')
      .map(({ check, remedy }) => [check, remedy?.text]),
    [
      [
        'watchdog',
        "Keep a second one that stands by: cronkeeper owner appoint service launchd-agent/dev.cronkeeper.runner.la --then 'service launchd-agent/dev.cronkeeper.gateway.la' -p la and cronkeeper service install gateway --user -p la",
      ],
    ],
  );
});
