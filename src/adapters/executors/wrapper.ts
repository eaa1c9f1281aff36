import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { asideName, isLoading, loadingAside } from '../../core/loaded-by.ts';
import { hiddenVariables } from '../../core/redaction.ts';
import type { StartOrder } from '../../ports/executor.ts';
import { readyText } from './ready-text.ts';
import { wrapperText } from './wrapper-text.ts';

/** Where the system keeps its tools, whatever PATH a job or a service manager sets. */
const safePath =
  '/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin:/opt/homebrew/bin:/run/current-system/sw/bin';

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
  readonly env: string;
  readonly wc: string;
  /** Whether `tee` tells by its exit code that it could not write everything. */
  readonly teeTells: boolean;
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
    env: need('env'),
    wc: need('wc'),
    teeTells: !realpathSync(tee).endsWith('busybox'),
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
/** Some shells keep these for themselves or make something else of them, so another program passes them on. */
const keptByShells: ReadonlySet<string> = new Set(
  'IFS OPTIND PPID UID EUID GROUPS RANDOM SECONDS LINENO BASHOPTS SHELLOPTS DIRSTACK FUNCNAME'.split(
    ' ',
  ),
);

const hundredths = (ms: number): string => String(Math.max(1, Math.ceil(ms / 10)));
const blocks = (bytes: number): number => Math.max(1, Math.ceil(bytes / blockBytes));

/** How many bytes of its output are kept of a run: the limit is counted in blocks. */
export const keptBytes = (order: StartOrder): number => blocks(order.outputLimit) * blockBytes;

/** Any text as one word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const assigned = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ');
/** Arguments for the shell. `umask` is that of the owner; the jobs run with it. `orders` is where its orders are found. */
export const wrapperArguments = (tools: Tools, umask: number, orders: string): string[] => [
  '-c',
  wrapperText,
  wrapperName,
  umask.toString(8).padStart(4, '0'),
  tools.sleep,
  tools.grep,
  tools.tee,
  tools.mkfifo,
  tools.rm,
  tools.date,
  tools.ps,
  tools.wc,
  tools.teeTells ? 'yes' : '',
  tools.redactor,
  tools.node,
  orders,
  tools.shell,
  readyText,
  ...tools.newSession,
];

/** What has to be hidden is told to the redactor by the environment; and what must be hidden is left in no file, so the whole follows. */
const isInEnvironment = (order: StartOrder): boolean => order.hidden.length > 0;

/**
 * The environment in which a wrapper starts: its own mark, and that of its only run where it holds secrets. What would load something into the
 * wrapper and its helpers has another name there until the command begins.
 */
export function wrapperEnvironment(mark: string, order: StartOrder | null): Record<string, string> {
  const whole = order !== null && isInEnvironment(order);
  const env: Record<string, string> = whole
    ? { ...loadingAside(order.env), ...hiddenVariables(order.hidden) }
    : {};
  delete env['CRONKEEPER_RUN_ID'];
  return { ...env, CRONKEEPER_WRAPPER: mark };
}

/**
 * What the wrapper reads when its gate opens: what it has to know, and `_ck_order`, which makes the command in a shell of its own. To the
 * guard the first line tells all, to the wrapper it is a comment.
 */
export function orderText(order: StartOrder, folder: string, tools: Tools): string {
  const aside = isInEnvironment(order) ? Object.keys(order.env).filter(isLoading) : [];
  const given = isInEnvironment(order)
    ? aside.map((name) => [name, `"$${asideName(name)}"`] as const)
    : Object.entries(order.env).map(([name, value]) => [name, quoted(value)] as const);
  const kept = given.filter(([name]) => keptByShells.has(name));
  const exported = given.filter(([name]) => !keptByShells.has(name));
  const unset = [
    ...shellVariables.filter((name) => order.env[name] === undefined),
    ...aside.map(asideName),
    // A worker of ours writes more than its output, and must know what to hide in it.
    ...(order.work === null ? Object.keys(hiddenVariables(order.hidden)) : []),
  ];
  const words = [
    ...(kept.length > 0
      ? [quoted(tools.env), ...kept.map(([name, word]) => `${name}=${word}`)]
      : []),
    ...order.argv.map(quoted),
  ];
  const command = [
    ...(exported.length > 0
      ? [`export ${exported.map(([name, word]) => `${name}=${word}`).join(' ')}`]
      : []),
    `set -- "$@" ${words.join(' ')}`,
  ].join('\n');
  const facts = assigned({
    _ck_run: order.key.runId,
    _ck_folder: folder,
    _ck_cwd: order.cwd,
    _ck_program: order.argv[0] ?? '',
    _ck_blocks: String(blocks(order.outputLimit)),
    _ck_unset: unset.join(' '),
    _ck_order: command,
  });
  const path = order.env['PATH'];
  return `${guardLine(order, folder)}${facts}\n${path === undefined ? 'unset PATH' : `PATH=${quoted(path)}`}\n`;
}

/** What the guard has to know of a run: one line. */
const guardLine = (order: StartOrder, folder: string): string =>
  `${[
    '#',
    order.key.runId,
    hundredths(order.timeoutMs),
    order.noOutputTimeoutMs === null ? '0' : hundredths(order.noOutputTimeoutMs),
    blocks(order.outputLimit),
    order.hidden.length > 0 ? 'yes' : 'no',
    folder,
  ].join(' ')}\n`;

/** What the kernel refuses to hand to a program: one text of 128 KiB, or 2 MiB of them; a little is left for words of ours. */
const longestText = 128 * 1024 - 1;
const mostTexts = 2 * 1024 * 1024 - 64 * 1024;
const pointerBytes = 8;

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
  return lengthObjection(order);
}

function lengthObjection({ argv, env }: Pick<StartOrder, 'argv' | 'env'>): string | null {
  const texts = [...argv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  let total = 0;
  for (const text of texts) {
    const bytes = Buffer.byteLength(text);
    if (bytes > longestText)
      return 'A word of the command or its environment is longer than 128 KiB.';
    total += bytes + 1 + pointerBytes;
  }
  return total > mostTexts ? 'The command and its environment are longer than 2 MiB.' : null;
}
