import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Environment, Recognised } from './recognition.ts';

/** One profile of one Hermes home on this machine. */
export type HermesProfile = {
  /** The home with its profiles; no symbolic links are in it. */
  readonly root: string;
  readonly name: string;
  /** Of the profile itself: the root for `default`. */
  readonly folder: string;
};

const isName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name);

/** The root to which a `HERMES_HOME` belongs: a profile's folder lies in `profiles` of its root. */
export const rootOf = (home: string): string =>
  basename(dirname(home)) === 'profiles' ? dirname(dirname(home)) : home;

/** Where Hermes keeps everything for a user with this environment; null when it names no place. */
export function homeIn(environment: Environment): string | null {
  const named = environment.get('HERMES_HOME');
  if (named?.startsWith('/')) return named;
  const folder = environment.get('HOME');
  return folder?.startsWith('/') ? join(folder, '.hermes') : null;
}

/** The profiles of this name in the homes that exist; one call of the system for each home that does not. */
export function findProfiles(name: string, homes: readonly string[]): readonly HermesProfile[] {
  if (!isName(name)) return [];
  const roots = new Set(homes.flatMap((home) => realFolder(rootOf(home)) ?? []));
  return [...roots].flatMap((root) => {
    const folder = name === 'default' ? root : realFolder(join(root, 'profiles', name));
    return folder === null ? [] : [{ root, name, folder }];
  });
}

/** Whether a process with these words and this environment serves the profile. The order is that of Hermes itself. */
export function serves(
  { root, name }: HermesProfile,
  { profile }: Recognised,
  environment: Environment,
): boolean {
  const home = homeIn(environment);
  if (home === null || realFolder(rootOf(home)) !== root) return false;
  if (profile !== null) return profile === name;
  if (rootOf(home) !== home) return basename(home) === name;
  return (activeProfile(root) ?? 'default') === name;
}

/** The profile that `hermes profile use` left behind. */
function activeProfile(root: string): string | null {
  const text = readSmall(join(root, 'active_profile'))?.trim() ?? '';
  return isName(text) ? text : null;
}

function realFolder(path: string): string | null {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null;
    return realpathSync(path);
  } catch {
    return null;
  }
}

const mostBytes = 1 << 20;

/** A small file as text; null when it is not there, may not be read, or is no small file. */
export function readSmall(path: string): string | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    // Anything but a file could keep the reader waiting.
    if (stats === undefined || !stats.isFile() || stats.size > mostBytes) return null;
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
