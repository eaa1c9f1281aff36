import { type ChildProcess, spawn } from 'node:child_process';

/** A terminal of its own, by the program `script`: what is typed into it goes through its line discipline, so Ctrl-C is a signal. */
export type Terminal = {
  seen(): string;
  type(keys: string): void;
  /** Resolves when the program in it has ended. */
  readonly ended: Promise<number | null>;
  close(): void;
};

export function openTerminal(
  line: string,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    readonly columns?: number;
  },
): Terminal {
  const sized = `stty cols ${options.columns ?? 80} rows 24; exec ${line}`;
  const child: ChildProcess = spawn('script', ['-qec', sized, '/dev/null'], {
    env: { ...options.env, TERM: 'xterm', SHELL: '/bin/sh' },
    cwd: options.cwd,
  });
  let seen = '';
  child.stdout?.on('data', (part: Buffer) => {
    seen += part.toString();
  });
  return {
    seen: () => seen,
    type: (keys) => void child.stdin?.write(keys),
    ended: new Promise((resolve) => child.once('close', resolve)),
    close: () => void child.kill('SIGKILL'),
  };
}

/** How a word is typed so that a shell takes it as it is. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
