import type { Instant } from './instant.ts';

/**
 * A stretch in which the owner did not serve its profile although it was alive, as it is kept for the morning after.
 * - `asleep`: the machine slept. - `paused`: the process was stopped or starved. - `stepped`: somebody set the clock.
 * Where the two cannot be told apart, a stretch is `paused`.
 */
export type GapFact = {
  readonly kind: 'asleep' | 'paused' | 'stepped';
  readonly from: Instant;
  readonly until: Instant;
  /** How long in all; of a step by how much, negative when the clock was set back. */
  readonly ms: number;
  /** More than 1 when gaps came so often that they were put together. */
  readonly count: number;
};

/** Kinds of audit entries that tell of gaps begin so. */
export const gapPrefix = 'gap.';

const maxUntold = 8;

/**
 * Adds a gap to those that were not told yet. Too many in a row become one of the same kind, so that none is lost. The first stays
 * as it is: it may be under way.
 */
export function addGap(untold: readonly GapFact[], gap: GapFact): readonly GapFact[] {
  const last = untold.slice(1).findLast(({ kind }) => kind === gap.kind);
  if (untold.length < maxUntold || last === undefined) return [...untold, gap];
  const merged: GapFact = {
    kind: gap.kind,
    from: last.from,
    until: gap.until,
    ms: last.ms + gap.ms,
    count: last.count + gap.count,
  };
  return [...untold.filter((one) => one !== last), merged];
}

/** Whether what is kept in an audit entry is this gap. */
export const isSameGap = (gap: GapFact, detail: Readonly<Record<string, unknown>>): boolean =>
  detail['from'] === gap.from && detail['until'] === gap.until && detail['ms'] === gap.ms;
