import type { Instant } from '../core/instant.ts';
import type { Maker } from '../core/maker.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { ReasonCode, Remedy } from '../core/refusal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One piece of a conversation. */
export type ChatPart =
  | { readonly kind: 'asked'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** An operation that is about to be asked. */
  | { readonly kind: 'call'; readonly operation: string; readonly input: Fields }
  /** Its answer, as every door gives it. */
  | { readonly kind: 'card'; readonly operation: string; readonly answer: Fields }
  | {
      readonly kind: 'refused';
      readonly operation: string;
      readonly code: ReasonCode;
      readonly message: string;
      readonly remedy: Remedy | null;
    }
  /** `interrupted`: its process ended, and an operation was asked whose answer nobody knows. */
  | { readonly kind: 'end'; readonly how: 'done' | 'failed' | 'interrupted' };

export const chatPartKinds = ['asked', 'text', 'call', 'card', 'refused', 'end'] as const;

export type ChatLine = {
  /** Grows by one with each line of the conversation of a profile; a reader goes on from it. */
  readonly number: number;
  readonly turnId: string;
  readonly at: Instant;
  readonly part: ChatPart;
};

/** What a person said, and the process that answers it. */
export type ChatTurn = {
  readonly id: string;
  readonly profile: string;
  /** The same key again is the same turn. */
  readonly key: string;
  readonly actor: string;
  /** Who asked, and may do no more than such a one whoever answers it; null when that is not known: then nothing may be done for it. */
  readonly maker: Maker | null;
  readonly text: string;
  readonly worker: ProcessIdentity;
  readonly isOpen: boolean;
  readonly at: Instant;
};

/** The conversation of each profile, line by line. The newest 500 turns are kept. */
export type ChatStore = {
  /** Stores the turn with what was asked as its first line. @returns the earlier turn of this key, or null when this one was stored */
  accept(turn: ChatTurn): Promise<ChatTurn | null>;
  /** Adds lines; `end` closes the turn. @returns false, and writes nothing, when it is closed or another process answers it now */
  append(turn: ChatTurn, parts: readonly ChatPart[], at: Instant): Promise<boolean>;
  /** Lets another process answer an open turn, if `turn.worker` still does. */
  takeOver(turn: ChatTurn, worker: ProcessIdentity): Promise<boolean>;
  /** Oldest first, at most 100. */
  open(profile: string): Promise<readonly ChatTurn[]>;
  /** Oldest first. */
  lines(profile: string, after: number, limit: number): Promise<readonly ChatLine[]>;
  linesOf(profile: string, turnId: string): Promise<readonly ChatLine[]>;
  /** The number of the newest line, 0 when there is none. */
  newest(profile: string): Promise<number>;
};
