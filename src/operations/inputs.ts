import { z } from 'zod';
import { scopes } from '../core/access.ts';
import { agentForms } from '../core/agent.ts';
import { jobStates } from '../core/job.ts';

/**
 * The shapes in which questions enter the program, the same for every door. Unknown fields are refused.
 * What depends on core (schedules, durations, requirements) arrives as text and is read by the operation,
 * so that its refusal can say what would have been right.
 */

/** `90s`, `1h30m`, or whole milliseconds. */
const duration = z.union([z.string().max(60), z.int().nonnegative()]);
/** The same, where `` or `none` clears. An instant: ISO 8601 or words. */
const instantText = z.string().max(200);
const texts = z.array(z.string().max(4_096)).max(200);
const jobReference = z.string().min(1).max(1_000).describe('id or name of a job');
const runReference = z.string().min(1).max(100).describe('id of a run');
const clearableNumber = <Number extends z.ZodNumber | z.ZodInt>(number: Number) =>
  z.union([number, z.literal('none')]);
const allProfiles = z.boolean().default(false).describe('of every profile of this home');

/** Everything that may be said of a job when it is added, edited or applied. */
export const jobFields = {
  when: z.string().max(1_000).describe('at, every or cron, or plain English').optional(),
  name: z.string().max(10_000).describe('a label').optional(),
  command: z
    .array(z.string().max(131_072))
    .max(1_000)
    .describe('program and arguments, no shell')
    .optional(),
  shell: z
    .union([z.boolean(), z.string().max(131_072)])
    .describe('a line for /bin/sh; or true: the command is one such line')
    .optional(),
  prompt: z.string().max(1_048_576).describe('what an agent is asked').optional(),
  agent: z.string().max(131_072).describe(agentForms).optional(),
  model: z.string().max(300).describe('PROVIDER/MODEL').optional(),
  tools: texts.describe('what the agent may use: shell, read-file, fetch').optional(),
  contextFrom: texts.describe('jobs whose last success it is told; "last": this job').optional(),
  gate: z
    .string()
    .max(131_072)
    .describe('line for /bin/sh; when it says nothing, the agent is not asked')
    .optional(),
  maxTokens: clearableNumber(z.int().positive()).describe('tokens of a run').optional(),
  maxCost: clearableNumber(z.number().positive().max(1_000_000))
    .describe('US dollars of a run')
    .optional(),
  maxToolCalls: clearableNumber(z.int().positive()).describe('uses of tools in a run').optional(),
  http: z.string().max(10_000).describe('METHOD URL, or an address to GET').optional(),
  headers: texts.describe('NAME: VALUE').optional(),
  body: z.string().max(1_048_576).describe('what is sent').optional(),
  expect: z.string().max(200).describe('answers that are a success, such as 2xx,304').optional(),
  allow: texts.describe('private hosts or networks that it may reach').optional(),
  maxBytes: z.int().positive().max(1_073_741_824).describe('bytes of the answer read').optional(),
  tz: z.string().max(100).describe('IANA zone of the schedule').optional(),
  deliver: texts.describe('where results go').optional(),
  onFailure: texts.describe('where failures go').optional(),
  ping: z.string().max(2_000).describe('monitor that is told of starts and ends').optional(),
  catchUp: z.string().max(40).describe('none, latest, all or all(N)').optional(),
  grace: duration.describe('how late a start is still fine').optional(),
  overlap: z.enum(['skip', 'queue', 'replace', 'allow']).optional(),
  timeout: duration.describe('after which a run is ended').optional(),
  noOutputTimeout: duration.describe('silence after which a run is ended').optional(),
  retries: z.int().min(0).max(100).describe('further attempts after a failure').optional(),
  retryDelay: duration.describe('wait before the first retry; doubles').optional(),
  onLoss: z.enum(['report', 'rerun']).optional(),
  require: texts.describe('what the executing process needs: KIND or KIND=VALUE').optional(),
  jitter: duration.describe('each start waits a stable part of this').optional(),
  start: instantText.describe('no occurrence before').optional(),
  end: instantText.describe('no occurrence at or after').optional(),
  maxRuns: clearableNumber(z.int().positive())
    .describe('scheduled runs after which the job is done')
    .optional(),
  env: texts.describe('KEY=VALUE, added to the environment of its runs').optional(),
  cwd: z.string().max(4_096).describe('folder in which the command starts').optional(),
  outputLimit: z.int().min(0).max(1_073_741_824).describe('bytes of output kept').optional(),
};

export const jobsAddInput = z.strictObject({
  ...jobFields,
  when: z.string().max(1_000).describe('at, every or cron, or plain English'),
  key: z.string().min(1).max(200).describe('the same key again answers the same job').optional(),
  paused: z.boolean().default(false).describe('add it without letting it fire'),
  pausedReason: z.string().max(500).optional(),
  strict: z.boolean().default(false).describe('store nothing unless it will run'),
});

/** What may be said of a job that is there. */
const changedFields = {
  ...jobFields,
  env: texts.describe('KEY=VALUE, set beside the variables it has; "none": it has none').optional(),
  unsetEnv: texts.describe('names of variables to take away').optional(),
};

export const jobsEditInput = z.strictObject({
  ...changedFields,
  job: jobReference,
  revision: z.int().positive().describe('refuse unless this is still the revision').optional(),
});

/** What may be said of a job. A field that is undefined was not said. */
export type JobFields = Omit<z.output<typeof jobsEditInput>, 'job' | 'revision'>;

/** As for `add`, or with a job as for `edit`; `when` is enough. */
export const jobsPreviewInput = z.strictObject({
  ...changedFields,
  job: jobReference.optional(),
});

const page = {
  after: z.string().max(100).nullable().default(null).describe('last id of the page before'),
  limit: z.int().min(1).max(1_000).default(100),
};

export const jobsListInput = z.strictObject({
  state: z.enum(jobStates).optional(),
  search: z.string().max(200).describe('words of a name, an id or a command').optional(),
  ...page,
  allProfiles,
});

export const jobInput = z.strictObject({ job: jobReference });

export const jobsPauseInput = z.strictObject({
  job: jobReference,
  reason: z.string().max(500).optional(),
  revision: z.int().positive().optional(),
});

export const jobsChangeInput = z.strictObject({
  job: jobReference,
  revision: z.int().positive().optional(),
});

export const jobsApproveInput = z.strictObject({
  job: jobReference,
  revision: z.int().positive().describe('the revision that was looked at'),
});

export const jobsRunInput = z.strictObject({
  job: jobReference,
  queue: z
    .union([z.boolean(), duration])
    .default(false)
    .describe('store the request when nobody can run it now; how long it stays valid (true: 1h)'),
});

export const jobsNextInput = z.strictObject({
  subject: z.string().min(1).max(1_000).describe('a job, or a schedule as for add'),
  count: z.int().min(1).max(1_000).default(5),
  tz: z.string().max(100).optional(),
});

export const jobsWhyInput = z.strictObject({
  job: jobReference.describe('id or name of a job, or id of a run'),
  time: instantText
    .describe('which occurrence; a clock time is the latest that passed; default: the latest')
    .optional(),
});

export const runsListInput = z.strictObject({
  job: jobReference.optional(),
  state: z
    .enum(['queued', 'running', 'ended', 'skipped', 'missed', 'refused', 'undecided'])
    .optional(),
  outcome: z.enum(['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown']).optional(),
  limit: z.int().min(1).max(1_000).default(20),
  before: z.string().max(100).nullable().default(null).describe('last run id of the page before'),
  allProfiles,
});

export const runInput = z.strictObject({ run: runReference });

export const runsLogsInput = z.strictObject({
  subject: z.string().min(1).max(1_000).describe('a run, or a job for its newest run'),
  attempt: z.int().positive().nullable().default(null),
  fromByte: z.int().min(0).default(0),
  maxBytes: z.int().min(1).max(1_048_576).default(262_144),
});

export const runsTranscriptInput = z.strictObject({
  subject: z.string().min(1).max(1_000).describe('a run, or a job for its newest run'),
  attempt: z.int().positive().nullable().default(null),
  after: z.int().min(0).default(0).describe('how many entries were read already'),
  limit: z.int().min(1).max(1_000).default(200),
});

export const runsRetryInput = z.strictObject({
  run: runReference,
  queue: z.union([z.boolean(), duration]).default(false),
});

export const deliveriesListInput = z.strictObject({
  run: runReference.optional(),
  state: z.enum(['pending', 'sending', 'delivered', 'failed', 'unknown']).optional(),
  before: z.string().max(100).nullable().default(null).describe('last id of the page before'),
  limit: z.int().min(1).max(1_000).default(50),
});

export const deliveriesRetryInput = z.strictObject({
  delivery: z.string().min(1).max(100).describe('id of a delivery'),
});

export const inboxListInput = z.strictObject({
  all: z.boolean().default(false).describe('with what was read'),
  before: z.string().max(100).nullable().default(null).describe('last id of the page before'),
  limit: z.int().min(1).max(200).default(20),
});

export const inboxReadInput = z.strictObject({
  entries: z.array(z.string().max(100)).max(1_000).default([]).describe('ids of entries'),
  upTo: z.string().max(100).optional().describe('this entry and everything before it'),
});

export const statusInput = z.strictObject({ allProfiles });
export const tonightInput = z.strictObject({
  until: instantText.describe('how far to look ahead: 12h, or a point in time').optional(),
});
export const morningInput = z.strictObject({
  since: instantText.describe('how far to look back: 12h, or a point in time').optional(),
});
export const timelineInput = z.strictObject({
  hours: z.int().min(1).max(168).default(24).describe('how far back, and how far ahead'),
});
export const nothingInput = z.strictObject({});

export const ownerAppointInput = z.strictObject({
  /** `auto`, `role ROLE`, `host MACHINE-ID` or `service MANAGER/NAME`. */
  rule: z.string().min(1).max(500).describe('auto | role ROLE | host ID | service MANAGER/NAME'),
  standbys: z.array(z.string().max(500)).max(10).default([]).describe('standbys, in order'),
  level: z.enum(['proven', 'corroborated', 'claimed']).optional(),
  reason: z.string().max(500).optional(),
  force: z.boolean().default(false).describe('end the present holder and its runs now'),
});

export const environmentInput = z.strictObject({
  job: z.string().min(1).max(300).optional().describe('with what the job itself names'),
});

export const ownerHistoryInput = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50),
  before: z.int().positive().optional(),
});

export const profileInput = z.strictObject({ name: z.string().min(1).max(200) });

export const configGetInput = z.strictObject({ name: z.string().min(1).max(100) });
export const configSetInput = z.strictObject({
  name: z.string().min(1).max(100),
  value: z.string().max(4_096),
});

export const secretsCheckInput = z.strictObject({
  name: z.string().min(1).max(100).optional().describe('one of them; all without it'),
});
export const secretsSetInput = z.strictObject({
  name: z.string().min(1).max(100),
  value: z.string().max(32_768).describe('one line'),
});

export const applyInput = z.strictObject({
  file: z.string().describe('the text of the file, YAML or JSON'),
  plan: z.boolean().default(false).describe('only show what would change'),
  prune: z.boolean().default(false).describe('remove jobs that the file does not name'),
});

export const importCrontabInput = z.strictObject({
  text: z.string().max(4_194_304).describe('the text of a crontab'),
  userColumn: z.boolean().default(false).describe('a system crontab with a user in each line'),
  plan: z.boolean().default(false).describe('only show what would be added'),
  lines: z.array(z.int().positive()).max(10_000).optional().describe('only these lines, from 1'),
  hold: z.string().min(1).max(200).optional().describe('add the jobs paused, for this reason'),
});

export const backupInput = z.strictObject({
  path: z.string().min(1).max(4_096).describe('a file that does not exist yet'),
});

export const accessLinkInput = z.strictObject({
  scope: z.enum(scopes).default('admin').describe('what the browser may do'),
  url: z.string().max(300).describe('of the dashboard; default: those that run').optional(),
});

export const accessAddInput = z.strictObject({
  name: z.string().min(1).max(200).describe('what the audit log calls its user'),
  scope: z.enum(scopes).default('read').describe('what it may be used for'),
  expires: duration.describe('how long it counts; default: until it is revoked').optional(),
  allProfiles,
});

export const accessRevokeInput = z.strictObject({
  id: z.string().min(1).max(200).describe('id of a session or token, or the name of a token'),
});

export const requestsListInput = z.strictObject({
  limit: z.int().min(1).max(1_000).default(100),
});
