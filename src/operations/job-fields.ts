import { dayMs, hourMs } from '../core/instant.ts';
import { type Action, definitionDefaults, type JobDefinition } from '../core/job.ts';
import type { Requirement } from '../core/requirement.ts';
import { parseRequirement } from '../core/requirement-check.ts';
import type { JobFields } from './inputs.ts';
import { readAction } from './job-action.ts';
import { nameOf, readName } from './job-name.ts';
import type { OperationContext } from './operation.ts';
import { readTells } from './read-targets.ts';
import { readZone, understandText } from './schedule-reading.ts';
import {
  badValue,
  clearable,
  isNone,
  readCatchUp,
  readDuration,
  readFolder,
  readInstantField,
  texts,
} from './values.ts';
import { readVariables } from './variables.ts';

/** A definition read from fields, and what was assumed while reading its schedule. */
export type ReadDefinition = {
  readonly definition: JobDefinition;
  readonly notes: readonly string[];
};

/** The longest that a run may last, in milliseconds: a timer of the runtime cannot wait longer. */
export const longestRunMs = 20 * dayMs;

export type Manner = {
  /** Whether the job does not fire for now: it need not have all that it needs to run. */
  readonly isPaused: boolean;
  /** Whether the fields are all that is wanted: then a variable that they do not name goes. */
  readonly isWhole: boolean;
  /** Ids of the jobs that an agent is told of, where they were read before; what the fields say of them is not looked at then. */
  readonly contextFrom?: readonly string[];
};

/**
 * The definition that these fields describe. What they do not say comes from `present`, or from the defaults for a new job.
 *
 * @throws Refusal whose details name the field
 */
export async function readDefinition(
  context: OperationContext,
  fields: JobFields,
  present: JobDefinition | null,
  manner: Manner,
): Promise<ReadDefinition> {
  const action = await readAction(context, fields, { present: present?.action ?? null, ...manner });
  const { schedule, notes } = await readWhen(context, fields, present);
  const base = () => context.cwd?.() ?? context.userFolder ?? '/';
  const cwd =
    fields.cwd === undefined
      ? (present?.cwd ?? readFolder(base(), base))
      : readFolder(isNone(fields.cwd) ? base() : fields.cwd, base);
  const before = { ...definitionDefaults, env: {}, ...present };
  const definition: JobDefinition = {
    ...before,
    schedule,
    action,
    cwd,
    name: readNameField(fields, present, action),
    env: readVariables(fields, before.env, manner.isWhole),
    ...readTells(context, fields, before),
    catchUp: fields.catchUp === undefined ? before.catchUp : readCatchUp(fields.catchUp),
    overlap: fields.overlap ?? before.overlap,
    retries: fields.retries ?? before.retries,
    onLoss: fields.onLoss ?? before.onLoss,
    requirements: fields.require === undefined ? before.requirements : readNeeds(fields.require),
    maxRuns: fields.maxRuns === undefined ? before.maxRuns : clearable(fields.maxRuns),
    outputLimit: fields.outputLimit ?? before.outputLimit,
    ...readDurations(fields, before),
    ...(await readWindow(context, fields, before)),
  };
  return { definition, notes };
}

async function readWhen(
  context: OperationContext,
  fields: JobFields,
  present: JobDefinition | null,
): Promise<{ readonly schedule: JobDefinition['schedule']; readonly notes: readonly string[] }> {
  const { when, tz } = fields;
  // Typed as "$UNSET", it would quietly be another zone.
  if (tz?.trim() === '')
    throw badValue(
      'tz',
      'tz: the zone is empty.',
      'Write one, such as Europe/Berlin; or none for the usual one.',
    );
  if (when !== undefined) {
    const zone = tz === undefined || isNone(tz) ? zoneOf(context, present) : readZone(tz);
    return understandText(context, when, zone, present?.schedule ?? null);
  }
  if (present === null) throw badValue('when', 'A job needs a schedule.');
  const { schedule } = present;
  if (tz === undefined) return { schedule, notes: [] };
  if (schedule.kind !== 'cron')
    throw badValue('tz', 'This schedule has no zone; give the schedule again with its zone.');
  return { schedule: { ...schedule, zone: isNone(tz) ? context.zone : readZone(tz) }, notes: [] };
}

const zoneOf = (context: OperationContext, present: JobDefinition | null): string =>
  present?.schedule.kind === 'cron' ? present.schedule.zone : context.zone;

function readNameField({ name }: JobFields, present: JobDefinition | null, action: Action): string {
  if (name !== undefined) return readName(name);
  return present?.name ?? nameOf(action);
}

function readNeeds(list: readonly string[]): readonly Requirement[] {
  return texts(list).map((text) => parseRequirement(text));
}

type Durations = Pick<
  JobDefinition,
  'graceMs' | 'timeoutMs' | 'noOutputTimeoutMs' | 'retryDelayMs' | 'jitterMs'
>;

function readDurations(fields: JobFields, before: Durations): Durations {
  const read = (
    field: 'grace' | 'timeout' | 'noOutputTimeout' | 'retryDelay' | 'jitter',
    leastMs: number,
    mostMs: number,
  ): number | null | undefined => {
    const value = fields[field];
    return value === undefined ? undefined : readDuration(value, { field, leastMs, mostMs });
  };
  const graceMs = read('grace', 0, 366 * dayMs);
  const timeoutMs = read('timeout', 1, longestRunMs);
  const noOutputTimeoutMs = read('noOutputTimeout', 1, longestRunMs);
  const retryDelayMs = read('retryDelay', 0, hourMs);
  const jitterMs = read('jitter', 0, dayMs);
  const { timeoutMs: hour, retryDelayMs: halfMinute } = definitionDefaults;
  return {
    graceMs: graceMs === undefined ? before.graceMs : graceMs,
    timeoutMs: timeoutMs === undefined ? before.timeoutMs : (timeoutMs ?? hour),
    noOutputTimeoutMs:
      noOutputTimeoutMs === undefined ? before.noOutputTimeoutMs : noOutputTimeoutMs,
    retryDelayMs: retryDelayMs === undefined ? before.retryDelayMs : (retryDelayMs ?? halfMinute),
    jitterMs: jitterMs === undefined ? before.jitterMs : (jitterMs ?? 0),
  };
}

type Window = Pick<JobDefinition, 'startAt' | 'endAt'>;

async function readWindow(
  context: OperationContext,
  { start, end }: JobFields,
  before: Window,
): Promise<Window> {
  const startAt =
    start === undefined ? before.startAt : await readInstantField(context, 'start', start);
  const endAt = end === undefined ? before.endAt : await readInstantField(context, 'end', end);
  if (startAt !== null && endAt !== null && endAt <= startAt)
    throw badValue('end', 'end: it must be after the start.');
  return { startAt, endAt };
}
