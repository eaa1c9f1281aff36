import { spawn } from 'node:child_process';
import { advice, Refusal } from '../../core/refusal.ts';
import type { Account } from './accounts.ts';

/** How a program that was started as a user ended. */
export type Ended = {
  readonly code: number | null;
  /** Whether we ended it, because its time was over. */
  readonly timedOut: boolean;
  readonly out: string;
  readonly err: string;
};

const mostBytes = 4 << 20;

/**
 * Runs a program as that user: its ids, none of our groups, none of our environment. Only root can become somebody else; for
 * the user of this process nothing changes.
 *
 * @throws Refusal `service_failed` when that user cannot execute the program
 */
export function runAs(
  account: Account,
  [program = '', ...args]: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Ended> {
  const { name, uid, gid, folder, shell } = account;
  const env = {
    HOME: folder,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    XDG_RUNTIME_DIR: `/run/user/${uid}`,
    ...options.env,
  };
  const identity = process.getuid?.() === uid ? {} : { uid, gid };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...identity,
      env,
      cwd: '/',
      stdio: 'pipe',
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (part: Buffer) => {
      if (out.length < mostBytes) out += String(part);
    });
    child.stderr.on('data', (part: Buffer) => {
      if (err.length < mostBytes) err += String(part);
    });
    // A child that ended before it read everything has nothing more to be told.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', (cause) => reject(unable(name, program, cause)));
    child.once('close', (code) => resolve({ code, timedOut: child.killed, out, err }));
  });
}

const unable = (user: string, program: string, cause: Error): Refusal =>
  new Refusal('service_failed', `User ${user} cannot execute ${program}: ${cause.message}.`, {
    remedy: advice(
      'Install Node and cronkeeper where that user may execute them, such as /usr/local or /opt.',
    ),
    cause,
  });
