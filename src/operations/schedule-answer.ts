import { type Instant, toIso } from '../core/instant.ts';
import type { Job, JobDefinition } from '../core/job.ts';
import type { CronWords } from '../core/natural-language.ts';
import type { NextFire, Schedule } from '../core/schedule.ts';
import { canonicalText, describeSchedule, understood } from '../core/schedule-words.ts';
import { runsLeft } from '../core/upcoming.ts';
import type { JobAnswer, UnderstoodAnswer } from './answers.ts';
import type { OperationContext } from './operation.ts';

/** What is needed to speak about schedules: the moment, words for cron expressions, and the zone in which instants are shown. */
export type Saying = { readonly now: Instant; readonly words: CronWords; readonly zone: string };

export const sayingOf = async ({ clock, language, zone }: OperationContext): Promise<Saying> => ({
  now: clock.now().wall,
  words: await language.cronWords(),
  zone,
});

type Bounds = Pick<JobDefinition, 'startAt' | 'endAt'>;

/** How the schedule of a job was understood. One that is done has no times; one that is paused or pending those that it would have. */
export const understoodJob = (job: Job, said: Saying, notes: readonly string[]): UnderstoodAnswer =>
  understoodAnswer(job.definition, said, notes, job.state === 'done' ? 0 : runsLeft(job, said.now));

/**
 * How a schedule was understood. Its next times are those that the job's start and end allow.
 *
 * @param left how many more there may be; null when nothing limits it
 */
export function understoodAnswer(
  definition: Pick<JobDefinition, 'schedule'> & Bounds,
  said: Saying,
  notes: readonly string[],
  left: number | null,
): UnderstoodAnswer {
  const { schedule, startAt, endAt } = definition;
  const from = startAt === null ? said.now : Math.max(said.now, startAt - 1);
  const { next, ...rest } = understood(schedule, from, said.words, said.zone);
  return {
    ...rest,
    next: next
      .filter(({ at }) => endAt === null || at < endAt)
      .slice(0, left ?? next.length)
      .map(nextFireAnswer),
    notes: [...notes],
  };
}

export const nextFireAnswer = ({ at, local, dst }: NextFire): UnderstoodAnswer['next'][number] => ({
  at: toIso(at),
  local,
  dst,
});

export const scheduleAnswer = (
  schedule: Schedule,
  { words, zone }: Saying,
): JobAnswer['schedule'] => ({
  kind: schedule.kind,
  canonical: canonicalText(schedule),
  words: describeSchedule(schedule, words, zone),
  zone: schedule.kind === 'cron' ? schedule.zone : null,
});
