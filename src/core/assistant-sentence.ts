import type { TextContext } from './schedule-answers.ts';

/** What a job of a chat does. */
export type ChatWork =
  /** Tells the person this text. */
  | { readonly kind: 'reminder'; readonly text: string }
  /** A program with its arguments, no shell. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** What only an agent can do. */
  | { readonly kind: 'prompt'; readonly text: string };

export type JobVerb = 'pause' | 'resume' | 'run' | 'remove';

/** What is wanted. */
export type Intent =
  | {
      readonly kind: 'create';
      readonly when: string;
      readonly work: ChatWork;
      /** Null where none was given. */
      readonly name: string | null;
    }
  | { readonly kind: JobVerb; readonly jobId: string }
  | { readonly kind: 'list' | 'status' | 'tonight' | 'help' };

/** Why a sentence is answered with a question. */
export type Doubt =
  | 'unknown'
  | 'too-long'
  | 'several'
  | 'which-job'
  | 'no-time'
  | 'time'
  | 'vague'
  | 'condition'
  | 'no-work'
  | 'command';

export type Sentence =
  | { readonly kind: 'intent'; readonly intent: Intent }
  /** `text` says what was not clear, with a sentence that would be. */
  | { readonly kind: 'question'; readonly doubt: Doubt; readonly text: string };

export type KnownJob = { readonly id: string; readonly name: string };

export type SentenceContext = TextContext & { readonly jobs: readonly KnownJob[] };

export const intend = (intent: Intent): Sentence => ({ kind: 'intent', intent });
export const question = (doubt: Doubt, text: string): Sentence => ({
  kind: 'question',
  doubt,
  text,
});

/** Sentences that are understood, one of each kind. */
export const sentenceExamples: readonly string[] = [
  'remind me in 20 minutes to stretch',
  'every weekday at 9 run `./report.sh --short`',
  'what jobs do I have?',
  'pause backup, resume backup, run backup now, remove backup (one at a time)',
  'will everything run tonight?',
  'status',
];
