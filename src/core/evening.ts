import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { OutlookNote } from './outlook.ts';
import type { Finding, Findings } from './probe.ts';
import type { Readiness } from './readiness.ts';
import { expectedOf, type Upcoming } from './upcoming.ts';

/** What stands in the way of a job, in the order in which it matters. */
export type Obstacle = Pick<Finding, 'code' | 'message'>;

/** What is to be expected of the occurrences of one job. The three counts add up to those of `upcoming`. */
export type Expectation = {
  readonly upcoming: Upcoming;
  readonly willRun: number;
  readonly willNotRun: number;
  readonly unknown: number;
  readonly obstacles: readonly Obstacle[];
};

export type EveningView = {
  readonly now: Instant;
  readonly until: Instant;
  readonly readiness: Readiness;
  /** Null when the owner did not answer, or nobody was asked. */
  readonly findings: Findings | null;
  readonly notes: readonly OutlookNote[];
};

/**
 * What becomes of upcoming occurrences. Nothing is taken for granted: of a job that the owner did not look at, nobody knows.
 */
export function expectations(
  upcoming: readonly Upcoming[],
  view: EveningView,
): readonly Expectation[] {
  const obstacles = new Map<string, Obstacle[]>();
  for (const { code, message, jobIds } of view.findings?.unmet ?? []) {
    for (const id of jobIds) obstacles.set(id, [...(obstacles.get(id) ?? []), { code, message }]);
  }
  const unknown = new Set(view.findings?.unknown);
  return upcoming.map((one) =>
    expectationOf(one, view, {
      unmet: obstacles.get(one.job.id) ?? [],
      isUnknown: !isLookedAt(one.job, view.findings, unknown),
    }),
  );
}

/** Of a job that was changed since the owner looked, nobody knows. */
const isNewer = ({ updatedAt }: Job, { at }: Findings): boolean => updatedAt > at;

const isLookedAt = (job: Job, findings: Findings | null, unknown: ReadonlySet<string>): boolean =>
  findings !== null && !unknown.has(job.id) && !isNewer(job, findings);

function expectationOf(
  upcoming: Upcoming,
  { now, readiness, notes }: EveningView,
  { unmet, isUnknown }: { readonly unmet: readonly Obstacle[]; readonly isUnknown: boolean },
): Expectation {
  const { count, job } = upcoming;
  if (!readiness.willRun) {
    const { code, message } = readiness;
    return noneOf(upcoming, [{ code, message }, ...unmet]);
  }
  if (unmet.length > 0) return noneOf(upcoming, unmet);
  const stop = earliestStop(notes);
  const before = stop === null ? count : (expectedOf(job, now, stop.at - 1)?.count ?? 0);
  const served = Math.min(before, count);
  const obstacles: readonly Obstacle[] =
    stop !== null && served < count ? [{ code: stop.note.code, message: stop.note.message }] : [];
  return {
    upcoming,
    willRun: isUnknown ? 0 : served,
    willNotRun: count - served,
    unknown: isUnknown ? served : 0,
    obstacles: isUnknown ? [...obstacles, notLookedAt] : obstacles,
  };
}

const notLookedAt: Obstacle = {
  code: 'not_probed',
  message: 'The owner did not say in time whether it can run.',
};

const noneOf = (upcoming: Upcoming, obstacles: readonly Obstacle[]): Expectation => ({
  upcoming,
  willRun: 0,
  willNotRun: upcoming.count,
  unknown: 0,
  obstacles,
});

function earliestStop(
  notes: readonly OutlookNote[],
): { readonly note: OutlookNote; readonly at: Instant } | null {
  let earliest: { readonly note: OutlookNote; readonly at: Instant } | null = null;
  for (const note of notes) {
    if (note.stopsAt === null) continue;
    if (earliest === null || note.stopsAt < earliest.at) earliest = { note, at: note.stopsAt };
  }
  return earliest;
}

/** The sum of all expectations. */
export type Verdict = {
  readonly occurrences: number;
  readonly willRun: number;
  readonly willNotRun: number;
  readonly unknown: number;
};

export function verdictOf(expected: readonly Expectation[]): Verdict {
  let [willRun, willNotRun, unknown] = [0, 0, 0];
  for (const one of expected) {
    willRun += one.willRun;
    willNotRun += one.willNotRun;
    unknown += one.unknown;
  }
  return { occurrences: willRun + willNotRun + unknown, willRun, willNotRun, unknown };
}
