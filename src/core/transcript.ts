import type { Instant } from './instant.ts';
import type { Usage } from './work.ts';

/**
 * One line of `transcript.jsonl`: what happened in an agent's run, in the order in which it happened. Written as it happens, so that a run
 * that was killed leaves a readable beginning. Secrets are taken out before a line is written.
 */
export type TranscriptEntry =
  | {
      readonly kind: 'prompt';
      readonly agent: string;
      readonly model: string | null;
      /** What it may use, as it was really given. */
      readonly tools: readonly string[];
      readonly text: string;
    }
  | { readonly kind: 'context'; readonly from: string; readonly text: string }
  /** Words of the agent, as they came; several in a row belong together. */
  | { readonly kind: 'text'; readonly step: number; readonly text: string }
  | {
      readonly kind: 'answered';
      readonly step: number;
      readonly finish: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** The model told nothing, and the numbers are taken from the length of the texts. */
      readonly isEstimated: boolean;
    }
  | {
      readonly kind: 'call';
      readonly step: number;
      readonly id: string;
      readonly tool: string;
      readonly input: string;
    }
  | {
      readonly kind: 'result';
      readonly step: number;
      readonly id: string;
      readonly isError: boolean;
      readonly text: string;
    }
  /** What the worker decided: a retry, a limit, a tool that could not be given. */
  | { readonly kind: 'note'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly result: string;
      readonly reason: string | null;
      readonly usage: Usage | null;
    };

/** An entry as it stands in the file. */
export type TranscriptLine = TranscriptEntry & { readonly at: Instant };
