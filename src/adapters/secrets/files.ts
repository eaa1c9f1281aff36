import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../core/environment-file.ts';
import { isSecretName, longestSecret, whyNoSecret } from '../../core/secret.ts';
import type { SecretKeeper } from '../../ports/secrets.ts';

/** A value, or why there is none. */
export type Found = { readonly value: string } | { readonly why: string };

const mostFileBytes = 256 * 1024;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** The text of a file that only this user can read. Links are not followed. */
function privateText(path: string): Found {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return {
      why: codeOf(error) === 'ENOENT' ? `there is no ${path}` : `${path}: ${codeOf(error)}`,
    };
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { why: `${path} is not a file` };
    if (process.getuid !== undefined && stats.uid !== process.getuid())
      return { why: `${path} belongs to another user` };
    if ((stats.mode & 0o077) !== 0)
      return { why: `${path} may be read or written by others (chmod 600 mends it)` };
    if (stats.size > mostFileBytes) return { why: `${path} is too long` };
    return { value: readFileSync(file, 'utf8') };
  } catch (error) {
    return { why: `${path}: ${codeOf(error)}` };
  } finally {
    closeSync(file);
  }
}

/** One line; the break at its end is not a part of it. */
export function oneLine(text: string): Found {
  const value = text.replace(/\r?\n$/, '');
  const why = whyNoSecret(value);
  return why === null ? { value } : { why };
}

/** The secret that a file holds. */
export function readSecretFile(path: string): Found {
  const text = privateText(path);
  if ('why' in text) return text;
  const read = oneLine(text.value);
  return 'why' in read ? { why: `what is in ${path} is no secret: ${read.why}` } : read;
}

/** The secret that a line of an environment file holds. */
export function readVariable(path: string, variable: string): Found {
  const text = privateText(path);
  if ('why' in text) return text;
  const read = readEnvironment(text.value);
  if (read.kind === 'bad') return { why: `line ${read.line} of ${path} cannot be read` };
  const value = Object.hasOwn(read.names, variable) ? read.names[variable] : undefined;
  if (value === undefined) return { why: `${path} does not name ${variable}` };
  const why = whyNoSecret(value);
  return why === null ? { value } : { why: `${variable} in ${path} is no secret: ${why}` };
}

/** Something that changes when a file does; null when it is not there. */
export function markOfFile(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined
    ? null
    : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

/** The names of the secrets that have a file of their own. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isSecretName);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Secrets in files of their own in `folder`. */
export function makeSecretKeeper(folder: string): SecretKeeper {
  return {
    set: (name, value) => {
      if (!isSecretName(name) || value.length > longestSecret) throw new Error('not a secret');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // A name that is no secret's, so that a draft that was left behind is never taken for one.
      const draft = join(folder, `.${name}.new`);
      writeFileSync(draft, `${value}\n`, { mode: 0o600, flush: true });
      renameSync(draft, join(folder, name));
      syncFolder(folder);
    },
    remove: (name) => {
      if (!isSecretName(name)) return false;
      try {
        unlinkSync(join(folder, name));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      }
      syncFolder(folder);
      return true;
    },
  };
}

function syncFolder(folder: string): void {
  const open = openSync(folder, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
