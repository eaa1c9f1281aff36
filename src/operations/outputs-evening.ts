import { z } from 'zod';
import { roles } from '../core/provenance.ts';
import {
  readinessSchema,
  reasonSchema,
  remedySchema,
  runSchema,
  warningSchema,
} from './answers.ts';

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
  /** What stands in the way, at most 500; `jobs` are at most 100 of `jobCount`. */
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
  omittedObstacles: z.number(),
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

const tallyLine = z.object({
  job: jobName,
  /** Rows, and the occurrences that they stand for. */
  rows: z.number(),
  occurrences: z.number(),
  outcome: runSchema.shape.outcome,
  reason: reasonSchema.nullable(),
  first: time,
  last: time,
  lastRun: z.string(),
  message: z.string().nullable(),
});

export const morningOutput = z.object({
  profile: z.string(),
  since: time,
  until: time,
  readiness: readinessSchema,
  /** Occurrences and requests. */
  counts: z.object({
    succeeded: z.number(),
    failed: z.number(),
    missed: z.number(),
    refused: z.number(),
    skipped: z.number(),
    running: z.number(),
    queued: z.number(),
    undecided: z.number(),
  }),
  /** What happened to whoever runs the jobs, oldest first, at most 500. `until` is null while it lasts. */
  night: z.array(
    z.object({
      kind: z.enum(['asleep', 'paused', 'stepped', 'restarted', 'unowned', 'changed']),
      from: time,
      until: time.nullable(),
      /** When the machine was up again. */
      bootedAt: time.nullable(),
      /** How long in all; by how much the clock was set. */
      ms: z.number().nullable(),
      count: z.number(),
      words: z.string().nullable(),
      role: z.enum(roles).nullable(),
      pid: z.number().nullable(),
    }),
  ),
  /** One line for each job and result, the newest first, at most 200 of each kind. */
  succeeded: z.array(tallyLine),
  failed: z.array(tallyLine),
  missed: z.array(tallyLine),
  refused: z.array(tallyLine),
  skipped: z.array(tallyLine),
  omittedLines: z.number(),
  running: z.array(z.object({ run: z.string(), job: jobName, startedAt: time.nullable() })),
  /** What a person has to do something about; at most 50 jobs. */
  needs: z.array(warningSchema.extend({ job: jobName.extend({ lastRun: z.string() }).nullable() })),
  warnings: z.array(warningSchema),
});

export type MorningAnswer = z.infer<typeof morningOutput>;
