import { confirm, isCancel, multiselect } from '@clack/prompts';
import type { Questions } from './host.ts';
import { escapeLine } from './present/escape.ts';

/** Asks on the terminal, beside standard output. Loaded for a person only; the only file that knows the library. */
export const prompts: Questions = {
  async yes(question, assumed) {
    const answer = await confirm({
      message: escapeLine(question),
      initialValue: assumed,
      output: process.stderr,
    });
    return isCancel(answer) ? null : answer;
  },

  async some(question, choices) {
    const answer = await multiselect({
      message: escapeLine(question),
      options: choices.map(({ value, label }) => ({ value, label: escapeLine(label) })),
      initialValues: choices.map(({ value }) => value),
      required: false,
      output: process.stderr,
    });
    return isCancel(answer) ? null : answer;
  },
};
