import { existsSync, readFileSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ContainerFacts, DiskFacts, MachineFacts } from '../../core/machine-facts.ts';
import type { Machine } from '../../ports/machine.ts';
import { databaseIn } from './home.ts';
import { findLockHolder } from './lock-holder.ts';
import { containerKind, initKind, isWslKernel } from './machine-reading.ts';

/** @param home a folder that exists, whose file system counts; null when there is none yet */
export const makeMachine = (home: string | null): Machine => ({
  facts: async (): Promise<MachineFacts> => ({
    platform: process.platform,
    node: { version: process.versions.node, path: realPath(process.execPath) },
    zoneData: process.versions['tz'] ?? null,
    isWsl: isWslKernel(read('/proc/sys/kernel/osrelease')),
    container: findContainer(),
    disk: home === null ? null : lookAtDisk(home),
    user: userName(),
    lingers: lingers(userName()),
  }),
  isMissing,
  lockHolder: () => (home === null ? null : findLockHolder(databaseIn(home))),
});

/** A folder that may not be searched hides what is in it; that says nothing. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function findContainer(): ContainerFacts | null {
  const kind = containerKind({
    has: existsSync,
    environment: process.env,
    // Where systemd was started in a container, it keeps the word of who started it.
    manager: read('/run/systemd/container').trim(),
  });
  if (kind === null) return null;
  return { kind, init: initKind(read('/proc/1/cmdline'), read('/proc/1/comm')) };
}

const memoryKinds: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);
const layerKinds: ReadonlySet<number> = new Set([0x794c7630, 0x61756673]);

function lookAtDisk(folder: string): DiskFacts | null {
  try {
    const { type, bsize, bavail, blocks, ffree, files } = statfsSync(folder);
    const isLinux = process.platform === 'linux';
    const kind = memoryKinds.has(type >>> 0)
      ? 'memory'
      : layerKinds.has(type >>> 0)
        ? 'layer'
        : 'kept';
    return {
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      // Some file systems make room for files as they are needed, and say 0 for both.
      freeFiles: files > 0 ? ffree : null,
      totalFiles: files > 0 ? files : null,
      kind: isLinux ? kind : 'kept',
    };
  } catch {
    return null;
  }
}

function lingers(user: string): boolean | null {
  if (!existsSync('/run/systemd/system')) return null;
  return existsSync(`/var/lib/systemd/linger/${user}`);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry has a number only, as in many containers.
    return String(process.getuid?.() ?? '');
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
