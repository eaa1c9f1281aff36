import type { Manager } from './provenance.ts';
import { type ServiceRole, serviceName } from './service-record.ts';

/** One service as it shall be: everything that its files are made from. Paths are absolute. */
export type ServicePlan = {
  readonly manager: Manager;
  readonly role: ServiceRole;
  readonly profile: string;
  /** The profile is ticked by a timer instead of being kept by a process. */
  readonly isTimer: boolean;
  /** Whether its process may own the profile. A dashboard only asks unless it is told to schedule. */
  readonly schedules: boolean;
  readonly unit: string;
  /** As whom it runs, and that user's own folder. */
  readonly user: string;
  readonly userFolder: string;
  /** The home that it serves. */
  readonly home: string;
  /** The words that the manager executes. */
  readonly program: readonly string[];
  /** PATH of the service, and so of its runs. */
  readonly path: string;
};

const verbs: Readonly<Record<ServiceRole, readonly string[]>> = {
  runner: ['runner'],
  gateway: ['gateway', 'run'],
  dashboard: ['dashboard', '--no-open'],
};

/** No launcher: the process that the manager knows is the scheduler itself. */
export function planService(about: {
  readonly manager: Manager;
  readonly role: ServiceRole;
  readonly profile: string;
  readonly isTimer: boolean;
  readonly user: string;
  readonly userFolder: string;
  readonly home: string;
  readonly node: string;
  readonly bundle: string;
  readonly path: string;
  /** Of a dashboard: `--schedule`, and `--port`; null for its usual one. Others schedule, and have none. */
  readonly schedules?: boolean;
  readonly port?: number | null;
}): ServicePlan {
  const { node, bundle, port = null, ...rest } = about;
  const verb = about.isTimer ? ['tick'] : verbs[about.role];
  const asks = about.role === 'dashboard' && about.schedules !== true;
  const own = about.role === 'dashboard' ? ownWords(!asks, port) : [];
  const program = [node, bundle, ...verb, ...own, '-p', about.profile, '--home', about.home];
  return { ...rest, program, schedules: !asks, unit: serviceName(about.manager, about) };
}

const ownWords = (schedules: boolean, port: number | null): readonly string[] => [
  ...(schedules ? ['--schedule'] : []),
  ...(port === null ? [] : ['--port', String(port)]),
];

/**
 * The PATH that a service gets: absolute folders only, each once, in their order. A relative one would mean another folder
 * for each job.
 */
export function servicePath(path: string): string {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  const kept = [...new Set(folders)];
  return (kept.length === 0 ? ['/usr/local/bin', '/usr/bin', '/bin'] : kept).join(':');
}
