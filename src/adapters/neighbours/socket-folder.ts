import { lstatSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { advice, command, Refusal } from '../../core/refusal.ts';
import { shellWord } from '../../core/shell-word.ts';

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestPathBytes = 100;

const fits = (path: string): boolean => Buffer.byteLength(path) <= longestPathBytes;

/** Where the socket of an instance lies: in `run/` of the home, or in the fallback folder when that path is too long. */
export function chooseSocketPath(home: string, instanceId: string, fallbackDir: string): string {
  const path = join(home, 'run', `${instanceId}.sock`);
  return fits(path) ? path : join(fallbackDir, `${instanceId}.sock`);
}

/** A folder for sockets that does not lie in the home: of the session if there is one, else of the user in `/tmp`. */
export function chooseFallbackDir(runtimeDir: string | undefined, uid: number): string {
  const ofSession = runtimeDir?.startsWith('/') ? join(runtimeDir, 'cronkeeper') : null;
  const longestName = `${'0'.repeat(26)}.sock`;
  return ofSession && fits(join(ofSession, longestName)) ? ofSession : `/tmp/cronkeeper-${uid}`;
}

/**
 * Makes the folder if it is missing and makes sure that nobody else can reach into it.
 *
 * @throws Refusal `home_foreign`, `home_modes` or `home_unusable`
 */
export function openSocketFolder(path: string, uid = process.getuid?.()): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    // biome-ignore lint/style/useErrorCause: a Refusal takes its cause among its options
    throw new Refusal('home_unusable', `The folder for sockets ${path} cannot be made.`, {
      remedy: advice(`Remove what is at ${path}, or choose a home with a shorter path.`),
      cause,
    });
  }
  const stats = lstatSync(path);
  if (!stats.isDirectory())
    throw new Refusal('home_unusable', `The folder for sockets ${path} is not a folder itself.`, {
      remedy: advice(`Remove what is at ${path}, or choose a home with a shorter path.`),
    });
  if (uid !== undefined && stats.uid !== uid)
    throw new Refusal('home_foreign', `The folder for sockets ${path} belongs to another user.`, {
      remedy: advice(`Set XDG_RUNTIME_DIR, or choose a home with a shorter path.`),
      details: { path, owner: stats.uid, uid },
    });
  if ((stats.mode & 0o777) !== 0o700)
    throw new Refusal('home_modes', `Others may reach into the folder for sockets ${path}.`, {
      remedy: command(`chmod 700 ${shellWord(path)}`),
      details: { path },
    });
}

/** A socket this young may belong to a process that has bound it and does not listen yet. */
const youngMs = 60_000;
const mostSwept = 500;

/** Removes sockets whose processes are gone: nobody listens there, and they are old enough to be sure. */
export async function sweepSockets(folder: string, wall: number): Promise<void> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sock'));
  for (const name of names.slice(0, mostSwept)) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats?.isSocket() || wall - stats.ctimeMs < youngMs) continue;
    if (!(await isListening(path))) removeIfThere(path);
  }
}

/** False only when the kernel says that nobody listens. A process that is stopped or does not keep up listens. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = 'code' in error ? error.code : null;
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT');
    });
  });
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
