import type { Remedy } from './refusal.ts';

/** What can be mended without harm, by `doctor --fix`. */
export const mends = ['modes', 'linger'] as const;
export type Mend = (typeof mends)[number];

/** The result of one check, good or bad. */
export type Finding = {
  /** One word that stays the same. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly mend: Mend | null;
};

export const isFine = (check: string, message: string): Finding => ({
  check,
  state: 'ok',
  message,
  remedy: null,
  mend: null,
});

/** @param remedy null only where nothing can be done but wait */
export const isWrong = (
  check: string,
  state: 'warning' | 'problem',
  message: string,
  remedy: Remedy | null,
): Finding => ({ check, state, message, remedy, mend: null });
