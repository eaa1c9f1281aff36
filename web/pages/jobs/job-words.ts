import type { JobAnswer } from '../../../src/operations/answers.ts';

/** Nothing of what a person made by themselves: that is the rule. */
export const makerWords = ({ kind, name, run }: JobAnswer['madeBy']): string =>
  kind === 'person' ? '' : run === null ? `the ${kind} ${name}` : `${name} inside the run ${run}`;
