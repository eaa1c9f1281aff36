import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Everything that is asked of the machine; replaced by recorded facts in tests. */
export type Sources = {
  readonly platform: string;
  /** Null when it cannot be read. */
  readFile(path: string): string | null;
  /** Names in a folder, in order; none when there is no such folder. */
  list(path: string): readonly string[];
  /** What it wrote; null when it failed or took longer than 2 s. */
  run(command: string, args: readonly string[]): Promise<string | null>;
};

const timeoutMs = 2_000;

export const realSources: Sources = { platform: process.platform, readFile, list, run };

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
