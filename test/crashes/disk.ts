import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FileSystem = 'ext4' | 'xfs';

const makers: Readonly<Record<FileSystem, readonly [number, string, ...string[]]>> = {
  ext4: [64 * 1024 ** 2, 'mkfs.ext4', '-q', '-F'],
  // The smallest that it accepts; only what is written takes room.
  xfs: [320 * 1024 ** 2, 'mkfs.xfs', '-q', '-f'],
};

function mustRun(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args);
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? ''}${stderr}`);
}

/** A file system of its own, in a file, whose power can be cut: what was not written through is gone. */
export class Disk {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ck-disk-'));
  readonly mount = join(this.#folder, 'mount');
  #image = join(this.#folder, 'image');
  cuts = 0;

  readonly #kind: FileSystem;

  constructor(kind: FileSystem) {
    this.#kind = kind;
    const [size, maker, ...options] = makers[kind];
    mkdirSync(this.mount);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, size);
    mustRun(maker, ...options, this.#image);
    this.#attach();
  }

  #attach(): void {
    // A copy of a disk has the name of the first.
    const options = this.#kind === 'xfs' ? 'loop,nouuid' : 'loop';
    mustRun('mount', '-o', options, this.#image, this.mount);
  }

  /** From here on nothing reaches the disk any more, its journal included. */
  cutPower(): void {
    mustRun('xfs_io', '-x', '-c', 'shutdown', this.mount);
    this.cuts += 1;
  }

  /**
   * After a cut. What is on the disk is looked at through a copy of it: the file system that was shut down may still be held in memory,
   * by another mount namespace for instance, and would be mounted again as it is.
   */
  turnOn(): void {
    mustRun('umount', '-l', this.mount);
    const before = this.#image;
    this.#image = join(this.#folder, `image-${this.cuts}`);
    mustRun('cp', '--sparse=always', before, this.#image);
    rmSync(before);
    this.#attach();
  }

  remove(): void {
    spawnSync('umount', ['-l', this.mount]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Null when disks can be made here; else why not. As root the tools are installed first. */
export function whyNoDisk(): string | null {
  if (process.getuid?.() !== 0) return 'needs root, for loop mounts';
  const isThere = (tool: string): boolean => spawnSync(tool, ['-V']).error === undefined;
  const tools = ['xfs_io', 'mkfs.xfs', 'mkfs.ext4'];
  if (!tools.every(isThere)) spawnSync('apt-get', ['install', '-y', 'xfsprogs', 'e2fsprogs']);
  const missing = tools.filter((tool) => !isThere(tool));
  if (missing.length > 0) return `needs ${missing.join(', ')}: apt-get install xfsprogs e2fsprogs`;
  try {
    new Disk('ext4').remove();
    return null;
  } catch (error) {
    return `needs loop mounts: ${String(error)}`;
  }
}
