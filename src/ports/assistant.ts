import type { ReasonCode, Remedy } from '../core/refusal.ts';

/** What came of asking an operation. `words` say it so that nobody can miss it: first of all when nothing will run the jobs. */
export type ToolResult =
  | { readonly kind: 'card'; readonly answer: Fields; readonly words: string }
  | {
      readonly kind: 'refused';
      readonly code: ReasonCode;
      readonly message: string;
      readonly remedy: Remedy | null;
      readonly words: string;
    };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Answers what a person writes in a chat. All that it can do is `call` operations of the chat; the turn itself records each call and
 * what came of it, so that what a person sees of a job is data and never an assistant's words.
 */
export type Assistant = {
  readonly name: string;
  /**
   * The answer in pieces of text, as they come. Ends soon after `signal` aborts.
   *
   * @throws whatever broke it; the turn ends as failed
   */
  answer(question: ChatQuestion): AsyncIterable<string>;
};

export type ChatQuestion = {
  readonly text: string;
  /** Asks an operation of the chat by its name. An unknown name or a wrong input is answered as refused. */
  call(operation: string, input: Fields): Promise<ToolResult>;
  readonly signal: AbortSignal;
};
