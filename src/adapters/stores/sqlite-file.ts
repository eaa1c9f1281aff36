import { chmodSync, statSync } from 'node:fs';

/** Which file a path names now; empty when there is none. */
export function identityOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}

/** Only `stat` and `chmod`: opening and closing the file here would drop SQLite's locks on it. */
export function tighten(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && (stat.mode & 0o077) !== 0) chmodSync(path, 0o600);
}
