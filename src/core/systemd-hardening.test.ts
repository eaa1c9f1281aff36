import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planService } from './service-plan.ts';
import { hardening } from './systemd-hardening.ts';

const about = {
  manager: 'systemd-system',
  role: 'runner',
  profile: 'la',
  isTimer: false,
  user: 'ana',
  userFolder: '/home/ana',
  home: '/home/ana/.cron keeper',
  node: '/opt/node 24/bin/node',
  bundle: '/opt/ck/dist/cronkeeper.js',
  path: '/usr/bin:/bin',
} as const;

const runner = hardening(planService(about));
const dashboard = hardening(planService({ ...about, role: 'dashboard' }));
const ofUser = hardening(planService({ ...about, manager: 'systemd-user' }));
const dashboardOfUser = hardening(
  planService({ ...about, role: 'dashboard', manager: 'systemd-user' }),
);

/** What no unit may do, whoever it is for. */
const never = [
  ['become somebody else', 'NoNewPrivileges=yes'],
  ['make namespaces', 'RestrictNamespaces=yes'],
  ['take the processor for itself', 'RestrictRealtime=yes'],
  ['leave programs that run as their owner', 'RestrictSUIDSGID=yes'],
  ['speak to the network but by IP', 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
  ['change its execution domain', 'LockPersonality=yes'],
  ['call the kernel by another architecture', 'SystemCallArchitectures=native'],
  ['be killed by a forbidden call', 'SystemCallErrorNumber=EPERM'],
] as const;

/** What needs a manager with privileges to forbid it. */
const neverOfSystem = [
  ['have a capability', 'CapabilityBoundingSet='],
  ['hand on a capability', 'AmbientCapabilities='],
  ['set the clock', 'ProtectClock=yes'],
  ['rename the machine', 'ProtectHostname=yes'],
  ['read the log of the kernel', 'ProtectKernelLogs=yes'],
  ['load parts into the kernel', 'ProtectKernelModules=yes'],
  ['tune the kernel', 'ProtectKernelTunables=yes'],
  ['move itself to another control group', 'ProtectControlGroups=yes'],
  ['open devices', 'PrivateDevices=yes'],
  ['mount for others', 'PrivateMounts=yes'],
  ['see the keys of others', 'KeyringMode=private'],
] as const;

describe('no unit may', () => {
  for (const [what, line] of never) {
    test(what, () => {
      for (const lines of [runner, dashboard, ofUser, dashboardOfUser])
        assert.ok(lines.includes(line), line);
    });
  }
  for (const [what, line] of neverOfSystem) {
    test(`${what}, where the manager can forbid it`, () => {
      for (const lines of [runner, dashboard]) assert.ok(lines.includes(line), line);
      for (const lines of [ofUser, dashboardOfUser]) assert.ok(!lines.includes(line), line);
    });
  }
});

const namesOf = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.slice(0, line.indexOf('=')));

describe('what executes jobs', () => {
  test('may use what ordinary commands use, and restrict itself further', () => {
    for (const lines of [runner, ofUser]) {
      const filters = lines.filter((line) => line.startsWith('SystemCallFilter='));
      assert.equal(filters.length, 1);
      assert.match(filters[0] ?? '', /=@system-service .*landlock_restrict_self seccomp$/);
    }
  });

  test('may write wherever its user may, but not to the system', () => {
    assert.ok(runner.includes('ProtectSystem=full'));
    assert.doesNotMatch(runner.join('\n'), /^(ProtectHome|ReadWritePaths|UMask)=/m);
  });
});

describe('a dashboard that only asks', () => {
  const shows = [
    ['writes to its home only', 'ReadWritePaths="/home/ana/.cron keeper"'],
    ['sees its home', 'BindPaths="/home/ana/.cron keeper"'],
    [
      'sees its program and the package around it',
      'BindReadOnlyPaths="/opt/node 24/bin/node" "/opt/ck"',
    ],
    ['sees nothing else of the homes', 'ProtectHome=tmpfs'],
    ['writes nowhere else', 'ProtectSystem=strict'],
    ['sees no processes of others', 'ProtectProc=invisible'],
    ['makes files for its user only', 'UMask=0077'],
  ] as const;
  for (const [what, line] of shows) {
    test(what, () => assert.ok(dashboard.includes(line), line));
  }

  test('takes no privilege and no resource that it was not given', () => {
    for (const lines of [dashboard, dashboardOfUser])
      assert.deepEqual(
        lines.filter((line) => line.startsWith('SystemCallFilter=')),
        ['SystemCallFilter=@system-service', 'SystemCallFilter=~@privileged @resources'],
      );
  });

  test('makes files for its user only also in the manager of a user', () =>
    assert.ok(dashboardOfUser.includes('UMask=0077')));
});

test('the manager of a user is asked for nothing that would need a namespace', () => {
  for (const lines of [ofUser, dashboardOfUser])
    assert.doesNotMatch(namesOf(lines).join('\n'), /^(Protect|Private|Bind|ReadWrite)/m);
});
