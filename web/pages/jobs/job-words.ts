import type { JobAnswer } from '../../../src/operations/answers.ts';

/** A command as one line to look at. */
export const commandWords = ({ command, shell }: Pick<JobAnswer, 'command' | 'shell'>): string =>
  shell ? (command[0] ?? '') : command.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Nothing of what a person made by themselves: that is the rule. */
export const makerWords = ({ kind, name, run }: JobAnswer['madeBy']): string =>
  kind === 'person' ? '' : run === null ? `the ${kind} ${name}` : `${name} inside the run ${run}`;
