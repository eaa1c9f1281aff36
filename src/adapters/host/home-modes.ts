import { chmodSync, statSync } from 'node:fs';
import { Refusal } from '../../core/refusal.ts';
import { openHome } from './home.ts';

/** One look names everything that is open; a second one sees what lies in a folder that nobody could enter before. */
const mostLooks = 4;

/**
 * Takes away everybody else's access to the parts of a home, and gives the owner what it needs. Touches only what opening the home
 * would refuse for its mode, so never what belongs to another user or is a link.
 *
 * @returns the paths that were changed; none when nothing had to be
 * @throws Refusal for whatever else keeps the home closed
 */
export function mendModes(path: string): readonly string[] {
  const changed: string[] = [];
  for (let look = 0; look < mostLooks; look += 1) {
    const open = openParts(path);
    if (open.length === 0) break;
    for (const part of open) {
      chmodSync(part, statSync(part).isDirectory() ? 0o700 : 0o600);
      changed.push(part);
    }
  }
  return changed;
}

function openParts(path: string): readonly string[] {
  try {
    openHome(path);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'home_modes') throw error;
    const { paths } = error.details;
    return Array.isArray(paths) ? paths.map(pathIn).filter((one) => one !== null) : [];
  }
}

function pathIn(entry: unknown): string | null {
  const named: unknown =
    typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'path') : null;
  return typeof named === 'string' ? named : null;
}
