import { z } from 'zod';
import { readinessSchema, reasonSchema, remedySchema, warningSchema } from './answers.ts';

/** The answers about the night ahead and the night that was. */

const time = z.iso.datetime();
const jobName = z.object({ id: z.string(), name: z.string() });

const counts = {
  occurrences: z.number(),
  willRun: z.number(),
  willNotRun: z.number(),
  /** Of which nobody could say. */
  unknown: z.number(),
};

export const tonightOutput = z.object({
  profile: z.string(),
  from: time,
  until: time,
  /** Good when every occurrence will run. */
  verdict: z.object({ isGood: z.boolean(), ...counts }),
  /** Of the profile; `by` will run them. */
  readiness: readinessSchema,
  /** What stands in the way; `jobs` are at most 100 of `jobCount`. */
  obstacles: z.array(
    z.object({
      code: reasonSchema,
      message: z.string(),
      remedy: remedySchema.nullable(),
      occurrences: z.number(),
      jobs: z.array(jobName),
      jobCount: z.number(),
    }),
  ),
  /** At most 1,000, those that will not run first. */
  jobs: z.array(
    z.object({
      job: jobName,
      ...counts,
      first: time,
      last: time,
      obstacles: z.array(z.object({ code: reasonSchema, message: z.string() })),
    }),
  ),
  omittedJobs: z.number(),
  paused: z.number(),
  outlook: z.object({
    /** From `stopsAt` on nothing runs. */
    notes: z.array(
      z.object({
        code: reasonSchema,
        at: time.nullable(),
        stopsAt: time.nullable(),
        message: z.string(),
        remedy: remedySchema.nullable(),
      }),
    ),
    /** What the machine did not tell. */
    unknown: z.array(z.string()),
  }),
  probe: z.object({
    state: z.enum(['answered', 'unanswered', 'not-asked']),
    receipt: z.string().nullable(),
    at: time.nullable(),
    message: z.string().nullable(),
  }),
  warnings: z.array(warningSchema),
});

export type TonightAnswer = z.infer<typeof tonightOutput>;
