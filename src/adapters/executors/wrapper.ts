import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hiddenVariables } from '../../core/redaction.ts';
import type { StartOrder } from '../../ports/executor.ts';
import { wrapperText } from './wrapper-text.ts';

/** Where the system keeps its tools, whatever PATH a job or a service manager sets. */
const safePath = '/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin:/opt/homebrew/bin';

/** Absolute paths of what the wrapper and the starter execute besides the job itself. */
export type Tools = {
  readonly shell: string;
  readonly sleep: string;
  readonly grep: string;
  readonly tee: string;
  readonly mkfifo: string;
  readonly rm: string;
  readonly date: string;
  readonly ps: string;
  /** Empty where `tee` tells by its exit code that it could not write everything. */
  readonly wc: string;
  /** The runtime, and the program that keeps secrets out of what is kept of an output. */
  readonly node: string;
  readonly redactor: string;
  /** Words in front of a command that put it into a session of its own, in the same process. */
  readonly newSession: readonly string[];
};

function find(name: string): string | null {
  for (const folder of safePath.split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return null;
}

/** Looks up the tools once. Throws when the system lacks one that every attempt needs. */
export function findTools(redactor: string): Tools {
  const need = (name: string): string => {
    const path = find(name);
    if (path === null) throw new Error(`The program "${name}" is in none of ${safePath}.`);
    return path;
  };
  const setsid = find('setsid');
  const tee = need('tee');
  const newSession =
    setsid === null
      ? [need('perl'), '-MPOSIX', '-e', 'POSIX::setsid(); exec { $ARGV[0] } @ARGV; exit 127', '--']
      : [setsid, '--'];
  return {
    shell: '/bin/sh',
    sleep: need('sleep'),
    grep: need('grep'),
    tee,
    mkfifo: need('mkfifo'),
    rm: need('rm'),
    date: need('date'),
    // Only where there is no /proc.
    ps: find('ps') ?? '/bin/ps',
    wc: realpathSync(tee).endsWith('busybox') ? need('wc') : '',
    node: process.execPath,
    redactor,
    newSession,
  };
}

/** The name of the wrapper in process lists. */
export const wrapperName = 'cronkeeper-run';

const blockBytes = 512;
/** Shells set these themselves; a job gets them only if it was given them. */
const shellVariables = ['PWD', 'OLDPWD', 'SHLVL', '_'];

const hundredths = (ms: number): string => String(Math.max(1, Math.ceil(ms / 10)));

/** Arguments for the shell. `umask` is that of the owner; the job runs with it. */
export function wrapperArguments(
  order: StartOrder,
  folder: string,
  tools: Tools,
  umask: number,
): string[] {
  const hides = order.hidden.length > 0;
  const unset = [
    ...shellVariables.filter((name) => order.env[name] === undefined),
    // A worker of ours writes more than its output, and must know what to hide in it.
    ...(order.work === null ? Object.keys(hiddenVariables(order.hidden)) : []),
  ];
  return [
    '-c',
    wrapperText,
    wrapperName,
    folder,
    order.key.runId,
    umask.toString(8).padStart(4, '0'),
    order.cwd,
    hundredths(order.timeoutMs),
    order.noOutputTimeoutMs === null ? '0' : hundredths(order.noOutputTimeoutMs),
    String(Math.max(1, Math.ceil(order.outputLimit / blockBytes))),
    unset.join(' '),
    order.argv[0] ?? '',
    tools.sleep,
    tools.grep,
    tools.tee,
    tools.mkfifo,
    tools.rm,
    tools.date,
    tools.ps,
    tools.wc,
    hides ? tools.redactor : '',
    tools.node,
    ...tools.newSession,
    ...order.argv,
  ];
}

/** The environment in which the wrapper starts. It exports the job's own mark itself, right before the command. */
export function wrapperEnvironment(order: StartOrder): Record<string, string> {
  const env: Record<string, string> = {
    ...order.env,
    ...hiddenVariables(order.hidden),
    CRONKEEPER_WRAPPER: order.key.runId,
  };
  delete env['CRONKEEPER_RUN_ID'];
  return env;
}

/** Why this order cannot be carried out exactly, or null. A shell passes on only names that it could have set itself. */
export function objection(order: Pick<StartOrder, 'argv' | 'env' | 'cwd'>): string | null {
  if (order.argv.length === 0) return 'The command is empty.';
  if (!order.cwd.startsWith('/')) return `The folder "${order.cwd}" is not absolute.`;
  for (const word of [...order.argv, order.cwd]) {
    if (word.includes('\0')) return 'The command or its folder contains a NUL character.';
  }
  for (const [name, value] of Object.entries(order.env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.startsWith('_ck')) {
      return `The name of the environment variable "${name}" cannot be used.`;
    }
    if (value.includes('\0')) return `The environment variable "${name}" contains a NUL character.`;
  }
  return null;
}
