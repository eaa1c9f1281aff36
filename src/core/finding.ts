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

const made =
  (state: Finding['state']) =>
  (check: string, message: string, remedy: Remedy | null = null): Finding => ({
    check,
    state,
    message,
    remedy,
    mend: null,
  });

export const fine: (check: string, message: string) => Finding = made('ok');

type Wrong = (check: string, message: string, remedy: Remedy | null) => Finding;

/** The remedy is null only where nothing can be done but wait. */
export const warning: Wrong = made('warning');
/** The same; jobs do not run, or are in danger. */
export const problem: Wrong = made('problem');
