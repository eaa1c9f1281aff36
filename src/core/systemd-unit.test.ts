import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isExecutable, refuseUnfit } from './service-fitness.ts';
import { isMarkedFor, marksText, readMarks } from './service-marks.ts';
import { planService, servicePath } from './service-plan.ts';
import { hardening } from './systemd-hardening.ts';
import { commandLine, pathWord, unitWord } from './systemd-quoting.ts';
import { systemdFiles } from './systemd-unit.ts';

const about = {
  manager: 'systemd-system',
  role: 'runner',
  profile: 'la',
  isTimer: false,
  user: 'ana',
  userFolder: '/home/ana',
  home: '/home/ana/.cronkeeper',
  node: '/usr/bin/node',
  bundle: '/opt/ck/dist/cronkeeper.js',
  path: '/usr/bin:/bin',
} as const;

test('a unit is one process, the scheduler itself, by absolute paths', () => {
  const [file] = systemdFiles(planService(about));
  assert.equal(file?.path, '/etc/systemd/system/cronkeeper-la.service');
  const lines = file?.text.split('\n') ?? [];
  for (const line of [
    'ExecStart="/usr/bin/node" "/opt/ck/dist/cronkeeper.js" "runner" "-p" "la" "--home" "/home/ana/.cronkeeper"',
    'User=ana',
    'Type=notify',
    'WatchdogSec=15',
    'WatchdogSignal=SIGKILL',
    'Restart=always',
    'StartLimitIntervalSec=0',
    'KillMode=process',
    'Environment="PATH=/usr/bin:/bin"',
    'WantedBy=multi-user.target',
  ])
    assert.ok(lines.includes(line), line);
});

test('what executes jobs shares /tmp with them and with its successor', () => {
  for (const role of ['runner', 'gateway', 'dashboard'] as const) {
    const text = hardening(planService({ ...about, role })).join('\n');
    assert.doesNotMatch(text, /PrivateTmp|ProtectSystem=strict\n.*ReadWritePaths=.*runner/);
    assert.equal(/^ProtectHome=/m.test(text), role === 'dashboard');
  }
});

test('a dashboard may send what nobody else is alive to send', () => {
  const asking = hardening(planService({ ...about, role: 'dashboard' })).join('\n');
  assert.doesNotMatch(asking, /IPAddressDeny|PrivateNetwork/);
  assert.match(asking, /RestrictAddressFamilies=.*AF_INET6/);
});

test('a dashboard that schedules executes jobs, so its unit lets it do what a runner may', () => {
  const runner = planService({ ...about });
  const dashboard = planService({ ...about, role: 'dashboard', schedules: true, port: 8080 });
  assert.deepEqual(hardening(dashboard), hardening(runner));
  assert.match(dashboard.program.join(' '), / dashboard --no-open --schedule --port 8080 -p la /);
  const asking = planService({ ...about, role: 'dashboard' });
  assert.match(asking.program.join(' '), / dashboard --no-open -p la /);
  assert.deepEqual(
    [runner, dashboard, asking].map(({ schedules }) => schedules),
    [true, true, false],
  );
});

/** The lines of the section of this name. */
const sectionOf = (text: string, name: string): readonly string[] => {
  const [, rest = ''] = text.split(`\n[${name}]\n`);
  return (rest.split('\n\n')[0] ?? '').split('\n');
};

const ofUser = { ...about, manager: 'systemd-user' } as const;
const timer = { ...about, isTimer: true } as const;

/** What a unit promises, and by which line of which section. */
const promises = [
  ['says what it is', about, 0, 'Unit', 'Description=cronkeeper runner of profile la'],
  [
    'waits for network, clock and bus',
    about,
    0,
    'Unit',
    'After=network-online.target time-sync.target dbus.service',
  ],
  ['is started again for ever', about, 0, 'Unit', 'StartLimitIntervalSec=0'],
  ['is started again at once', about, 0, 'Service', 'RestartSec=1'],
  ['hears also of the processes that it makes', about, 0, 'Service', 'NotifyAccess=all'],
  ['has time to begin', about, 0, 'Service', 'TimeoutStartSec=300'],
  ['has time to end', about, 0, 'Service', 'TimeoutStopSec=30'],
  ['outlives a run that takes all memory', about, 0, 'Service', 'OOMPolicy=continue'],
  ['leaves no memory with secrets behind', about, 0, 'Service', 'LimitCORE=0'],
  ['begins with the machine', about, 0, 'Install', 'WantedBy=multi-user.target'],
  ['begins with the user', ofUser, 0, 'Install', 'WantedBy=default.target'],
  ['says that it ticks', timer, 0, 'Unit', 'Description=cronkeeper tick of profile la'],
  ['ends without its runs', timer, 0, 'Service', 'KillMode=process'],
  ['says what it is', timer, 1, 'Unit', 'Description=cronkeeper timer of profile la'],
  ['is exact', timer, 1, 'Timer', 'AccuracySec=1s'],
  ['starts the unit beside it', timer, 1, 'Timer', 'Unit=cronkeeper-tick-la.service'],
  ['begins with the machine', timer, 1, 'Install', 'WantedBy=timers.target'],
] as const;
for (const [name, plan, index, section, line] of promises) {
  const file = systemdFiles(planService(plan))[index];
  test(`${file?.path} ${name}`, () =>
    assert.ok(sectionOf(file?.text ?? '', section).includes(line), `${line}\n${file?.text}`));
}

test('only what is kept may fail as often as it likes, and only the machine has a bus to wait for', () => {
  const [kept, own, ticking] = [about, ofUser, timer].map((plan) =>
    sectionOf(systemdFiles(planService(plan))[0]?.text ?? '', 'Unit').map(
      (line) => line.split('=')[0],
    ),
  );
  assert.deepEqual(kept, ['Description', 'After', 'StartLimitIntervalSec']);
  assert.deepEqual(own, ['Description', 'StartLimitIntervalSec']);
  assert.deepEqual(ticking, ['Description', 'After']);
});

test('a service that is kept has no timer', () =>
  assert.equal(systemdFiles(planService(about)).length, 1));

test('each file says who wrote it and how to change it, and bears the marks of its service', () => {
  for (const { text } of systemdFiles(planService(timer))) {
    const comments = text.split('\n').filter((line) => line.startsWith('#'));
    assert.match(comments.join('\n'), /service install"; .*uninstall.*\n.*systemctl edit/);
    const { home, user, profile, role } = about;
    assert.deepEqual(readMarks(text), { home, user, profile, role });
  }
});

test('a unit of a user names no user, and starts with the session', () => {
  const [file] = systemdFiles(planService({ ...about, manager: 'systemd-user' }));
  assert.equal(file?.path, '/home/ana/.config/systemd/user/cronkeeper-la.service');
  assert.doesNotMatch(file?.text ?? '', /^(User=ana|ProtectSystem=|PrivateDevices=)/m);
  assert.match(file?.text ?? '', /^WantedBy=default\.target$/m);
});

test('a timer makes up for what it missed, which it can only by calendar', () => {
  const [unit, timer] = systemdFiles(planService({ ...about, isTimer: true }));
  assert.match(unit?.text ?? '', /^Type=exec$/m);
  assert.match(unit?.text ?? '', /"tick" "-p" "la"/);
  assert.doesNotMatch(unit?.text ?? '', /Restart=|WatchdogSec=|WantedBy=/);
  assert.equal(timer?.path, '/etc/systemd/system/cronkeeper-tick-la.timer');
  assert.match(timer?.text ?? '', /^OnCalendar=minutely\nPersistent=true$/m);
});

test('no value leaves its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      for (const word of [unitWord(value), commandLine([value, value]), pathWord(value) ?? '""']) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        assert.doesNotMatch(word, /[\u0000-\u001f\u007f]/);
        assert.match(word, /^".*"$/);
        assert.doesNotMatch(word.replaceAll('%%', ''), /%/);
      }
    }),
  );
});

test('marks read as they were written, whatever is in them, and only from their own section', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (home, user) => {
      const marks = { home, user, profile: 'la', role: 'runner' } as const;
      const text = `[Service]\nHome="/elsewhere"\n\n${marksText(marks)}\n`;
      assert.deepEqual(readMarks(text), marks);
      assert.equal(isMarkedFor(marks, planService({ ...about, home })), true);
      assert.equal(isMarkedFor(marks, planService({ ...about, home: `${home}/x` })), false);
    }),
  );
  for (const text of ['', '[Service]\nExecStart=/bin/true\n', '[X-Cronkeeper]\nHome=1\n'])
    assert.equal(readMarks(text), null);
});

test('what systemd would not start, or would understand differently, is refused', () => {
  assert.ok(isExecutable('/opt/with space/100%/node'));
  for (const path of ['node', "/opt/it's/node", '/opt/"x"/node', '/a\\b', '/a\nb'])
    assert.equal(isExecutable(path), false, path);
  const unfit = [
    { ...about, node: "/opt/it's/node" },
    { ...about, user: 'ana\nExecStart=/bin/sh' },
    { ...about, user: '%u' },
    { ...about, role: 'dashboard', home: '/home/a\nb' },
  ] as const;
  for (const each of unfit)
    assert.throws(() => refuseUnfit(planService(each)), { code: 'service_failed' });
  refuseUnfit(planService({ ...about, home: '/home/a\nb' }));
});

test('PATH has absolute folders only, each once', () => {
  assert.equal(servicePath('/a:.::b:/c:/a:~/bin'), '/a:/c');
  assert.equal(servicePath(''), '/usr/local/bin:/usr/bin:/bin');
});
