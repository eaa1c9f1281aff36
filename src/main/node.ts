import { realpathSync } from 'node:fs';
import { judgeNodePlace } from '../core/node-place.ts';

/** The Node that a service shall go on finding: this one, by the path that outlives an upgrade when there is such a path. */
export function lastingNode(): string {
  const { path } = judgeNodePlace(process.execPath);
  return path === process.execPath || leadsHere(path) ? path : process.execPath;
}

function leadsHere(path: string): boolean {
  try {
    return realpathSync(path) === realpathSync(process.execPath);
  } catch {
    // There is no such link on this machine.
    return false;
  }
}
