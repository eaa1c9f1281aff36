import type { Instant } from './instant.ts';
import type { Findings } from './probe.ts';
import type { ReasonCode } from './refusal.ts';

/** What somebody who is not the owner asks of the owner. */
export type RequestKind = 'run' | 'cancel' | 'handover' | 'probe';

/**
 * `waiting` until the owner answers; `accepted` names the run; `refused` and `expired` name the reason. A probe is `accepted` when
 * the owner begins to look, and has findings when it has looked.
 */
export type RequestState = 'waiting' | 'accepted' | 'refused' | 'expired';

export type Request = {
  /** Also the receipt that the asker holds. */
  readonly id: string;
  readonly profile: string;
  readonly kind: RequestKind;
  readonly jobId: string | null;
  /** For `run`: the run it became. For `cancel`: the run to end. */
  readonly runId: string | null;
  /** For `run` made by `retry`: the run to repeat. */
  readonly retryOf: string | null;
  readonly actor: string;
  readonly state: RequestState;
  readonly reason: ReasonCode | null;
  readonly message: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly answeredAt: Instant | null;
  /** Of a probe that was answered. */
  readonly findings?: Findings;
};
