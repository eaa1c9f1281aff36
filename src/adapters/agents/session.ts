import { costOf, type Prices, type Tokens } from '../../core/agent-answer.ts';
import type { Instant } from '../../core/instant.ts';
import type { ReasonCode } from '../../core/refusal.ts';
import type { AgentWork, Usage } from '../../core/work.ts';
import type { WorkWorld } from '../../ports/work.ts';
import type { Redact } from './environment.ts';
import type { Transcript } from './transcript.ts';

/** One run of an agent: what it is told, what it has of the world, and what it leaves. */
export type Session = {
  readonly work: AgentWork;
  readonly world: WorkWorld;
  readonly transcript: Transcript;
  readonly redact: Redact;
  readonly meter: Meter;
};

/** What the run has used so far. */
export type Meter = {
  usage(): Usage;
  /** One more answer of a model. */
  answered(tokens: Tokens): void;
  called(): void;
  /** What an agent says of itself as a whole, in place of what was counted here. */
  told(total: Partial<Omit<Usage, 'model' | 'toolCalls'>>): void;
};

export function makeMeter(model: string | null, prices: Prices | null): Meter {
  let used = { inputTokens: 0, outputTokens: 0, toolCalls: 0, steps: 0 };
  let said: Partial<Usage> = {};
  return {
    usage: () => ({ model, ...used, costMicroUsd: costOf(prices, used), ...said }),
    answered({ inputTokens, outputTokens }) {
      used = {
        ...used,
        inputTokens: used.inputTokens + inputTokens,
        outputTokens: used.outputTokens + outputTokens,
        steps: used.steps + 1,
      };
    },
    called() {
      used = { ...used, toolCalls: used.toolCalls + 1 };
    },
    told(total) {
      said = { ...said, ...total };
    },
  };
}

/** How an agent came to its end, before anybody made a report of it. */
export type Ending =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'skipped' }
  | {
      readonly kind: 'failed';
      readonly reason: ReasonCode;
      readonly message: string;
      /** What it had said until then. */
      readonly text: string;
      /** When asking again makes sense; only of failures that are for later. */
      readonly notBefore: Instant | null;
    }
  /** It was told to end from outside. */
  | { readonly kind: 'stopped'; readonly text: string };

export const failed = (reason: ReasonCode, message: string, text = ''): Ending => ({
  kind: 'failed',
  reason,
  message,
  text,
  notBefore: null,
});
