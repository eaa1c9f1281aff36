import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a command ended. `code` is null when it could not be started or did not end in time; `said` is its complaint in one line. */
export type Commanded = {
  readonly code: number | null;
  readonly output: string;
  readonly said: string;
};

/** Runs the commands of a service manager; replaced in tests. */
export type Commands = {
  run(command: string, args: readonly string[], timeoutMs: number): Promise<Commanded>;
  /** Lines of its output until it ends or the signal aborts. */
  lines(command: string, args: readonly string[], signal: AbortSignal): AsyncIterable<string>;
};

/** The environment is ours: an inherited one could name another bus, with another manager behind it. */
const environment = (uid: number): Readonly<Record<string, string>> => ({
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
  XDG_RUNTIME_DIR: `/run/user/${uid}`,
});

export function makeCommands(uid: number): Commands {
  const env = environment(uid);
  return {
    run: (command, args, timeoutMs) =>
      new Promise((resolve) => {
        const options = {
          env,
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
          maxBuffer: 4 << 20,
        } as const;
        execFile(command, args, options, (error, output, complaint) => {
          if (!error) return resolve({ code: 0, output, said: '' });
          const late = error.killed ? `no answer within ${timeoutMs} ms` : '';
          const said = late || firstLine(complaint) || `${command}: ${error.code ?? error.signal}`;
          resolve({ code: typeof error.code === 'number' ? error.code : null, output, said });
        });
      }),
    async *lines(command, args, signal) {
      const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const end = (): boolean => child.kill('SIGTERM');
      signal.addEventListener('abort', end, { once: true });
      let complaint = '';
      child.stderr.on('data', (part: Buffer) => {
        complaint = (complaint + String(part)).slice(0, 2_000);
      });
      const ended = new Promise<number | null>((resolve) => {
        child.once('error', (error) => {
          complaint ||= error.message;
          resolve(null);
        });
        child.once('close', resolve);
      });
      yield* createInterface({ input: child.stdout });
      const code = await ended;
      signal.removeEventListener('abort', end);
      if (code !== 0 && !signal.aborted) throw new Error(firstLine(complaint) || command);
    },
  };
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 300);
