import type { Instant } from '../core/instant.ts';

/** About what something changed. */
export const eventKinds = [
  'job',
  'run',
  'owner',
  'instance',
  'request',
  'delivery',
  'inbox',
  'profile',
  'chat',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** That something changed, not how: whoever wants to know asks again. */
export type ChangeEvent = {
  readonly sequence: number;
  readonly profile: string;
  readonly at: Instant;
  readonly kind: EventKind;
  /** Id of what changed. */
  readonly subject: string;
};

/** The newest changes of the home, in the order in which they were committed; a bounded number of them is kept. */
export type EventStore = {
  /** The sequence of the newest change, 0 when there was none. */
  newest(): Promise<number>;
  /**
   * What changed after that sequence, oldest first, at most `limit`. `reset` when changes after it are no longer kept, or when the
   * store never gave that sequence out: then everything may have changed.
   */
  after(
    sequence: number,
    limit: number,
  ): Promise<
    | { readonly kind: 'events'; readonly events: readonly ChangeEvent[] }
    | { readonly kind: 'reset' }
  >;
};
