import type { Mutant } from './mutants.ts';

/** Mutants that no test can notice, because the program means the same with them. */
const equivalents: readonly {
  readonly file: string;
  /** What stands there, in one line, and what kind of change it is. */
  readonly was: string;
  readonly what: string;
  readonly why: string;
}[] = [];

export const isEquivalent = ({ file, was, what }: Mutant): boolean =>
  equivalents.some((one) => one.file === file && one.was === was && one.what === what);
