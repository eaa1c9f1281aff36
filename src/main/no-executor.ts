import type { Executor } from '../ports/executor.ts';

const refuse = (): never => {
  throw new Error('This process only asks: it has nothing to run jobs with.');
};

/**
 * In place of an executor, in a process that only asks. The election keeps it out by its nature; were that ever wrong, there would
 * still be nothing here that could start a process.
 */
export const noExecutor: Executor = {
  open: async () => refuse(),
  prepare: async () => refuse(),
  release: refuse,
  abandon: refuse,
  inspect: async () => refuse(),
  adopt: refuse,
  end: async () => refuse(),
  marked: async () => refuse(),
  sweep: async () => refuse(),
  probe: async () => refuse(),
  examine: async () => refuse(),
  trial: async () => refuse(),
  expect: refuse,
  outputBetween: async () => refuse(),
  removeOutput: async () => refuse(),
  listen: () => {},
  close: async () => {},
};
