import type { z } from 'zod';
import type { Expectation, Obstacle, Verdict } from '../core/evening.ts';
import { obstacleRemedy } from '../core/evening-remedies.ts';
import { toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { OutlookNote } from '../core/outlook.ts';
import type { Readiness } from '../core/readiness.ts';
import type { Remedy } from '../core/refusal.ts';
import type { tonightOutput } from './outputs-evening.ts';
import { isoOrNull } from './present.ts';

type Answer = z.output<typeof tonightOutput>;

/** How many jobs are listed; those that will not run come first. */
const maxJobs = 1_000;
const maxNamed = 100;
const maxObstacles = 500;

export function verdictAnswer(verdict: Verdict): Answer['verdict'] {
  const { occurrences, willRun, willNotRun, unknown } = verdict;
  return {
    isGood: willRun === occurrences,
    occurrences,
    willRun,
    willNotRun,
    unknown,
  };
}

type Known = { readonly readiness: Readiness; readonly notes: readonly OutlookNote[] };

/** What stands in the way, each with the jobs that it concerns and what makes it go away. */
export function groupObstacles(
  expected: readonly Expectation[],
  known: Known,
): Pick<Answer, 'obstacles' | 'omittedObstacles'> {
  const groups = new Map<string, { obstacle: Obstacle; concerned: Expectation[] }>();
  for (const one of expected) {
    for (const obstacle of one.obstacles) {
      const key = `${obstacle.code} ${obstacle.message}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { obstacle, concerned: [one] });
      else group.concerned.push(one);
    }
  }
  const all = [...groups.values()];
  const obstacles = all.slice(0, maxObstacles).map(({ obstacle, concerned }) => {
    const jobs = concerned.map(({ upcoming }) => upcoming.job);
    return {
      ...obstacle,
      remedy: remedyOf(obstacle, jobs, known),
      occurrences: sum(concerned.map(({ willNotRun, unknown }) => willNotRun + unknown)),
      jobs: jobs.slice(0, maxNamed).map(({ id, definition }) => ({ id, name: definition.name })),
      jobCount: jobs.length,
    };
  });
  return { obstacles, omittedObstacles: all.length - obstacles.length };
}

function remedyOf(
  obstacle: Obstacle,
  jobs: readonly Job[],
  { readiness, notes }: Known,
): Remedy | null {
  const isOf = (one: Obstacle): boolean =>
    one.code === obstacle.code && one.message === obstacle.message;
  if (isOf(readiness)) return readiness.remedy;
  const note = notes.find(isOf);
  return note === undefined ? obstacleRemedy(obstacle, jobs) : note.remedy;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

/** A line for each job, however often it fires: those that will not run first, then by time. */
export function jobLines(expected: readonly Expectation[]): Pick<Answer, 'jobs' | 'omittedJobs'> {
  const isGood = ({ willNotRun, unknown }: Expectation): boolean => willNotRun + unknown === 0;
  const ordered = [...expected.filter((one) => !isGood(one)), ...expected.filter(isGood)];
  return {
    jobs: ordered.slice(0, maxJobs).map((one) => {
      const { job, count, first, last } = one.upcoming;
      return {
        job: { id: job.id, name: job.definition.name },
        occurrences: count,
        first: toIso(first),
        last: toIso(last),
        willRun: one.willRun,
        willNotRun: one.willNotRun,
        unknown: one.unknown,
        obstacles: one.obstacles.map((obstacle) => ({ ...obstacle })),
      };
    }),
    omittedJobs: Math.max(0, ordered.length - maxJobs),
  };
}

export const noteAnswer = (note: OutlookNote): Answer['outlook']['notes'][number] => ({
  code: note.code,
  at: isoOrNull(note.at),
  stopsAt: isoOrNull(note.stopsAt),
  message: note.message,
  remedy: note.remedy,
});
