import { existsSync, readFileSync, readlinkSync } from 'node:fs';

const localtime = '/etc/localtime';
const timezone = '/etc/timezone';

/**
 * The zone of this machine, as it is named; null when nothing names it. That it is UTC is told without Intl, whose first answer takes
 * a third as long as the start of Node.
 */
export function machineZone(env: Readonly<Record<string, string | undefined>>): string | null {
  const { TZ } = env;
  if (TZ === 'UTC' || (TZ === undefined && isLinkedToUtc())) return 'UTC';
  const named: unknown = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return typeof named === 'string' ? named : null;
}

const isLinkedToUtc = (): boolean => linkedZone(localtime) === 'UTC';

/**
 * The zone that daemons of this machine have, whatever zone the caller's environment names; null when nothing names it. A daemon may
 * have been given another one by who started it; nobody but root can see that.
 */
export function daemonZone(
  env: Readonly<Record<string, string | undefined>>,
  places = { localtime, timezone },
): string | null {
  if (env['TZ'] === undefined) return machineZone(env);
  return linkedZone(places.localtime) ?? namedZone(places.timezone) ?? whenAbsent(places.localtime);
}

function linkedZone(file: string): string | null {
  try {
    const [, name = null] = /\/zoneinfo\/(?:Etc\/(?=UTC$))?(.+)$/.exec(readlinkSync(file)) ?? [];
    return name;
  } catch {
    // Some systems have a copy there, or nothing.
    return null;
  }
}

/** Without that file a system has UTC; a copy of some zone has no name. */
const whenAbsent = (file: string): string | null => (existsSync(file) ? null : 'UTC');

function namedZone(file: string): string | null {
  try {
    return (
      readFileSync(file, 'utf8')
        .trim()
        .replace(/^Etc\/(?=UTC$)/, '') || null
    );
  } catch {
    return null;
  }
}
