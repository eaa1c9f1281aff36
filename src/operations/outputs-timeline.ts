import { z } from 'zod';
import { jobStates } from '../core/job.ts';
import { readinessSchema, runSchema, time } from './answers.ts';

/** The answers about a stretch of time: what became of occurrences, and which are to come. */

const decision = runSchema
  .pick({ state: true, outcome: true, reason: true, cause: true, count: true, latenessMs: true })
  .extend({
    /** The run; of what nobody decided yet, no run has this id. */
    run: z.string(),
    /** The fire time, the first of a range; of a request when it was made. */
    at: time,
    /** The last fire time of a range; when a run ended or, while it goes on, null. */
    until: time.nullable(),
  });

export const timelineOutput = z.object({
  profile: z.string(),
  since: time,
  now: time,
  until: time,
  readiness: readinessSchema,
  /**
   * From here on every decision is shown. Before it only those are that went wrong: refused, missed, failed, timed out or with an
   * unknown end.
   */
  completeSince: time,
  /** At most 500: those with something wrong first, then by name. */
  jobs: z.array(
    z.object({
      job: z.object({ id: z.string(), name: z.string() }),
      /** Null for a job that was removed, or whose schedule knows no zone. */
      zone: z.string().nullable(),
      state: z.enum([...jobStates, 'removed']),
      /** What became of occurrences and requests, oldest first. */
      past: z.array(decision),
      /** Occurrences until the end. */
      count: z.number(),
      first: time.nullable(),
      last: time.nullable(),
      /** Each of them; none when there are more than 120. */
      next: z.array(time),
    }),
  ),
  omittedJobs: z.number(),
});

export type TimelineAnswer = z.infer<typeof timelineOutput>;
