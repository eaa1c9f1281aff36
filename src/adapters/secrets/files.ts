import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../core/environment-file.ts';
import { isSecretName, whyNoSecret } from '../../core/secret.ts';

/** A value, or why there is none. */
export type Found = { readonly value: string } | { readonly why: string };

const mostFileBytes = 256 * 1024;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** The text of a file that only this user can read. Links are not followed, and nobody is waited for at a pipe. */
function privateText(path: string): Found {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    return { why: code === 'ENOENT' ? `there is no ${path}` : `${path}: ${code}` };
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { why: `${path} is not a file` };
    if (stats.uid !== process.getuid?.()) return { why: `${path} belongs to another user` };
    if ((stats.mode & 0o077) !== 0)
      return { why: `${path} may be read or written by others (chmod 600 mends it)` };
    if (stats.size > mostFileBytes) return { why: `${path} is too long` };
    return { value: readFileSync(file, 'utf8') };
  } finally {
    closeSync(file);
  }
}

/** One line; the break at its end is not a part of it. `where` is for people. */
export function oneLine(text: string, where: string): Found {
  const value = text.replace(/\r?\n$/, '');
  const why = whyNoSecret(value);
  return why === null ? { value } : { why: `what is in ${where} is no secret: ${why}` };
}

/** The secret that a file holds. */
export function readSecretFile(path: string): Found {
  const text = privateText(path);
  return 'why' in text ? text : oneLine(text.value, path);
}

/** The secret that a line of an environment file holds. */
export function readVariable(path: string, variable: string): Found {
  const text = privateText(path);
  if ('why' in text) return text;
  const read = readEnvironment(text.value);
  if (read.kind === 'bad') return { why: `line ${read.line} of ${path} cannot be read` };
  const value = Object.hasOwn(read.names, variable) ? read.names[variable] : undefined;
  return value === undefined
    ? { why: `${path} does not name ${variable}` }
    : oneLine(value, `${variable} of ${path}`);
}

/** The names of the secrets that have a file of their own. */
export const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter(isSecretName);

/** Takes the place of the file before, whole. */
export function writeSecretFile(folder: string, name: string, value: string): void {
  // A name that is no secret's, so that a draft that was left behind is never taken for one.
  const draft = join(folder, `.${name}.new`);
  writeFileSync(draft, `${value}\n`, { mode: 0o600, flush: true });
  renameSync(draft, join(folder, name));
  const open = openSync(folder, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
