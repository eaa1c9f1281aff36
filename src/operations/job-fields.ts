import type { z } from 'zod';
import { dayMs, hourMs } from '../core/instant.ts';
import { type CommandAction, definitionDefaults, type JobDefinition } from '../core/job.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { Requirement } from '../core/requirement.ts';
import { parseRequirement } from '../core/requirement-check.ts';
import type { jobsEditInput } from './inputs.ts';
import { nameOf, readName } from './job-name.ts';
import type { OperationContext } from './operation.ts';
import { readTells } from './read-targets.ts';
import { readZone, understandText } from './schedule-reading.ts';
import {
  badValue,
  isNone,
  readCatchUp,
  readDuration,
  readEnv,
  readFolder,
  readInstantField,
} from './values.ts';

/** What may be said of a job. A field that is undefined was not said. */
export type JobFields = Omit<z.output<typeof jobsEditInput>, 'job' | 'revision'>;

/** A definition read from fields, and what was assumed while reading its schedule. */
export type ReadDefinition = {
  readonly definition: JobDefinition;
  readonly notes: readonly string[];
};

/** A timer of the runtime cannot wait longer. */
const longestRunMs = 20 * dayMs;

/**
 * The definition that these fields describe. What they do not say comes from `present`, or from the defaults for a new job.
 *
 * @throws Refusal whose details name the field
 */
export async function readDefinition(
  context: OperationContext,
  fields: JobFields,
  present: JobDefinition | null,
): Promise<ReadDefinition> {
  refuseUnbuilt(fields);
  const action = readAction(fields, present);
  const { schedule, notes } = await readWhen(context, fields, present);
  const base = context.cwd ?? context.home;
  const cwd =
    fields.cwd === undefined
      ? (present?.cwd ?? readFolder(base, '/'))
      : readFolder(isNone(fields.cwd) ? base : fields.cwd, base);
  const before = { ...definitionDefaults, env: {}, ...present };
  const definition: JobDefinition = {
    ...before,
    schedule,
    action,
    cwd,
    name: readNameField(fields, present, action),
    env: fields.env === undefined ? before.env : readEnv(texts(fields.env), before.env),
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

const clearable = (value: number | 'none'): number | null => (value === 'none' ? null : value);

function refuseUnbuilt(fields: JobFields): void {
  const asked = (['prompt', 'http', 'agent', 'model'] as const).find(
    (field) => fields[field] !== undefined,
  );
  if (asked === undefined) return;
  throw new Refusal(
    'not_in_this_build',
    `This build runs commands only; "${asked}" is not part of it, so such a job could not run.`,
    {
      remedy: advice(
        'Give a command after "--", for example: cronkeeper add "every 1h" -- my-agent --prompt "…"',
      ),
      details: { field: asked, available: ['command', 'shell'] },
    },
  );
}

function readAction(fields: JobFields, present: JobDefinition | null): CommandAction {
  const { command, shell } = fields;
  if (typeof shell === 'string') {
    if (command !== undefined && command.length > 0)
      throw badValue('shell', 'Give either a command or a line for the shell, not both.');
    return checkedAction([shell], true);
  }
  if (command === undefined || command.length === 0) {
    if (present === null || command !== undefined) throw missingCommand();
    return shell === undefined
      ? present.action
      : checkedAction(
          present.action.argv,
          shell,
          // One line cannot become a program with arguments by itself, nor the other way round.
          present.action.shell !== shell,
        );
  }
  if (shell !== true) return checkedAction(command, false);
  return checkedAction([command.join(' ')], true);
}

function checkedAction(
  argv: readonly string[],
  shell: boolean,
  needsCommand = false,
): CommandAction {
  if (needsCommand)
    throw badValue('shell', 'To change between command and shell, give the command.');
  if ((argv[0] ?? '').trim() === '') throw missingCommand();
  if (argv.some((part) => part.includes('\0')))
    throw badValue('command', 'A command cannot contain NUL.');
  return { kind: 'command', argv, shell };
}

const missingCommand = (): Refusal =>
  badValue(
    'command',
    'A job needs a command.',
    'Give it after "--", for example: cronkeeper add "every weekday at 9am" -- ./report.sh',
  );

async function readWhen(
  context: OperationContext,
  fields: JobFields,
  present: JobDefinition | null,
): Promise<{ readonly schedule: JobDefinition['schedule']; readonly notes: readonly string[] }> {
  const { when, tz } = fields;
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

function readNameField(
  { name }: JobFields,
  present: JobDefinition | null,
  action: CommandAction,
): string {
  if (name !== undefined && !(name === '' && present !== null)) return readName(name);
  if (name === undefined && present !== null) return present.name;
  return nameOf(action.argv, action.shell);
}

/** A list in which `none` or an empty text alone stands for no entry. */
const texts = (list: readonly string[]): readonly string[] =>
  list.length === 1 && isNone(list[0]) ? [] : list;

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
