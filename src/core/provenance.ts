import type { Instant } from './instant.ts';

export const roles = ['runner', 'gateway', 'dashboard', 'desktop', 'timer'] as const;
export type Role = (typeof roles)[number];

export const managers = [
  'systemd-system',
  'systemd-user',
  'launchd-agent',
  'launchd-daemon',
] as const;
export type Manager = (typeof managers)[number];

/** A service as its manager names it: `systemd-system` + `cronkeeper-la.service`, `launchd-agent` + `dev.cronkeeper.runner.la`. */
export type Service = { readonly manager: Manager; readonly unit: string };

/**
 * What is known about how a process came to be.
 * - `proven`: the service manager itself says that this process is the main process of that service (or its child).
 * - `corroborated`: the kernel places the process in the service's control group, but the manager did not confirm it.
 * - `claimed`: only the environment says so; anybody can set an environment.
 * - `unknown`: nothing says anything, as for a process started in a terminal.
 * - `mismatch`: the evidence contradicts itself; never satisfies any rule that names a service.
 */
export type Level = 'proven' | 'corroborated' | 'claimed' | 'unknown' | 'mismatch';

/** Enough to know the same process again: a pid alone is reused. */
export type ProcessIdentity = {
  readonly machineId: string;
  readonly bootId: string;
  /** The kernel's number of the pid namespace; empty where the platform has none. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** The kernel's own start mark, compared as text: clock ticks since boot on Linux, `lstart` on macOS. */
  readonly startMark: string;
};

export type ChainLink = {
  readonly pid: number;
  readonly startMark: string;
  readonly command: string;
};

/** Evidence held by the kernel or the service manager, as it was at `probedAt`. */
export type Provenance = {
  readonly level: Level;
  readonly service: Service | null;
  /** From the process itself up to the first ancestor; at most 32 links. */
  readonly chain: readonly ChainLink[];
  readonly uid: number;
  readonly user: string;
  readonly host: string;
  readonly machineId: string;
  /** One short sentence for each fact found, for `owner show` and `why`. */
  readonly facts: readonly string[];
  readonly probedAt: Instant;
};

/** Whether it is what a container was started for: everything else in it ends with it. The kernel shows it, and names no service. */
export const isMainOfContainer = ({
  level,
  service,
}: Pick<Provenance, 'level' | 'service'>): boolean => level === 'corroborated' && service === null;

const order: Readonly<Record<Level, number>> = {
  mismatch: -1,
  unknown: 0,
  claimed: 1,
  corroborated: 2,
  proven: 3,
};

/** Orders levels; a greater number is better evidence. */
export const levelRank = (level: Level): number => order[level];

/** Whether `level` is at least `wanted`. A mismatch is never enough. */
export const satisfiesLevel = (level: Level, wanted: Level): boolean =>
  level !== 'mismatch' && levelRank(level) >= levelRank(wanted);

export const sameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.machineId === other.machineId &&
  one.bootId === other.bootId &&
  one.pidNamespace === other.pidNamespace &&
  one.pid === other.pid &&
  one.startMark === other.startMark;
