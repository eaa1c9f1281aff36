import { readFileSync, renameSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../core/environment-file.ts';
import { advice, command, Refusal } from '../../core/refusal.ts';
import { type EnvironmentFile, inheritedOf } from '../../core/run-environment.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { KeptEnvironment, RunEnvironments } from '../../ports/environment.ts';

const mostBytes = 256 * 1024;

type Kept = { readonly mark: string; readonly file: EnvironmentFile };

/**
 * The environment of this process, and the files `env` and `env.PROFILE` of the home. A file that did not change is not read again.
 *
 * @param options.own the environment that this process was started with
 */
export function makeRunEnvironments(options: {
  readonly home: string;
  readonly own: Readonly<Record<string, string | undefined>>;
}): RunEnvironments {
  // Once: asking the system for each name anew costs more than the rest of a start.
  const own = inheritedOf(options.own);
  const kept = new Map<string, Kept>();
  const looked = new Map<string, readonly EnvironmentFile[]>();
  /** Once in a turn of the loop: what starts together starts with the same, and asks the system once. */
  const lookOnce = (path: string): readonly EnvironmentFile[] => {
    if (looked.size === 0) setImmediate(() => looked.clear());
    const files = looked.get(path) ?? read(path);
    looked.set(path, files);
    return files;
  };
  const read = (path: string): readonly EnvironmentFile[] => {
    const stats = lookAt(path);
    if (stats === null) return [];
    const mark = `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
    const before = kept.get(path);
    if (before?.mark === mark) return [before.file];
    const file = readFile(path, stats);
    kept.set(path, { mark, file });
    return [file];
  };
  return {
    own,
    base: (profile) => ({
      own,
      files: ['env', `env.${profile}`].flatMap((name) => lookOnce(join(options.home, name))),
    }),
    keep: (profile) => tryToKeep(keptPath(options.home, profile), own),
    kept: (profile) => readKept(keptPath(options.home, profile)),
  };
}

const keptPath = (home: string, profile: string): string =>
  join(home, 'run', `environment-${profile}.json`);

/** It is only told to people: a full disk must not keep an owner from its work. */
function tryToKeep(path: string, names: Readonly<Record<string, string>>): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(names), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // The one that was kept before stays.
  }
}

function readKept(path: string): KeptEnvironment | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const names = Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return { at: Math.round(statSync(path).mtimeMs), names: Object.fromEntries(names) };
  } catch {
    // None was kept, or it was written by something else.
    return null;
  }
}

function lookAt(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function readFile(path: string, stats: Stats): EnvironmentFile {
  if (!stats.isFile()) throw unusable(path, 'it is not a file');
  if (stats.size > mostBytes) throw unusable(path, `it is longer than ${mostBytes} bytes`);
  // It may hold secrets, and whoever may write it decides what every job runs with.
  if ((stats.mode & 0o077) !== 0)
    throw new Refusal('home_modes', `${path} may be read or written by others.`, {
      remedy: command(`chmod 600 ${shellWord(path)}`),
    });
  const said = readEnvironment(textOf(path));
  if (said.kind === 'bad') throw unusable(path, `line ${said.line}: ${said.why}`);
  return { path, names: said.names };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

const unusable = (path: string, why: string): Refusal =>
  new Refusal('file_invalid', `The environment file ${path} cannot be used: ${why}.`, {
    remedy: advice(`Mend ${path}: one NAME=VALUE a line. No job runs without it.`),
  });
