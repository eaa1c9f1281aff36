import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';

/** Everything that is asked of the machine; replaced by recorded facts in tests. */
export type Sources = {
  readonly platform: string;
  readonly user: string;
  /** Where the program keeps everything. */
  readonly home: string;
  /** Null when it cannot be read. */
  readFile(path: string): string | null;
  /** Names in a folder, in order; none when there is no such folder. */
  list(path: string): readonly string[];
  /** What it wrote; null when it failed or took longer than 2 s. */
  run(command: string, args: readonly string[]): Promise<string | null>;
  /** Null when it cannot be asked. */
  disk(path: string): { readonly freeBytes: number; readonly totalBytes: number } | null;
};

const timeoutMs = 2_000;

export function makeRealSources(user: string, home: string): Sources {
  return { platform: process.platform, user, home, readFile, list, run, disk };
}

function readFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function run(command: string, args: readonly string[]): Promise<string | null> {
  const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin' };
  const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1 << 20 } as const;
  return new Promise((resolve) => {
    execFile(command, args, options, (error, output) => resolve(error === null ? output : null));
  });
}

function disk(path: string): { readonly freeBytes: number; readonly totalBytes: number } | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
