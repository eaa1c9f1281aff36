import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ServiceFile } from '../../ports/services.ts';

/** What lies at a path that is to be ours. Links are not followed: who put one there meant something by it. */
export function lookAt(
  path: string,
):
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'other'; readonly what: string } {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'absent' };
  if (stats.isFile()) return { kind: 'file', text: readFileSync(path, 'utf8') };
  return { kind: 'other', what: stats.isSymbolicLink() ? 'a link' : 'no file' };
}

/** Folders on the way to the file that do not exist, the outermost first. */
export function missingFolders(path: string): readonly string[] {
  const missing: string[] = [];
  let folder = dirname(path);
  while (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  return missing;
}

/** Managers skip names that begin with a dot, so a draft that a crash leaves is no service. */
const draftOf = (path: string): string => `${dirname(path)}/.${basename(path)}.new`;

/** On the disk, whole, when this returns; a reader sees the former text or the new one. */
export function putFile({ path, text }: ServiceFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const draft = draftOf(path);
  try {
    writeFileSync(draft, text, { mode: 0o644, flush: true });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export function removeFile(path: string): void {
  rmSync(path, { force: true });
  rmSync(draftOf(path), { force: true });
}

/** Removes the empty ones among these folders, the innermost first. One that is not above the file is none of its business. */
export function removeEmptyFolders(folders: readonly string[], path: string): void {
  const above = folders.filter((folder) => path.startsWith(`${folder}/`));
  for (const folder of [...above].reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      // Somebody uses it by now, or it is gone: then it is not ours to remove.
    }
  }
}
