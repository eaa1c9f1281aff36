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
