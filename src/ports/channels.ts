import type { DeliveryEvent, DeliveryKind, SendAnswer } from '../core/delivery.ts';
import type { Instant } from '../core/instant.ts';
import type { Outcome, RunState } from '../core/run.ts';
import type { Target } from '../core/target.ts';

/** A message as it leaves. The same id at every try, so that whoever gets it twice can tell. */
export type Letter = {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly event: DeliveryEvent;
  /** When it was owed. */
  readonly createdAt: Instant;
  readonly profile: string;
  readonly job: { readonly id: string; readonly name: string } | null;
  readonly run: {
    readonly id: string;
    readonly state: RunState;
    readonly outcome: Outcome | null;
    readonly exitCode: number | null;
    readonly startedAt: Instant | null;
    readonly endedAt: Instant | null;
  } | null;
  readonly title: string;
  /** The output of the run, or what happened in words. */
  readonly text: string;
  /** The text is the end of a longer one. */
  readonly isCut: boolean;
};

/** Ways out of this machine, or into a program of its owner. */
export type Channels = {
  /**
   * Tries once. Never throws for what the far side does: an answer that did not come is `lost`. What fails here before anything left,
   * as a key that cannot be read, is `not-taken`. When the signal aborts it ends soon, and the answer says what is known by then. Bounded
   * in time.
   */
  send(target: Target, letter: Letter, signal: AbortSignal): Promise<SendAnswer>;
};

/** What of a target can be told before anything is sent. */
export type TargetCheck = {
  /** Why nothing can be sent there from this home, or null. Asks nobody. */
  whyNot(target: Target): { readonly message: string; readonly remedy: string } | null;
};

/** Sends nothing anywhere, and says so. */
export const noChannels: Channels = {
  send: async () => ({ kind: 'refused', cause: 'There is no way out of here.' }),
};
