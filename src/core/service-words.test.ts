import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installAgain, setUpAsRoot, standBehind, startAgain } from './service-words.ts';

const runner = {
  role: 'runner',
  profile: 'la',
  isTimer: false,
  user: 'ana',
  program: ['node', 'cronkeeper.js', 'runner'],
} as const;

const cases = [
  ['systemd-system', {}, 'sudo cronkeeper service install runner --system --run-as ana -p la'],
  ['launchd-daemon', {}, 'sudo cronkeeper service install runner --system --run-as ana -p la'],
  ['systemd-user', {}, 'cronkeeper service install runner --user -p la'],
  [
    'systemd-user',
    { program: ['node', 'x', 'runner', '-p', 'la', '--home', '/home/ana/.cronkeeper'] },
    'cronkeeper service install runner --user -p la',
  ],
  [
    'systemd-system',
    { program: ['node', 'x', 'runner', '-p', 'la', '--home', '/srv/my jobs'] },
    "sudo cronkeeper service install runner --system --run-as ana -p la --home '/srv/my jobs'",
  ],
  [
    'systemd-user',
    { program: ['node', 'x', 'runner', '--home'] },
    'cronkeeper service install runner --user -p la',
  ],
  ['systemd-system', { isTimer: true }, /--system --run-as ana --timer -p la$/],
  [
    'systemd-system',
    { user: 'root' },
    'cronkeeper service install runner --system --run-as root -p la',
  ],
  [
    'systemd-user',
    { role: 'dashboard', program: ['node', 'cronkeeper.js', 'dashboard', '--no-open'] },
    'cronkeeper service install dashboard --user -p la',
  ],
  [
    'systemd-user',
    { role: 'dashboard', program: ['node', 'x', 'dashboard', '--schedule', '--port', '8080'] },
    'cronkeeper service install dashboard --user --schedule --port 8080 -p la',
  ],
] as const;
for (const [manager, changes, words] of cases)
  test(`a service of ${manager} is typed as it was: ${words}`, () => {
    const text = installAgain({ ...runner, manager, ...changes });
    if (typeof words === 'string') assert.equal(text, words);
    else assert.match(text, words);
  });

test('a service of the machine is started through sudo, one of a user is not', () => {
  assert.match(startAgain({ ...runner, manager: 'systemd-system' }), /^sudo cronkeeper /);
  assert.match(startAgain({ ...runner, manager: 'launchd-agent' }), /^cronkeeper /);
});

test('a second service is appointed as a standby and installed, of the other role, by the same manager', () => {
  const first = { ...runner, manager: 'launchd-daemon', unit: 'dev.cronkeeper.runner.la' } as const;
  assert.equal(
    standBehind(first),
    "cronkeeper owner appoint service launchd-daemon/dev.cronkeeper.runner.la --then 'service launchd-daemon/dev.cronkeeper.gateway.la' -p la and sudo cronkeeper service install gateway --system --run-as ana -p la",
  );
  const elsewhere = { ...first, program: [...first.program, '--home', '/srv/jobs'] };
  assert.match(standBehind(elsewhere), /service install gateway .* --home \/srv\/jobs$/);
  const gateway = { ...first, role: 'gateway', unit: 'dev.cronkeeper.gateway.la' } as const;
  assert.match(
    standBehind(gateway),
    /--then 'service launchd-daemon\/dev\.cronkeeper\.runner\.la'/,
  );
});

test('what root is told to set up is for whom, where and for which profile it was asked', () => {
  const bare = { launcher: '/opt/ck', profile: null, home: null, runAs: null };
  assert.equal(setUpAsRoot(bare), 'sudo /opt/ck setup');
  assert.equal(
    setUpAsRoot({ ...bare, profile: 'la', home: '/srv/my jobs', runAs: 'bob' }),
    "sudo /opt/ck setup -p la --home '/srv/my jobs' --run-as bob",
  );
});
