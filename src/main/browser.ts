import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliHost } from '../doors/cli/host.ts';

/** Whether a browser that is opened here appears before the person who typed the command. */
export const hasDisplay = ({ env, stdoutIsTty }: Pick<CliHost, 'env' | 'stdoutIsTty'>): boolean =>
  stdoutIsTty &&
  !env['SSH_CONNECTION'] &&
  (process.platform === 'darwin' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']));

/**
 * Opens the browser of the desktop. The link is handed over in a file of this user: others can read the words of a command.
 * A browser that does not open is no fault; the link was printed.
 *
 * @returns takes the file back
 */
export function openBrowser(link: string, folder: string): () => void {
  const path = join(folder, `open-${process.pid}.html`);
  const page = `<!doctype html><meta http-equiv="refresh" content="0; url=${link}">\n`;
  writeFileSync(path, page, { mode: 0o600 });
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [path], { detached: true, stdio: 'ignore' });
  child.once('error', () => {});
  child.unref();
  return () => rmSync(path, { force: true });
}
