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
  /** What everybody who meets it has to know. */
  readonly note: string;
  /** Its calls are its own choice: then they carry no more than the authority of a chat. */
  readonly thinks: boolean;
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

/** An operation as a model is told of it. `input`: JSON schema. */
export type ChatTool = { readonly name: string; readonly summary: string; readonly input: Fields };

/** What was said before, oldest first. */
export type ChatSaid = { readonly by: 'person' | 'assistant'; readonly text: string };

/** Assistants that think. */
export type ModelAssistants = {
  /**
   * The one with the model that the settings name; null where they name none.
   *
   * @throws Refusal when that model cannot be asked: it is not known, or its key is missing
   */
  open(tell: () => Promise<ChatTold>): Promise<Assistant | null>;
};

/** What a model is told before it is asked. */
export type ChatTold = {
  readonly instructions: string;
  readonly tools: readonly ChatTool[];
  readonly earlier: readonly ChatSaid[];
};
