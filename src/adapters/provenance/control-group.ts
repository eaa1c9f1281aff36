import type { Service } from '../../core/provenance.ts';

/** Where the kernel's control groups place a process. */
export type Placement = {
  /** The path in the hierarchy that systemd manages. */
  readonly path: string;
  readonly service: Service;
  /** For `systemd-user`: whose manager it is. */
  readonly uid: number | null;
};

/**
 * The service that holds a process, from its `/proc/<pid>/cgroup`; null when there is none, as for a session, a scope, a
 * container, or a process outside of what this one may see.
 */
export function parseControlGroup(text: string): Placement | null {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match) paths.set(match[1] ?? '', match[2] ?? '');
  }
  // Where the old hierarchy exists beside the new one, systemd keeps its units in the old one first.
  return toPlacement(paths.get('name=systemd')) ?? toPlacement(paths.get(''));
}

function toPlacement(path: string | undefined): Placement | null {
  if (path === undefined) return null;
  const components = path.split('/').map(unescapeComponent);
  // `/..` leads out of our control group namespace; a deleted group holds nobody.
  if (components.includes('..') || path.endsWith(' (deleted)')) return null;
  const index = components.findLastIndex((each) => /\.(service|scope)$/.test(each));
  const unit = components[index];
  if (!unit?.endsWith('.service') || !isUnitName(unit) || userManager.test(unit)) return null;
  const above = components.slice(0, index).map((each) => userManager.exec(each)?.[1]);
  const uid = above.find((each) => each !== undefined);
  return uid === undefined
    ? { path, service: { manager: 'systemd-system', unit }, uid: null }
    : { path, service: { manager: 'systemd-user', unit }, uid: Number(uid) };
}

/** The manager of a user is itself a service of the system, and none that anybody could appoint. */
const userManager = /^user@(\d+)\.service$/;

/** A name that the kernel would take for a file of its own is written with a leading underscore. */
const unescapeComponent = (component: string): string => component.replace(/^_/, '');

const isUnitName = (unit: string): boolean => /^[A-Za-z0-9:_.\\@-]{1,255}$/.test(unit);

/** Whether the place that a manager names for its unit is that of the process, seen perhaps from further outside. */
export const isPlaceOf = (managed: string, path: string): boolean =>
  managed.startsWith('/') && managed !== '/' && `${path}/`.includes(`${managed}/`);
