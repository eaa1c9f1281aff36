import { type Manager, managers, type Service } from './provenance.ts';

/** What a service of ours may be for. A timer is a `runner` whose process comes and goes. */
export const serviceRoles = ['runner', 'gateway', 'dashboard'] as const;
export type ServiceRole = (typeof serviceRoles)[number];

/**
 * What was installed into a service manager, as the installer keeps it in the home: `services/<manager>-<unit>.json`, written as the
 * user of the home. What drifts from it since is compared with it, and uninstalling takes back exactly this.
 */
export type ServiceRecord = {
  readonly manager: Manager;
  /** Name of the unit, or label of the launchd job. With `isTimer` the unit that ticks, not the timer beside it. */
  readonly unit: string;
  readonly role: ServiceRole;
  readonly profile: string;
  readonly isTimer: boolean;
  /** The unit file or property list, an absolute path; a timer's own file stands beside it. */
  readonly file: string;
  /** Of the text of `file`, in hexadecimal. */
  readonly sha256: string;
  /** The words that the manager executes: Node, bundle, verb and options. */
  readonly program: readonly string[];
  readonly version: string;
  /** UTC, ISO 8601. */
  readonly installedAt: string;
  /** The owner rule that the installation replaced, as `owner appoint` takes it: the rule, then standbys. Null when it did not appoint. */
  readonly replaced: readonly string[] | null;
  /** As whom it runs. */
  readonly user: string;
  /** Folders that did not exist before, the outermost first. */
  readonly madeFolders: readonly string[];
  /** Lingering was off before, and the installation turned it on. */
  readonly enabledLinger: boolean;
};

const prefixes: Readonly<Record<ServiceRole, string>> = {
  runner: 'cronkeeper-',
  gateway: 'cronkeeper-gateway-',
  dashboard: 'cronkeeper-dashboard-',
};

/** The name under which a manager knows the service of a role: one for each profile. */
export function serviceName(
  manager: Manager,
  about: { readonly role: ServiceRole; readonly profile: string; readonly isTimer: boolean },
): string {
  const { role, profile, isTimer } = about;
  if (manager === 'launchd-agent' || manager === 'launchd-daemon')
    return `dev.cronkeeper.${isTimer ? 'tick' : role}.${profile}`;
  return `${isTimer ? 'cronkeeper-tick-' : prefixes[role]}${profile}.service`;
}

/** The timer that starts a ticking unit. */
export const timerOf = (unit: string): string => unit.replace(/\.service$/, '.timer');

export const serviceOf = ({ manager, unit }: ServiceRecord): Service => ({ manager, unit });

/** Name of the file in the folder `services` of the home. */
export const recordName = ({ manager, unit }: Service): string => `${manager}-${unit}.json`;

export const recordText = (record: ServiceRecord): string => `${JSON.stringify(record, null, 2)}\n`;

/** Reads what `recordText` wrote; null for anything else. */
export function parseRecord(text: string): ServiceRecord | null {
  const fields = fieldsOf(text);
  const manager = managers.find((name) => name === fields['manager']);
  const role = serviceRoles.find((name) => name === fields['role']);
  const { unit, profile, file, sha256, version, installedAt, user } = fields;
  const { isTimer, enabledLinger, program, madeFolders, replaced } = fields;
  if (manager === undefined || role === undefined) return null;
  if (!isText(unit) || !isText(profile) || !isText(file) || !isText(sha256)) return null;
  if (!isText(version) || !isText(installedAt) || !isText(user)) return null;
  if (typeof isTimer !== 'boolean' || typeof enabledLinger !== 'boolean') return null;
  if (!isTexts(program) || !isTexts(madeFolders)) return null;
  if (replaced !== null && !isTexts(replaced)) return null;
  return {
    manager,
    unit,
    role,
    profile,
    isTimer,
    file,
    sha256,
    program,
    version,
    installedAt,
    replaced,
    user,
    madeFolders,
    enabledLinger,
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A file that is no JSON is no record either.
    return {};
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

/** Whether its process may own the profile: a dashboard only asks unless it is told to schedule. */
export const mayOwn = ({ role, program }: Pick<ServiceRecord, 'role' | 'program'>): boolean =>
  role !== 'dashboard' || program.includes('--schedule');
