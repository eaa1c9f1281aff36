import { z } from 'zod';
import {
  appointmentSchema,
  auditSchema,
  holderSchema,
  jobSchema,
  nextFireSchema,
  readinessSchema,
  remedySchema,
  requestSchema,
  runSchema,
  statusSchema,
  time,
  understoodSchema,
  warningSchema,
} from './answers.ts';
import { usageSchema } from './answers-work.ts';
import { deliverySchema } from './delivery-answers.ts';
import { findingSchema, mendedSchema } from './doctor-answers.ts';

/** The answers of single operations, put together from `answers.ts`. */

export const jobsAddOutput = z.object({
  job: jobSchema,
  created: z.boolean(),
  understood: understoodSchema,
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
});

/** Newest first, at most ten. */
const lastRun = runSchema.pick({
  id: true,
  fireTime: true,
  state: true,
  outcome: true,
  reason: true,
  decidedAt: true,
});

export const profileReadinessSchema = z.object({
  profile: z.string(),
  readiness: readinessSchema,
});

/** Whether the list may go on behind its last entry; also where `next` cannot say it. Conversations keep answers without it. */
const more = z.boolean().default(false);

export const jobsListOutput = z.object({
  jobs: z.array(jobSchema.extend({ lastRuns: z.array(lastRun) })),
  /** Give it as `after` to read on; null at the end. With all profiles nothing is paged. */
  next: z.string().nullable(),
  more,
  /** Of the profile that was asked. */
  readiness: readinessSchema,
  /** Of every profile that was asked. */
  profiles: z.array(profileReadinessSchema),
  warnings: z.array(warningSchema),
});

export const jobsShowOutput = z.object({
  job: jobSchema,
  understood: understoodSchema,
  readiness: readinessSchema,
  recent: z.array(runSchema),
  warnings: z.array(warningSchema),
});

export const jobsEditOutput = z.object({
  job: jobSchema,
  /** Names of the fields that changed; none when the job already was so. */
  changed: z.array(z.string()),
  /** Names of the variables that changed, where some did. */
  variables: z.object({ set: z.array(z.string()), removed: z.array(z.string()) }).optional(),
  understood: understoodSchema,
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
});

/** The job as it would be; its id is of no job that is there, unless one was named. */
export const jobsPreviewOutput = z.object({
  job: jobSchema,
  understood: understoodSchema,
  readiness: readinessSchema,
  namesakes: z.array(z.string()),
  warnings: z.array(warningSchema),
});

export const requestsListOutput = z.object({
  requests: z.array(requestSchema.extend({ actor: z.string() })),
});

export const servicePlanOutput = z.object({
  /** Without one nothing can be installed, and there are no files. */
  hasManager: z.boolean(),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  command: z.string(),
});

export const jobsRemoveOutput = z.object({ job: jobSchema, removed: z.boolean() });

export const jobsRunOutput = z.object({
  word: z.enum(['Running', 'Queued', 'Refused']),
  request: requestSchema,
  run: runSchema.nullable(),
  /** Whether an earlier request is still open, which then stands for this one. */
  repeated: z.boolean(),
  owner: readinessSchema.shape.by,
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
});

export const jobsNextOutput = z.object({
  job: z.object({ id: z.string(), name: z.string() }).nullable(),
  understood: understoodSchema,
  /** The times that will be: none of a job that is paused, has ended or waits for approval. */
  next: z.array(nextFireSchema),
  /** What keeps a job from firing; null while it fires, and of a schedule that nobody stored. */
  keptBy: warningSchema.nullable(),
});

export const runsListOutput = z.object({
  runs: z.array(runSchema),
  /** Give it as `before` to read on; null at the end. With all profiles nothing is paged. */
  next: z.string().nullable(),
  more,
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
});

/** What the run owed to whom, the inbox included, and what became of it. */
export const runsShowOutput = z.object({ run: runSchema, deliveries: z.array(deliverySchema) });

export const runsLogsOutput = z.object({
  run: runSchema,
  /** The output as it was written, in base64. */
  base64: z.string(),
  nextByte: z.number(),
  isAbsent: z.boolean(),
});

export const runsTranscriptOutput = z.object({
  run: runSchema,
  entries: z.array(
    z.object({
      at: time,
      kind: z.enum(['prompt', 'context', 'text', 'answered', 'call', 'result', 'note', 'end']),
      /** Who, from where, which tool, how much. */
      title: z.string(),
      text: z.string(),
    }),
  ),
  /** To read on, once there may be more. */
  next: z.number(),
  isAbsent: z.boolean(),
  usage: usageSchema.nullable(),
});

export const runsCancelOutput = z.object({
  /** `Waiting` when nobody is there to end it; the next owner will. */
  word: z.enum(['Asked', 'Waiting', 'Over']),
  message: z.string(),
  run: runSchema,
  readiness: readinessSchema,
});

export const statusOutput = z.union([statusSchema, z.object({ profiles: z.array(statusSchema) })]);

export const ownerShowOutput = z.object({
  profile: z.string(),
  appointment: appointmentSchema,
  epoch: z.number(),
  holder: holderSchema.nullable(),
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
});

export const ownerAppointOutput = ownerShowOutput.extend({ changed: z.boolean() });

export const ownerHandoverOutput = z.object({
  request: requestSchema,
  owner: readinessSchema.shape.by,
  message: z.string(),
});

export const ownerHistoryOutput = z.object({
  entries: z.array(auditSchema),
  /** Give it as `before` to read on; null at the end. */
  next: z.number().nullable(),
});

export const doctorOutput = z.object({
  profile: z.string(),
  isHealthy: z.boolean(),
  findings: z.array(findingSchema),
  /** Nothing without `--fix`. */
  mended: z.array(mendedSchema),
});

export const environmentOutput = z.object({
  profile: z.string(),
  job: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Whose environment it is: that of the living owner, of the last one, or of the process that asks. */
  from: z.enum(['owner', 'last-owner', 'here']),
  message: z.string(),
  /** The files of the home that were read, the lowest first. */
  files: z.array(z.string()),
  names: z.array(
    z.object({
      name: z.string(),
      /** Null when it may be a secret, or is told to each run anew. */
      value: z.string().nullable(),
      source: z.enum(['default', 'owner', 'file', 'job', 'run']),
      path: z.string().nullable(),
      /** What names it, too, and does not count; the lowest first. */
      over: z.array(z.string()),
    }),
  ),
});

export const profilesListOutput = z.object({
  profiles: z.array(
    z.object({
      name: z.string(),
      createdAt: z.iso.datetime(),
      jobs: z.number(),
      current: z.boolean(),
      readiness: readinessSchema,
    }),
  ),
});
export const profilesAddOutput = z.object({ name: z.string(), created: z.boolean() });
export const profilesRemoveOutput = z.object({ name: z.string() });

export const settingSchema = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  isDefault: z.boolean(),
  unit: z.string(),
  summary: z.string(),
});
export const configListOutput = z.object({ path: z.string(), settings: z.array(settingSchema) });
export const configGetOutput = z.object({ setting: settingSchema });
export const configPathOutput = z.object({ path: z.string() });

export const planItemSchema = z.object({
  action: z.enum(['create', 'change', 'unchanged', 'remove']),
  name: z.string(),
  id: z.string().nullable(),
  /** For `change`: the fields that differ. */
  changed: z.array(z.string()),
});

export const applyOutput = z.object({
  applied: z.boolean(),
  counts: z.object({
    create: z.number(),
    change: z.number(),
    unchanged: z.number(),
    remove: z.number(),
  }),
  /** At most 1,000; `counts` are complete. */
  items: z.array(planItemSchema),
  warnings: z.array(warningSchema),
  readiness: readinessSchema,
});

export const exportOutput = z.object({
  text: z.string(),
  jobs: z.number(),
  /** Jobs of which the text names variables or headers without their values. */
  withoutValues: z.array(
    z.object({ name: z.string(), variables: z.array(z.string()), headers: z.array(z.string()) }),
  ),
});

export const importOutput = applyOutput.extend({
  /** Lines that are jobs now, or were already. */
  taken: z.array(z.object({ line: z.number(), id: z.string(), name: z.string() })),
  /** Lines that became no job, and why. */
  skipped: z.array(z.object({ line: z.number(), text: z.string(), reason: z.string() })),
  remedy: remedySchema.nullable(),
});

export const backupOutput = z.object({ path: z.string() });
