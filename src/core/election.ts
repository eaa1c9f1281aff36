import type { Appointment } from './appointment.ts';
import type { Candidate } from './eligibility.ts';
import { judgeEligibility } from './eligibility.ts';
import type { Lease } from './lease.ts';
import { trustMarginMs } from './lease-trust.ts';
import type { ReasonCode } from './refusal.ts';

type Life = 'alive' | 'dead' | 'unknowable';

/** What a process knows when it asks itself whether to become the holder. */
export type ElectionView = {
  readonly instanceId: string;
  readonly me: Candidate;
  readonly appointment: Appointment;
  readonly lease: Lease;
  /** Of the holder's process and of its starter; null where there is none. */
  readonly holderLife: Life | null;
  readonly starterLife: Life | null;
  /** How long, in this process's own awake time, the lease has stood as it is: same epoch, same renewals. */
  readonly unchangedForMs: number;
  /** How long, in awake time, this process has been ready and of a strictly higher rank than the holder. */
  readonly outranksForMs: number;
  /** Since the last hand-over to a higher rank; null when there was none. */
  readonly sincePreemptionMs: number | null;
  /** Whether the instance that asked the holder to drain is alive, when it is not this one. */
  readonly preferredAlive: boolean;
};

/** The next step towards, or away from, the lease. One step a tick; nothing is remembered in between. */
export type ElectionStep =
  | { readonly kind: 'claim'; readonly grounds: 'free' | 'ended' | 'expired' }
  /** The holder died but its starter lives: end it before claiming. */
  | { readonly kind: 'end-starter' }
  /** The holder lives but has been silent for a TTL: end exactly that process before claiming. */
  | { readonly kind: 'end-holder' }
  /** Ask the holder, which is of a lower rank, to drain. */
  | { readonly kind: 'prefer' }
  | { readonly kind: 'stand-by' }
  | {
      readonly kind: 'keep-out';
      readonly standing: 'ineligible' | 'delegator';
      readonly code: ReasonCode;
      readonly message: string;
    };

export const steadyMs = 30_000;
export const preemptionPauseMs = 5 * 60_000;
/** How long others leave a released lease to the instance that the holder drained for. */
const courtesyMs = 3_000;

/** Decides the next step of a process that does not hold the lease. */
export function decideElection(view: ElectionView): ElectionStep {
  const eligibility = judgeEligibility(view.appointment, view.me);
  if (eligibility.kind !== 'eligible') {
    return {
      kind: 'keep-out',
      standing: eligibility.kind,
      code: eligibility.code,
      message: eligibility.message,
    };
  }
  const { lease } = view;
  if (lease.holder === null) return stepWhenFree(view);
  // An earlier claim of this very process whose answer was lost. Its term is nobody's; a new one replaces it.
  if (lease.holder.instanceId === view.instanceId) return { kind: 'claim', grounds: 'ended' };
  if (view.holderLife === 'dead') return stepAfterDeath(view);
  if (view.holderLife === 'alive') return stepBesideHolder(view, eligibility.rank);
  const patienceMs = lease.ttlMs + trustMarginMs(lease.ttlMs);
  return view.unchangedForMs > patienceMs
    ? { kind: 'claim', grounds: 'expired' }
    : { kind: 'stand-by' };
}

function stepWhenFree(view: ElectionView): ElectionStep {
  const { preferredId } = view.lease;
  const mine = preferredId === null || preferredId === view.instanceId;
  if (mine || !view.preferredAlive || view.unchangedForMs > courtesyMs)
    return { kind: 'claim', grounds: 'free' };
  return { kind: 'stand-by' };
}

function stepAfterDeath(view: ElectionView): ElectionStep {
  if (view.starterLife === 'alive') return { kind: 'end-starter' };
  return { kind: 'claim', grounds: 'ended' };
}

function stepBesideHolder(view: ElectionView, rank: number): ElectionStep {
  const { lease, appointment } = view;
  if (view.unchangedForMs > lease.ttlMs) return { kind: 'end-holder' };
  if (lease.holder === null || rank <= rankOfHolder(appointment, lease))
    return { kind: 'stand-by' };
  const paused = view.sincePreemptionMs !== null && view.sincePreemptionMs < preemptionPauseMs;
  if (view.outranksForMs < steadyMs || paused || lease.preferredId === view.instanceId)
    return { kind: 'stand-by' };
  return { kind: 'prefer' };
}

/** The holder's own rank under the appointment; 0 when it is no longer eligible (it drains by itself). */
export function rankOfHolder(appointment: Appointment, lease: Lease): number {
  if (lease.holder === null) return 0;
  const { role, provenance } = lease.holder;
  const eligibility = judgeEligibility(appointment, { role, schedules: true, provenance });
  return eligibility.kind === 'eligible' ? eligibility.rank : 0;
}
