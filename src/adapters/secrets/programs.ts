import { type ChildProcess, spawn } from 'node:child_process';
import { longestSecret, type SecretSource } from '../../core/secret.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Found, oneLine } from './files.ts';

/** What a program said, or why it said nothing that can be used. Replaced in tests. */
export type AskProgram = (argv: readonly string[]) => Promise<Found>;

type AskOptions = {
  readonly own: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly withinMs?: number;
};

const limitMs = 10_000;
/** What a password manager needs to find its agent and its screen; nothing else of the owner is its business. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'PASSWORD_STORE_DIR',
];

/** Runs a program without a shell and takes its one line. What it says on standard error is not repeated: it may hold anything. */
export const makeAskProgram =
  ({ own, clock, withinMs = limitMs }: AskOptions): AskProgram =>
  async ([program = '', ...args]) => {
    const env = Object.fromEntries(passedOn.flatMap((name) => entryOf(own, name)));
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const child = spawn(program, args, { cwd: '/', env, detached: true, stdio: [...stdio] });
    const over = new AbortController();
    const tooLate: Found = { why: `${program} did not answer within ${withinMs / 1_000} s` };
    const late = clock.sleep(withinMs, over.signal).then(() => tooLate);
    try {
      return await Promise.race([answerOf(child, program), late]);
    } finally {
      // Whatever it left behind is not waited for, and does not live on.
      over.abort();
      endGroup(child);
      child.stdout?.destroy();
    }
  };

function answerOf(child: ChildProcess, program: string): Promise<Found> {
  const parts: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    child.stdout?.on('data', (part: Buffer) => {
      size += part.length;
      // A line break after the longest is enough to know.
      if (size <= longestSecret + 2) parts.push(part);
      else resolve({ why: `${program} said too much` });
    });
    child.once('error', (error) =>
      resolve({ why: `${program} could not be started: ${codeIn(error)}` }),
    );
    child.once('close', (code) => {
      if (code !== 0) resolve({ why: `${program} ended with ${code ?? 'a signal'}` });
      else resolve(oneLine(Buffer.concat(parts).toString(), `the output of ${program}`));
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

const entryOf = (own: AskOptions['own'], name: string): readonly (readonly [string, string])[] => {
  const value = own[name];
  return value === undefined ? [] : [[name, value]];
};

const codeIn = (error: Error): string => ('code' in error ? String(error.code) : error.message);

/** How the keychain of this platform is asked; null where there is none that we know. */
export function keychainCommand(
  platform: string,
  { service, account }: Extract<SecretSource, { kind: 'keychain' }>,
): readonly string[] | null {
  if (platform === 'darwin') {
    const who = account === null ? [] : ['-a', account];
    return ['/usr/bin/security', 'find-generic-password', '-w', '-s', service, ...who];
  }
  if (platform !== 'linux') return null;
  const who = account === null ? [] : ['account', account];
  return ['secret-tool', 'lookup', 'service', service, ...who];
}
