import { styleText } from 'node:util';
import type { Instant } from '../../../core/instant.ts';
import { shellWord } from '../../../core/shell-word.ts';

/** Everything that rendering depends on besides the answer. */
export type View = {
  /** Width of the terminal in cells; Infinity when the output is no terminal. */
  readonly columns: number;
  readonly color: boolean;
  readonly now: Instant;
  /** IANA zone in which times are shown. */
  readonly zone: string;
  readonly verbose: boolean;
  readonly profile: string;
  /** As named by `--home`; then commands to type name it too. */
  readonly home?: string | null;
};

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong';

const styles = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'dim',
  strong: 'bold',
} as const;

/** Colour never carries meaning alone: the text says the same without it. */
export const paint = (view: Pick<View, 'color'>, tone: Tone, text: string): string =>
  view.color ? styleText(styles[tone], text, { validateStream: false }) : text;

/** What a verb prints: the answer, and warnings that go to the error stream. */
export type Presented = { readonly text: string; readonly warnings: string };

export const plain = (text: string): Presented => ({ text, warnings: '' });

export const lines = (...parts: readonly (string | null)[]): string =>
  parts
    .filter((part) => part !== null && part !== '')
    .map((part) => `${part}\n`)
    .join('');

/** Counts a thing: "1 job", "2 jobs". */
export const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A command to type, in the home that was named on the command line. */
export function inHome(view: Pick<View, 'home'>, text: string): string {
  const { home } = view;
  if (home === undefined || home === null || / --home[ =]/.test(text)) return text;
  const start = /^(?:sudo )?cronkeeper /.exec(text)?.[0];
  return start === undefined
    ? text
    : `${start}--home ${shellWord(home)} ${text.slice(start.length)}`;
}
