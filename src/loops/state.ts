import type { Crowd } from '../core/crowd.ts';
import type { GapFact } from '../core/gap.ts';
import type { Standing } from '../core/instance.ts';
import type { Instant, Moment } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { GapWindow, Held } from '../core/lease-trust.ts';
import type { ProcessIdentity, Provenance } from '../core/provenance.ts';
import type { Trouble } from '../core/readiness.ts';
import { type ReasonCode, Refusal } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import type { EnvironmentFile } from '../core/run-environment.ts';
import type { Settlement } from '../core/settlement.ts';
import type { Lane } from '../core/start-plan.ts';
import type { AttemptKey, ExecutorEvent, StartOrder } from '../ports/executor.ts';
import type { LoopAnswer, Watch } from '../ports/neighbours.ts';
import type { Fate } from '../ports/supervisor.ts';
import type { SeenLease } from './seen-lease.ts';
import { Wake } from './wake.ts';
import type { World } from './world.ts';

/** A run of this term that waits. */
export type Waiting = {
  readonly run: Run;
  /** Number of its next attempt. */
  readonly nextNumber: number;
  /** Attempts of it that began. */
  readonly begun: number;
  /** Of those, the ones that were put off: they count as no try. */
  readonly deferred: number;
  readonly allowsOverlap: boolean;
  readonly lane: Lane;
  /** Its start may be prepared while it waits, and nobody tried to yet. */
  readonly mayPrepare: boolean;
  readonly failedStarts: number;
};

/**
 * An attempt of this term.
 *
 *     preparing ──► prepared ──► authorised ──► released ──► running ──► (settled, gone from here)
 *
 * `ending` is said of `released` and `running` ones whose end was ordered.
 */
export type Active = {
  readonly waiting: Waiting;
  readonly key: AttemptKey;
  readonly phase: 'preparing' | 'prepared' | 'authorised' | 'released' | 'running';
  readonly process: ProcessIdentity | null;
  readonly order: StartOrder | null;
  readonly isEnding: boolean;
  /** When it was chosen to start, or adopted. */
  readonly sinceBoot: number;
  /** From then on, in boot time, it has outlived its timeout although it is watched; infinite before its gate is opened. */
  readonly overdueBoot: number;
  /** The monitor that is told when it begins. */
  readonly ping?: string;
  /** It was being prepared when its place came, and no other preparation was begun. */
  readonly isEarly?: boolean;
};

/** A start that is prepared before its occurrence is decided, or before there is room for it. */
export type Early = {
  /** As it will be decided unless something changes until then, or as it waits. */
  readonly run: Run;
  /** Where its environment is from. */
  readonly files: readonly EnvironmentFile[];
  /** Its run was decided, and since its job was looked at nobody else wrote. */
  readonly isCurrent: boolean;
  /** Null while it is being prepared. */
  readonly prepared: PreparedStart | null;
};

/** Why a term starts nothing new any more, and since when. */
export type Drain = { readonly why: string; readonly sinceBoot: number };

/** Everything a holder knows of its term. A new term starts from the store, never from memory. */
export type Term = {
  held: Held;
  readonly since: Instant;
  /** The version of the appointment that this term was last judged by. */
  appointmentVersion: number;
  readonly endRunsUpTo: number;
  readonly waiting: Map<string, Waiting>;
  readonly active: Map<string, Active>;
  /**
   * Whether every open run of the store is known here, and every attempt that predecessors authorised resolved; nothing starts before.
   * False again when a write may have happened without an answer.
   */
  isAccounted: boolean;
  /** Ask the store before anything else: after a pause, a clock step, or when trust ran out. */
  mustAskAgain: boolean;
  drain: Drain | null;
  /** The change token of the store as last seen; other tokens mean that somebody wrote. */
  changeToken: string | null;
  /** When an attempt of this term last began; 0 before the first. */
  beganBoot: number;
  /** Probes that were taken and not answered yet. One look answers all that wait when it begins. */
  readonly probes: { isLooking: boolean; waiting: string[] };
  nextFireAt: Instant | null;
  /** What comes then, until the executor was told. */
  crowd: Crowd | null;
  /** From then on starts of what is due next are prepared; null after that. */
  earlyAt: Instant | null;
  /** By their jobs, starts that were prepared before they were decided, or before there was room for them. */
  readonly early: Map<string, Early>;
  /** Jobs as they were lately, until somebody else writes. */
  readonly jobs: Map<string, Job>;
  wakeAt: Instant | null;
  /** The lanes that somebody waits in, as the last plan of starts knows. */
  lanes: ReadonlySet<Lane>;
  /** Whether that plan saw all who wait as they are, in their order; `wakeAt` and `lanes` then hold for them. */
  isPlanned: boolean;
  /** By their runs, ends that are written with the next starts, or at the end of the turn. Their places are free. */
  readonly ends: Map<string, Settlement>;
  /** What escaped from runs that ended before this term was looked for. */
  soughtRemnants: boolean;
};

/** How the preparation of one start came out. */
export type Preparation =
  | {
      readonly kind: 'prepared';
      readonly runId: string;
      readonly process: ProcessIdentity;
      readonly order: StartOrder;
      readonly ping: string | null;
    }
  | {
      readonly kind: 'start-failed';
      readonly runId: string;
      readonly reason: ReasonCode;
      readonly message: string;
    }
  | {
      readonly kind: 'refused';
      readonly runId: string;
      readonly reason: ReasonCode;
      readonly message: string;
    }
  | { readonly kind: 'job-gone'; readonly runId: string };

export type PreparedStart = Extract<Preparation, { kind: 'prepared' }>;

/** What an asynchronous piece of work reports back to the loop. */
export type Report =
  | { readonly kind: 'executor'; readonly event: ExecutorEvent }
  | { readonly kind: 'preparation'; readonly preparation: Preparation };

/** A line to the holder; `goneBoot` is when it broke. */
export type HolderWatch = {
  readonly instanceId: string;
  readonly watch: Watch;
  goneBoot: number | null;
};

export type InstanceState = {
  readonly world: World;
  readonly wake: Wake;
  readonly startedAt: Instant;
  provenance: Provenance;
  /** When `provenance` was last found to be so, and when it was last asked for. */
  provenanceBoot: number;
  probedBoot: number;
  standing: Standing;
  standingCode: ReasonCode | null;
  standingReason: string | null;
  /** Presence as last written, to write again when it changes or gets old. */
  presenceBoot: number | null;
  presenceKey: string;
  term: Term | null;
  readonly reports: Report[];
  readonly asks: ((answer: LoopAnswer) => void)[];
  readonly tasks: Set<Promise<void>>;
  /** The newest look at both clocks, and how long the loop then meant to sleep. */
  last: Moment;
  plannedMs: number;
  readonly gaps: GapWindow[];
  /** Gaps that are still to be written down. `isUnsure`: the store did not say whether the first of them was. */
  readonly gapLog: {
    untold: readonly GapFact[];
    isTelling: boolean;
    isUnsure: boolean;
    nextBoot: number;
    sleptMs: number;
  };
  /** The lease as another's, and since when, in this process's awake time, it has looked the same. */
  seen: SeenLease | null;
  /** The holder cannot be seen from here, and nothing has told yet that it lives. */
  mayBeGone: boolean;
  /** When a look without occasion is worth it, while another holds. */
  lookAgainMs: number;
  outranksMs: number;
  holderWatch: HolderWatch | null;
  /** After a hand-over by request: leave the lease to others until then, or until another was seen to have it. */
  stepAsideUntilBoot: number;
  isStopping: boolean;
  /** What its manager means by telling it to stop; null until the manager said so. */
  fate: Fate | null;
  /** Resolves when that is known. */
  fateLearnt: Promise<void>;
  stepDownAsked: string | null;
  /** What went wrong in the newest tick, told once. */
  trouble: Trouble | null;
  /** Whether processes can be made at all. A start that failed is a hint; only a trial of its own tells. */
  readonly hindrance: { isSuspected: boolean; trouble: Trouble | null; lookedBoot: number };
  /** When the newest starter was begun, but for those of a new term. */
  starterBoot: number;
  overSinceSweep: AttemptKey[];
  sweptBoot: number;
  /** When history is pruned next, and whose output could not be removed in this pass; when output of unknown runs is looked for next. */
  readonly pruning: { nextBoot: number; readonly left: Set<string>; lookBoot: number };
  /** Wakes the loop that delivers; and what went wrong there last, told once. */
  readonly mail: Wake;
  mailTrouble: string | null;
  readonly heartbeat: { isUnderWay: boolean; nextBoot: number };
  /** Of the owner: in which term it was told that there is one, and of which lease that nobody keeps it. */
  readonly ownerWatch: { isLooking: boolean; presentIn: number; absentSince: string };
  /** Aborts when nothing that leaves this machine is worth waiting for any more. */
  readonly stopped: AbortController;
};

export function makeState(world: World, provenance: Provenance): InstanceState {
  const now = world.clock.now();
  return {
    world,
    wake: new Wake(world.clock),
    startedAt: now.wall,
    provenance,
    provenanceBoot: now.boot,
    probedBoot: now.boot,
    standing: 'standby',
    standingCode: null,
    standingReason: null,
    presenceBoot: null,
    presenceKey: '',
    term: null,
    reports: [],
    asks: [],
    tasks: new Set(),
    last: now,
    plannedMs: 0,
    gaps: [],
    gapLog: {
      untold: [],
      isTelling: false,
      isUnsure: false,
      nextBoot: 0,
      sleptMs: world.clock.sleptMs?.() ?? 0,
    },
    seen: null,
    mayBeGone: false,
    lookAgainMs: 0,
    outranksMs: 0,
    holderWatch: null,
    stepAsideUntilBoot: 0,
    isStopping: false,
    fate: null,
    fateLearnt: Promise.resolve(),
    stepDownAsked: null,
    trouble: null,
    hindrance: { isSuspected: false, trouble: null, lookedBoot: Number.NEGATIVE_INFINITY },
    starterBoot: Number.NEGATIVE_INFINITY,
    overSinceSweep: [],
    sweptBoot: now.boot,
    pruning: { nextBoot: 0, left: new Set(), lookBoot: 0 },
    mail: new Wake(world.clock),
    mailTrouble: null,
    heartbeat: { isUnderWay: false, nextBoot: 0 },
    ownerWatch: { isLooking: false, presentIn: 0, absentSince: '' },
    stopped: new AbortController(),
  };
}

/** Reports something to the loop and wakes it. */
export function report(state: InstanceState, entry: Report): void {
  state.reports.push(entry);
  state.wake.wake();
}

/** Hands an asynchronous piece of work to the loop, which waits for it before it ends. Failures become log lines. */
export function undertake(state: InstanceState, what: string, work: Promise<void>): void {
  const task = work.catch((error: unknown) => {
    state.world.log.error('task-failed', { what, error: errorText(error) });
  });
  state.tasks.add(task);
  void task.then(() => state.tasks.delete(task));
}

/** A refusal is a sentence for people; of anything else its kind matters, too. */
export const errorText = (error: unknown): string =>
  error instanceof Refusal
    ? error.message
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error);
