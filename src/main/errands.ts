import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { makeClock } from '../adapters/host/clock.ts';
import { makeMachine } from '../adapters/host/machine.ts';
import { command, Refusal } from '../core/refusal.ts';
import type { Place } from '../doors/cli/host.ts';
import type { Outside } from '../operations/doctor.ts';
import { openBase } from './base.ts';
import { homePath } from './config.ts';
import { makeSettings } from './settings.ts';

const unknownProfile = (name: string, names: readonly string[]): Refusal =>
  new Refusal('profile_unknown', `There is no profile "${name.slice(0, 80)}" in this home.`, {
    remedy: command('cronkeeper profile list'),
    details: { profiles: names },
  });

/** @throws Refusal `profile_unknown` */
export async function useProfile(place: Place, name: string): Promise<void> {
  const base = await openBase(place.home ?? undefined);
  try {
    const names = (await base.store.profiles.list()).map((profile) => profile.name);
    if (name !== 'default' && !names.includes(name)) throw unknownProfile(name, names);
    await makeSettings(base.config.path).set('profile', name);
  } finally {
    await base.close();
  }
}

export const readText = (path: string): Promise<string> => readFile(path, 'utf8');

export const readStdin = (): Promise<string> => text(process.stdin);

export const stdinLines = (signal: AbortSignal): AsyncIterable<string> =>
  createInterface({ input: process.stdin, signal });

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What is known when the home cannot be opened: nothing of it is read. */
export async function outside({ profile, home }: Place): Promise<Outside> {
  const path = homePath(home ?? undefined, process.env);
  const machine = await makeMachine(existsSync(path) ? path : null).facts();
  const named = profile ?? process.env['CRONKEEPER_PROFILE'] ?? '';
  return { profile: named === '' ? 'default' : named, machine, now: makeClock().now().wall };
}

/**
 * `use` gets the text that the person made of `before`, or null when the editor failed. A changed text that it refuses stays in its file,
 * and the person is told where.
 */
export async function editText<T>(
  before: string,
  use: (text: string | null) => Promise<T>,
): Promise<T> {
  const editor = process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-edit-'));
  const path = join(folder, 'job.yaml');
  let edited = before;
  let isUsed = false;
  try {
    writeFileSync(path, before, { mode: 0o600 });
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'edit', path], { stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    edited = readFileSync(path, 'utf8');
    const result = await use(code === 0 ? edited : null);
    isUsed = true;
    return result;
  } finally {
    if (isUsed || edited === before) rmSync(folder, { recursive: true, force: true });
    else process.stderr.write(`What you typed is kept in ${path}.\n`);
  }
}
