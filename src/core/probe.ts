import type { Instant } from './instant.ts';
import type { JobDefinition } from './job.ts';
import type { ReasonCode } from './refusal.ts';
import { secretsIn } from './secret.ts';

/** Something that stands in the way of jobs, as the owner found it where it would start them. */
export type Finding = {
  /** The reason that their runs would end or be refused with. */
  readonly code: ReasonCode;
  readonly message: string;
  readonly jobIds: readonly string[];
};

/** What stands in the way of one job. */
export type Hindrance = Pick<Finding, 'code' | 'message'>;

/** What the beginning of a command rests on, and what its owner can be asked before there is a job. */
export type CommandLook = {
  readonly program: string;
  /** The command with which a line for the shell begins, where that decides. */
  readonly word: string | null;
  readonly cwd: string;
  /** The PATH that the job gives itself. */
  readonly path: string | null;
};

/** What the owner found out about the enabled jobs of its profile, asked by a request of kind `probe`. */
export type Findings = {
  readonly at: Instant;
  /** How many jobs were looked at. */
  readonly jobs: number;
  readonly unmet: readonly Finding[];
  /** Jobs of which something could not be found out in time. */
  readonly unknown: readonly string[];
};

/** So many enabled jobs of a profile are looked at, by name. */
export const maxProbedJobs = 20_000;

/**
 * The command with which a line for the shell begins, where that alone decides whether the line does anything: null when the line
 * has more than one command, or does not begin with a plain word.
 */
export function firstWordOf(line: string): string | null {
  const [word = ''] = line.trim().split(/\s+/, 1);
  if (!/^[\w@%+:,./-]+$/.test(word)) return null;
  const rest = line.replaceAll(/\d?>+&?\d?/g, ' ');
  return /[;|&`(){}\n]|\$\(/.test(rest) ? null : word;
}

const shell = '/bin/sh';

/** What there is to look at before a job is stored. Null when its PATH is a secret. */
export function commandLookOf({
  action,
  cwd,
  env,
}: Pick<JobDefinition, 'action' | 'cwd' | 'env'>): CommandLook | null {
  const path = env['PATH'] ?? null;
  if (path !== null && secretsIn([path]).length > 0) return null;
  if (action.kind !== 'command') return { program: shell, word: null, cwd, path };
  const [first = ''] = action.argv;
  return action.shell
    ? { program: shell, word: firstWordOf(first), cwd, path }
    : { program: first, word: null, cwd, path };
}

/** The paths without which the command cannot begin, whatever its PATH. */
export function pathsOf({ program, word, cwd }: CommandLook): readonly string[] {
  const whole = [program, word ?? ''].filter((one) => one.includes('/'));
  return [cwd, ...whole.map((one) => (one.startsWith('/') ? one : `${cwd}/${one}`))];
}
