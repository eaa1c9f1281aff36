import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Peers have a package of their own, so that nobody who uses or builds cronkeeper gets them. */
export const peersFolder = join(import.meta.dirname, '..', 'peers');

/** Installs the peers as their lockfile says, once. */
export function installPeers(): void {
  if (existsSync(join(peersFolder, 'node_modules', '.package-lock.json'))) return;
  process.stderr.write('  installing the peers: npm ci in bench/peers\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
}

/**
 * The path of a program, installed through apt when it is missing and that is allowed.
 *
 * @throws Error that says what to install
 */
export function needProgram(paths: readonly string[], debianPackage: string): string {
  const found = findProgram(paths);
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && findProgram(['apt-get'])) {
    process.stderr.write(`  installing ${debianPackage} through apt\n`);
    spawnSync('apt-get', ['install', '-y', debianPackage], { stdio: 'ignore', timeout: 300_000 });
  }
  const now = findProgram(paths);
  if (now) return now;
  throw new Error(`${paths[0]} is not installed: apt-get install ${debianPackage}`);
}

function findProgram(paths: readonly string[]): string | null {
  for (const path of paths) {
    if (path.startsWith('/') && existsSync(path)) return path;
    const { status, stdout } = spawnSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', path]);
    if (status === 0) return stdout.toString().trim();
  }
  return null;
}
