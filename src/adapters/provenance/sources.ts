import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** How a command ended. `exitCode` is null when it could not be started or did not end in time. */
export type CommandResult =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly why: string };

/** Everything that a probe asks of the world; replaced by recorded facts in tests. */
export type Sources = {
  readonly platform: string;
  readonly pid: number;
  readonly uid: number;
  readonly user: string;
  readonly host: string;
  /** What a service manager leaves in the environment of what it starts. */
  readonly env: {
    readonly INVOCATION_ID?: string | undefined;
    readonly SYSTEMD_EXEC_PID?: string | undefined;
    readonly LISTEN_PID?: string | undefined;
    readonly XPC_SERVICE_NAME?: string | undefined;
  };
  /** The kernel's number of the pid namespace; absent where the platform has none. */
  readonly pidNamespace?: string;
  run(command: string, args: readonly string[], timeoutMs: number): Promise<CommandResult>;
  /** Null when it cannot be read. */
  readFile(path: string): string | null;
  /** When a file was last replaced or changed, in UTC milliseconds; null for what is no file. */
  changedAt(path: string): number | null;
};

/** This process on this machine. */
export function makeRealSources(): Sources {
  const uid = process.getuid?.() ?? -1;
  return {
    platform: process.platform,
    pid: process.pid,
    uid,
    user: userName(uid),
    host: hostname(),
    env: process.env,
    ...pidNamespace(),
    run: (command, args, timeoutMs) => run(command, args, timeoutMs, uid),
    readFile,
    changedAt,
  };
}

function pidNamespace(): { readonly pidNamespace?: string } {
  try {
    return { pidNamespace: readlinkSync('/proc/self/ns/pid').replace(/\D/g, '') };
  } catch {
    return {};
  }
}

/** A user without an entry has a number only, as in many containers. */
function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}

function readFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The time of the inode: a package keeps the times of its files, but cannot keep this one. */
function changedAt(path: string): number | null {
  const about = statSync(path, { throwIfNoEntry: false });
  return about?.isFile() ? about.ctimeMs : null;
}

/** The environment is ours and not inherited: an inherited one could name another bus, with another manager behind it. */
function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  uid: number,
): Promise<CommandResult> {
  const env = {
    LC_ALL: 'C',
    TZ: 'UTC',
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
    XDG_RUNTIME_DIR: `/run/user/${uid}`,
  };
  const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 4 << 20 } as const;
  return new Promise((resolve) => {
    execFile(command, args, options, (error, output, complaint) => {
      if (!error) return resolve({ kind: 'done', output });
      const exitCode = typeof error.code === 'number' ? error.code : null;
      const why = error.killed
        ? `no answer within ${timeoutMs} ms`
        : complaint.trim().split('\n')[0] || `${command}: ${error.code ?? error.signal}`;
      resolve({ kind: 'failed', exitCode, why: why.slice(0, 200) });
    });
  });
}
