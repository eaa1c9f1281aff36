import { readlinkSync } from 'node:fs';

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

function isLinkedToUtc(): boolean {
  try {
    return /\/zoneinfo\/(?:Etc\/)?UTC$/.test(readlinkSync('/etc/localtime'));
  } catch {
    // Some systems have a copy there, or nothing.
    return false;
  }
}
