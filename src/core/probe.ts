import type { Instant } from './instant.ts';
import type { ReasonCode } from './refusal.ts';

/** Something that stands in the way of jobs, as the owner found it where it would start them. */
export type Finding = {
  /** The reason that their runs would end or be refused with. */
  readonly code: ReasonCode;
  readonly message: string;
  readonly jobIds: readonly string[];
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
