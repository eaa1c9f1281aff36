import type { ServicePlan } from './service-plan.ts';
import { pathWord } from './systemd-quoting.ts';

/**
 * What a unit may not do. The process of a runner executes whatever its user wants, so it keeps what ordinary commands need: the
 * whole file system as its user may write it, one `/tmp` with everybody, `chown`, priorities and limits. What each of them would
 * have been worth is in the decision record.
 */
const everybody: readonly string[] = [
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'AmbientCapabilities=',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'PrivateDevices=yes',
  'PrivateMounts=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'LockPersonality=yes',
  'KeyringMode=private',
  'SystemCallArchitectures=native',
  'SystemCallErrorNumber=EPERM',
];

/** A tool that sandboxes itself by Landlock or seccomp may do so: that only takes rights away. */
const selfRestriction = 'landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp';

const executing: readonly string[] = [
  ...everybody,
  'ProtectSystem=full',
  `SystemCallFilter=@system-service ${selfRestriction}`,
];

/** Executes nothing: it gets its home, its own program, and the network, because it sends what nobody else is alive to send. */
function asking({ home, program }: ServicePlan): readonly string[] {
  const [node = '', bundle = ''] = program;
  const packageFolder = bundle.replace(/\/[^/]*\/[^/]*$/, '');
  const shown = [node, packageFolder].map(pathWord).join(' ');
  return [
    ...everybody,
    'ProtectSystem=strict',
    'ProtectHome=tmpfs',
    'ProtectProc=invisible',
    `BindPaths=${pathWord(home)}`,
    `BindReadOnlyPaths=${shown}`,
    `ReadWritePaths=${pathWord(home)}`,
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged @resources',
    'UMask=0077',
  ];
}

/**
 * In the manager of a user only what the kernel grants without privileges: the rest would need a user namespace, in which files of
 * other users and `sudo` are not what they are.
 */
const ofUser: ReadonlySet<string> = new Set([
  'NoNewPrivileges',
  'RestrictNamespaces',
  'RestrictRealtime',
  'RestrictSUIDSGID',
  'RestrictAddressFamilies',
  'LockPersonality',
  'SystemCallArchitectures',
  'SystemCallErrorNumber',
  'SystemCallFilter',
  'UMask',
]);

/** The directives of a unit, in order. */
export function hardening(plan: ServicePlan): readonly string[] {
  const all = plan.schedules ? executing : asking(plan);
  if (plan.manager !== 'systemd-user') return all;
  return all.filter((line) => ofUser.has(line.slice(0, line.indexOf('='))));
}
