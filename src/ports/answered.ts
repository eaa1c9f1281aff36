import type { Instant } from '../core/instant.ts';

/** What was asked under a key, and what was answered; `answer` is null while nobody knows. */
export type AnsweredQuestion = {
  /** A digest of what was asked. */
  readonly question: string;
  readonly answer: { readonly status: number; readonly body: string } | null;
};

/** Remembers answers, so that a question that is asked again with the same key is answered, not done, again. */
export type AnsweredStore = {
  /**
   * Takes the key for this question. What was asked before `forgetBefore` is forgotten in passing.
   *
   * @returns null when it was free; else what it was used for
   */
  begin(
    asked: {
      readonly credentialId: string;
      readonly key: string;
      readonly question: string;
      readonly at: Instant;
    },
    forgetBefore: Instant,
  ): Promise<AnsweredQuestion | null>;
  finish(
    credentialId: string,
    key: string,
    answer: { status: number; body: string },
  ): Promise<void>;
  /** Frees the key of a question that was refused: nothing was done, so it may be asked again. */
  forget(credentialId: string, key: string): Promise<void>;
};
