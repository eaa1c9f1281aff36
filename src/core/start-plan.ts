import type { Instant } from './instant.ts';
import type { Action } from './job.ts';
import type { Run } from './run.ts';

/** A queued run as the start planner sees it. */
export type QueuedRun = {
  readonly run: Run;
  /** Attempts of it that began before; after the first its deadline no longer counts. */
  readonly begun: number;
  /** Whether its job lets runs overlap. */
  readonly allowsOverlap: boolean;
  readonly lane: Lane;
};

/** Agents and calls wait for others, often for minutes. They are counted apart, so that no command waits for them. */
export type Lane = 'commands' | 'work';

/** How many more may run at once. */
export type Room = Readonly<Record<Lane, number>>;

export const laneOf = (action: Action | undefined): Lane =>
  action === undefined || action.kind === 'command' ? 'commands' : 'work';

/** Whether nothing of it may begin any more: its grace passed before an attempt did. */
export const isPastGrace = (
  { run: { deadline }, begun }: Pick<QueuedRun, 'run' | 'begun'>,
  now: Instant,
): boolean => deadline !== null && begun === 0 && now > deadline;

export type StartPlan = {
  /** To be started now, in this order. */
  readonly start: readonly Run[];
  /** Their grace passed while they waited. */
  readonly expired: readonly Run[];
  /** Their end was asked for before they began. */
  readonly cancelled: readonly QueuedRun[];
  /** The earliest instant at which another look is worth it for waiting reasons of time; null when none. */
  readonly wakeAt: Instant | null;
  /** Where somebody waits on, or may. */
  readonly lanes: ReadonlySet<Lane>;
};

/**
 * The order in which runs get what room there is: of the due ones the oldest and the newest in turn, so that a crowd makes itself wait and
 * not what comes after it; then those that are not due yet. Runs of one job keep their order. Of those that are due at the same instant the
 * one goes first that has the least time: a job of every minute before one of every day.
 */
export function inOrder<T extends QueuedRun>(queued: Iterable<T>, now: Instant): readonly T[] {
  const oldest = [...queued].sort((one, other) => byTime(one.run, other.run));
  const firstLater = oldest.findIndex(({ run }) => run.notBefore > now);
  const due = firstLater < 0 ? oldest : oldest.slice(0, firstLater);
  return [...inTurn(due, newestFirst(due)), ...oldest.slice(due.length)];
}

function byTime(one: Run, other: Run): number {
  if (one.notBefore !== other.notBefore) return one.notBefore - other.notBefore;
  if (one.deadline !== other.deadline) return endOf(one) < endOf(other) ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

const endOf = ({ deadline }: Run): number => deadline ?? Number.POSITIVE_INFINITY;

/** Of each job only the oldest run: the others have to follow it. */
function newestFirst<T extends QueuedRun>(due: readonly T[]): readonly T[] {
  const jobs = new Set<string>();
  const heads = due.filter(({ run }) => !jobs.has(run.jobId) && jobs.add(run.jobId));
  return heads.sort((one, other) => other.run.notBefore - one.run.notBefore);
}

/** All of `some`, each once: one from its front, then one from the front of `others`, and so on. */
function inTurn<T>(some: readonly T[], others: readonly T[]): ReadonlySet<T> {
  const ordered = new Set<T>();
  let next = 0;
  for (const one of some) {
    if (ordered.has(one)) continue;
    ordered.add(one);
    let other = others[next];
    while (other !== undefined && ordered.has(other)) {
      next += 1;
      other = others[next];
    }
    if (other !== undefined) ordered.add(other);
  }
  return ordered;
}

export type StartScope = {
  readonly room: Room;
  /** All of them are looked at from then on; before, only as many as there is room for. The `wakeAt` of the last plan, if nothing was added since. */
  readonly lookAt: Instant;
  /** Those of the last plan, for which room counts until then. */
  readonly lanes: ReadonlySet<Lane>;
};

/**
 * Chooses which queued runs start: due ones, in the order of `inOrder`, within the profile's limit, one at a time for a job that does not allow overlap.
 *
 * @param queued in the order of `inOrder`
 * @param busyJobs jobs with an attempt that is prepared, authorised or running
 */
export function planStarts(
  queued: Iterable<QueuedRun>,
  now: Instant,
  busyJobs: ReadonlySet<string>,
  { room, lookAt, lanes }: StartScope,
): StartPlan {
  const start: Run[] = [];
  const expired: Run[] = [];
  const cancelled: QueuedRun[] = [];
  const taken = new Set(busyJobs);
  const free = { ...room };
  const waitedIn = new Set<Lane>();
  let wakeAt: Instant | null = null;
  for (const waiting of queued) {
    const { run, begun, allowsOverlap, lane } = waiting;
    if (now < lookAt && (run.notBefore > now || isFull(free, lanes)))
      return { start, expired, cancelled, wakeAt: earlier(wakeAt, lookAt), lanes };
    if (run.cancelRequested) {
      cancelled.push(waiting);
    } else if (isPastGrace(waiting, now)) {
      expired.push(run);
    } else if (run.notBefore > now) {
      wakeAt = earlier(wakeAt, run.notBefore);
    } else if (free[lane] > 0 && (allowsOverlap || !taken.has(run.jobId))) {
      start.push(run);
      taken.add(run.jobId);
      free[lane] -= 1;
      continue;
    } else if (run.deadline !== null && begun === 0) {
      wakeAt = earlier(wakeAt, run.deadline + 1);
    }
    waitedIn.add(lane);
  }
  return { start, expired, cancelled, wakeAt, lanes: waitedIn };
}

function isFull(free: Room, lanes: ReadonlySet<Lane>): boolean {
  for (const lane of lanes) if (free[lane] > 0) return false;
  return true;
}

const earlier = (one: Instant | null, other: Instant): Instant =>
  one === null ? other : Math.min(one, other);
