import type { GapFact } from './gap.ts';
import type { Instant } from './instant.ts';
import type { Role } from './provenance.ts';

/** What was written down about owners and gaps, as far as it tells about a night. */
export type NightEntry =
  | {
      readonly kind: 'claim';
      readonly at: Instant;
      readonly role: Role;
      readonly pid: number;
      readonly machineId: string | null;
      readonly host: string | null;
      readonly bootId: string | null;
      /** The start mark of the first process there: of a container it tells more than the boot of its kernel. */
      readonly firstMark: string | null;
      readonly bootedAt: Instant | null;
      /** The last sign of a predecessor that had not released. */
      readonly predecessorSeenAt: Instant | null;
    }
  | { readonly kind: 'release'; readonly at: Instant; readonly why: string }
  /** `holderSeenAt`: the last sign of an owner that had been silent for long; null when it lived, or there was none. */
  | { readonly kind: 'forced'; readonly at: Instant; readonly holderSeenAt: Instant | null }
  | { readonly kind: 'gap'; readonly at: Instant; readonly gap: GapFact };

/** What happened to whoever runs the jobs. `until` is null while it lasts. */
export type NightEvent =
  /** The machine slept, the owner was stopped or starved, or the clock was set (by `ms`). */
  | ({ readonly kind: GapFact['kind'] } & Omit<GapFact, 'kind'>)
  /** The machine went down after `from` and was up again at `bootedAt`; somebody ran the jobs again from `until` on. */
  | {
      readonly kind: 'restarted';
      readonly from: Instant;
      readonly bootedAt: Instant | null;
      readonly until: Instant;
      readonly wasOrderly: boolean;
    }
  /** Nobody ran the jobs. */
  | {
      readonly kind: 'unowned';
      readonly from: Instant;
      readonly until: Instant | null;
      readonly why: 'lost' | 'forced' | 'released';
      readonly words: string | null;
    }
  /** Somebody else ran the jobs from then on, or the same one again, with hardly a pause. */
  | { readonly kind: 'changed'; readonly at: Instant; readonly role: Role; readonly pid: number };

/** A pause between two owners up to this is a change of hands: the last sign of one that died may be a renewal ago. */
const changeOfHandsMs = 10_000;
const shortestPeriodMs = 60_000;

type Claim = Extract<NightEntry, { kind: 'claim' }>;
type End = {
  readonly at: Instant;
  readonly why: 'lost' | 'forced' | 'released';
  readonly words: string | null;
};

/**
 * What happened, oldest first, from entries oldest first.
 *
 * @param lostAt the last sign of an owner that is gone and did not say so; null when there is none
 */
export function nightEvents(
  entries: readonly NightEntry[],
  lostAt: Instant | null,
): readonly NightEvent[] {
  const events: NightEvent[] = [];
  let owner: Claim | null = null;
  let end: End | null = null;
  let periodMs: number | null = null;
  for (const entry of entries) {
    if (entry.kind === 'gap') events.push({ ...entry.gap });
    else if (entry.kind === 'claim') {
      const before: End | null =
        end ?? (entry.predecessorSeenAt === null ? null : lost(entry.predecessorSeenAt));
      if (before !== null) events.push(...betweenOwners(before, owner, entry, periodMs));
      if (owner !== null) periodMs = Math.max(shortestPeriodMs, entry.at - owner.at);
      owner = entry;
      end = null;
    } else if (entry.kind === 'release') end = { at: entry.at, why: 'released', words: entry.why };
    else end ??= endByForce(entry);
  }
  const last = end ?? (lostAt === null ? null : lost(lostAt));
  // Between the ticks of a timer nobody is there, and that is as it should be.
  if (last !== null && owner?.role !== 'timer')
    events.push({ kind: 'unowned', from: last.at, until: null, why: last.why, words: last.words });
  return events.sort((one, other) => begin(one) - begin(other));
}

/** Who ends a term by force often finds that its owner was gone long before. */
function endByForce({ at, holderSeenAt }: Extract<NightEntry, { kind: 'forced' }>): End {
  return holderSeenAt === null ? { at, why: 'forced', words: null } : lost(holderSeenAt);
}

const lost = (at: Instant): End => ({ at, why: 'lost', words: null });
const begin = (event: NightEvent): Instant => (event.kind === 'changed' ? event.at : event.from);

function betweenOwners(
  end: End,
  before: Claim | null,
  after: Claim,
  periodMs: number | null,
): readonly NightEvent[] {
  const { at: until } = after;
  const from = Math.min(end.at, until);
  // The kernel of a container was up all the time.
  const bootedAt = after.bootedAt !== null && after.bootedAt >= from ? after.bootedAt : null;
  if (before !== null && isOtherBoot(before, after)) {
    const wasOrderly = end.why !== 'lost';
    return [{ kind: 'restarted', from, bootedAt, until, wasOrderly }];
  }
  const isTimer = before?.role === 'timer' && after.role === 'timer';
  // Until two ticks have told how often a timer ticks, no time between them is too long.
  const betweenTicksMs = periodMs === null ? Number.POSITIVE_INFINITY : 2 * periodMs;
  if (until - from > (isTimer ? betweenTicksMs : changeOfHandsMs))
    return [{ kind: 'unowned', from, until, why: end.why, words: end.words }];
  return isTimer ? [] : [{ kind: 'changed', at: until, role: after.role, pid: after.pid }];
}

/** Whether the same machine, or the same container, was started anew in between. */
const isOtherBoot = (one: Claim, other: Claim): boolean =>
  one.machineId === other.machineId &&
  one.host === other.host &&
  (differ(one.bootId, other.bootId) || differ(one.firstMark, other.firstMark));

const differ = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one !== other;

/** Those that touch the time since `since`. */
export const eventsSince = (events: readonly NightEvent[], since: Instant): readonly NightEvent[] =>
  events.filter((event) =>
    event.kind === 'changed' ? event.at >= since : event.until === null || event.until >= since,
  );
