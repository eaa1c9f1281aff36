import type { Instant } from './instant.ts';
import type { ReasonCode } from './refusal.ts';

/** What a worker is told when a run is no command of the person but work that we do: think, or ask a server. One JSON document. */
export type Work = AgentWork | HttpWork;

/** Limits of one run; null: none. A run ends with the reason of the limit that it met first. */
export type AgentLimits = {
  /** Input and output tokens of all answers together. */
  readonly tokens: number | null;
  /** Millionths of a US dollar. */
  readonly costMicroUsd: number | null;
  readonly toolCalls: number | null;
};

/** Something that the agent may know before it begins. What it says is data, never an instruction. */
export type ContextPiece = {
  /** Where it is from, for the model and the transcript: `last success`, `job NAME`, `gate`. */
  readonly from: string;
  readonly text: string;
};

export type AgentWork = {
  readonly kind: 'agent';
  readonly prompt: string;
  /** `built-in`, the name of a program that is known, or `command:LINE`. */
  readonly agent: string;
  /** `provider/model`; null: what an external agent uses by itself. */
  readonly model: string | null;
  /** What it may use, and nothing else. */
  readonly tools: readonly string[];
  readonly limits: AgentLimits;
  readonly context: readonly ContextPiece[];
  /** A line for `/bin/sh` that decides whether there is anything to think about; null: there is. */
  readonly gate: string | null;
};

export type HttpWork = {
  readonly kind: 'http';
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Which answers are a success: codes and classes, as in `2xx,304`. */
  readonly expect: string;
  /** Hosts, or addresses with a prefix length, that may be reached although they are private. */
  readonly allow: readonly string[];
  /** More of an answer is not read. */
  readonly maxBytes: number;
};

/** What a run used of models, all its answers together. */
export type Usage = {
  readonly model: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of a US dollar; null when the price of the model is not known. */
  readonly costMicroUsd: number | null;
  readonly toolCalls: number;
  readonly steps: number;
};

/**
 * How work ended, as its worker says it in `report.json` beside the output before it exits with 0 (succeeded) or 1. A worker that
 * leaves no report was killed; then the wrapper's word counts, as for any command.
 */
export type WorkReport = {
  /** `skipped`: its gate said that there is nothing to do. `deferred`: not now, see `notBefore`. */
  readonly result: 'succeeded' | 'failed' | 'skipped' | 'deferred' | 'unknown';
  readonly reason: ReasonCode | null;
  /** At most 500 characters. */
  readonly message: string | null;
  /** When a deferred run may begin again. */
  readonly notBefore: Instant | null;
  readonly usage: Usage | null;
};
