import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes through to the disk what a file or a folder holds. */
export function writeThrough(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a file that is whole from its first moment and never takes another's place: `write` fills a draft beside it, which gets its
 * name when it is on the disk. A crash leaves a draft at most.
 *
 * @throws EEXIST when there is a file of this name
 */
export async function makeWhole(
  path: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.partial-${process.pid}`;
  if (existsSync(path)) throw existing(path);
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, 'wx', 0o600));
    await write(draft);
    writeThrough(draft);
    nameOnce(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  writeThrough(dirname(path));
}

/** A link refuses a name that is taken, at once; not every file system knows links. */
function nameOnce(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error;
    if (existsSync(path)) throw existing(path);
    renameSync(draft, path);
  }
}

const existing = (path: string): Error =>
  Object.assign(new Error(`There is a file ${path} already.`), { code: 'EEXIST' });
