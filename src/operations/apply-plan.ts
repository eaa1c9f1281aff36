import { usualLimits } from '../core/agent.ts';
import type { Making } from '../core/authority.ts';
import { usualHttp } from '../core/http-job.ts';
import { isId } from '../core/id.ts';
import { type Action, definitionDefaults, type Job, type JobDefinition } from '../core/job.ts';
import { trustOf } from '../core/maker.ts';
import { Refusal } from '../core/refusal.ts';
import type { Problem, WantedJob } from './apply-file.ts';
import {
  type ChangeTime,
  changeTime,
  endsSchedule,
  redefined,
  resumedPlace,
  type WantedChange,
} from './change-job.ts';
import { contextAfter, contextReader } from './context-names.ts';
import { auditedDefinition, differingParts } from './job-answer.ts';
import { readDefinition } from './job-fields.ts';
import { type OwnMaking, readMaking, requireMayResume } from './making.ts';
import { newJobOf, refuseEnding } from './new-job.ts';
import type { OperationContext } from './operation.ts';
import type { PresentJobs } from './present-jobs.ts';
import { nameKey, texts } from './values.ts';

/** A job of a file, once it is known which are there. */
export type PlacedJob = WantedJob & {
  /** Of the job that it becomes if it is new. */
  readonly newId: string;
  /** Ids of the jobs of its name when it was planned; null where its id tells it apart from those. */
  readonly namesakes: ReadonlySet<string> | null;
  /** Ids of the jobs whose last success an agent is told. */
  readonly contextFrom: readonly string[];
};

/** What is to be done about one job. */
export type PlanItem =
  | {
      readonly action: 'create';
      readonly job: Job;
      readonly quota: OwnMaking['quota'];
      readonly wanted: PlacedJob;
    }
  | {
      readonly action: 'change';
      readonly before: Job;
      readonly change: WantedChange;
      readonly changed: readonly string[];
      readonly wanted: PlacedJob;
    }
  | { readonly action: 'unchanged'; readonly before: Job }
  | { readonly action: 'remove'; readonly before: Job };

/** The job that it is about, as it is or as it is to be made. */
export const plannedJob = (item: PlanItem): Job =>
  item.action === 'create' ? item.job : item.before;

/** Compares what is wanted with what is there, all at one moment. Every problem is collected; with one of them the plan must not be carried out. */
export async function planApply(
  context: OperationContext,
  wanted: readonly WantedJob[],
  present: PresentJobs,
): Promise<{ readonly items: readonly PlanItem[]; readonly problems: readonly Problem[] }> {
  const items: PlanItem[] = [];
  const problems: Problem[] = [];
  const moment = context.clock.now();
  const standing = { ...context, clock: { ...context.clock, now: () => moment } };
  const shared = sharedNames(wanted);
  const placed = wanted.map((one) => {
    const ownId = shared.has(nameKey(one.fields.name)) ? one.id : null;
    const before = presentJob(one, present, ownId !== null);
    // A new one under the id of the file is found when the file is applied again.
    return { one, ownId, before, newId: ownId ?? context.ids.next() };
  });
  const refuseUnclear = unclearJobs(placed);
  const readContext = contextReader(
    standing,
    placed.map(({ one: { id, fields }, before, newId }) => ({
      id,
      name: fields.name,
      jobId: before === 'several' ? newId : (before?.id ?? newId),
    })),
  );
  for (const place of placed) {
    const { one, ownId, newId } = place;
    try {
      const before = refuseUnclear(place);
      const { prompt, contextFrom = [] } = one.fields;
      const ids = prompt === undefined ? [] : await readContext(texts(contextFrom));
      const namesakes =
        ownId !== null ? null : new Set(namedLike(one, present).map(({ id }) => id));
      items.push(await planOne(standing, { ...one, newId, namesakes, contextFrom: ids }, before));
    } catch (error) {
      // A refusal here is one of perhaps many problems of a file; they are told together.
      if (!(error instanceof Refusal)) throw error;
      problems.push(problemOf(one, error));
    }
  }
  return { items, problems };
}

const problemOf = (
  { fields, placeOf }: WantedJob,
  { message, remedy, details: { field = 'when' } }: Refusal,
): Problem => ({
  place: placeOf(String(field)),
  message: `job "${fields.name.slice(0, 80)}": ${message}`,
  remedy,
});

const unclear = (message: string, field = 'name'): Refusal =>
  new Refusal('ambiguous', message, { kind: 'usage', details: { field } });

function sharedNames(wanted: readonly WantedJob[]): ReadonlySet<string> {
  const keys = wanted.map(({ fields }) => nameKey(fields.name));
  const last = new Map(keys.map((key, index) => [key, index]));
  return new Set(keys.filter((key, index) => last.get(key) !== index));
}

type Place = {
  readonly one: WantedJob;
  /** Its id in the file, where that alone tells it apart. */
  readonly ownId: string | null;
  readonly before: Job | null | 'several';
};

/** Asked of each job of a file in their order: the job that is there for it. It refuses one of which that is unclear. */
function unclearJobs(all: readonly Place[]): (place: Place) => Job | null {
  const told = all.filter(({ ownId }) => ownId !== null);
  const toldById = new Set(told.map(({ one }) => nameKey(one.fields.name)));
  const seen = new Set<string>();
  return ({ one, ownId, before }) => {
    const key = nameKey(one.fields.name);
    if (ownId === null && toldById.has(key))
      throw unclear(
        'Another job of the file has this name; give this one the id of its job, or another name.',
      );
    if (ownId !== null && before === null && !isId(ownId))
      throw unclear(`"${ownId}" is no id; leave it out, and give the job another name.`, 'id');
    if (before === 'several')
      throw unclear('Several jobs have this name; add the id of the one meant.');
    const means = before?.id ?? ownId ?? key;
    if (seen.has(means)) throw unclear('It is in the file twice.');
    seen.add(means);
    return before;
  };
}

const namedLike = ({ fields }: WantedJob, { byName }: PresentJobs): readonly Job[] =>
  byName.get(nameKey(fields.name)) ?? [];

/** The job meant, by its id or else by its name; of a name that the file uses several times by its id alone. */
function presentJob(one: WantedJob, present: PresentJobs, isById: boolean): Job | null | 'several' {
  const own = one.id === null ? undefined : present.byId.get(one.id);
  if (own !== undefined || isById) return own ?? null;
  const [job, ...others] = namedLike(one, present);
  return others.length > 0 ? 'several' : (job ?? null);
}

/** What is to be done so that one job is as wanted. What the file does not say becomes its default, except the folder. */
export async function planOne(
  context: OperationContext,
  wanted: PlacedJob,
  before: Job | null,
): Promise<PlanItem> {
  const { fields, paused, holdNew, contextFrom } = wanted;
  const { command, shell, prompt, http } = fields;
  if (
    command === undefined &&
    typeof shell !== 'string' &&
    prompt === undefined &&
    http === undefined
  ) {
    throw new Refusal('usage', 'A job needs a command, a shell: line, a prompt or http:.', {
      details: { field: 'command' },
    });
  }
  const making = await readMaking(context);
  if (before === null) {
    const isPaused = paused === true || holdNew !== null;
    const manner = { isPaused, isWhole: true, contextFrom };
    const { definition } = await readDefinition(context, fields, null, manner);
    const pause = isPaused ? { reason: holdNew } : null;
    const job = { ...newJobOf(context, definition, pause, making), id: wanted.newId };
    return { action: 'create', job, quota: making.quota, wanted };
  }
  const action = withoutOptions(before.definition.action);
  const base = { ...before.definition, ...definitionDefaults, action };
  const isPaused = paused ?? before.state === 'paused';
  const { action: old } = before.definition;
  const told = old.kind === 'agent' ? old.contextFrom : [];
  const { definition } = await readDefinition(context, fields, base, {
    isPaused,
    isWhole: true,
    contextFrom: await contextAfter(context, contextFrom, told),
  });
  if (wanted.paused === false && before.state === 'paused') requireMayResume(context, before);
  const time = await changeTime(context, before.id);
  return planChange(before, definition, wanted, { ...time, making });
}

/** What a file leaves out of an agent's or a server's work is as for a new job. Values of headers are kept for names alone. */
function withoutOptions(action: Action): Action {
  switch (action.kind) {
    case 'command':
      return action;
    case 'agent':
      return {
        ...action,
        agent: 'built-in',
        model: null,
        tools: [],
        contextFrom: [],
        gate: null,
        limits: usualLimits('built-in'),
      };
    case 'http':
      return { ...action, ...usualHttp, body: null, allow: [] };
  }
}

function planChange(
  before: Job,
  definition: JobDefinition,
  wanted: PlacedJob,
  { making, ...time }: ChangeTime & { readonly making: Making },
): PlanItem {
  const changed = [...differingParts(definition, before.definition)];
  let after = changed.length === 0 ? before : redefined(before, definition, time, making);
  refuseEnding(before, after, changed);
  // Asked of the job as the file makes it: new times let one fire again that was done.
  const isOn = after.state === 'enabled' || after.state === 'pending';
  const pauses = wanted.paused === true && isOn;
  const resumes = wanted.paused === false && before.state === 'paused';
  if (pauses || resumes) {
    changed.push('state');
    const place = pauses
      ? { state: 'paused' as const, nextFireAt: null }
      : resumedPlace(after, time.from);
    after = {
      ...after,
      ...place,
      authority: { ...after.authority, pausedBy: pauses ? trustOf(making.maker) : null },
      pausedReason: null,
      revision: before.revision + 1,
      updatedAt: time.now,
    };
  }
  if (changed.length === 0) return { action: 'unchanged', before };
  const change: WantedChange = {
    after,
    endsSchedule: endsSchedule(before, after),
    kind: 'job.applied',
    detail: {
      changed,
      before: { ...auditedDefinition(before.definition), state: before.state },
      after: { ...auditedDefinition(definition), state: after.state },
    },
  };
  return { action: 'change', before, change, changed, wanted };
}

/** Jobs that nobody wants any more. What is done stays as history. */
export function planRemovals(
  items: readonly PlanItem[],
  present: PresentJobs,
): readonly PlanItem[] {
  const kept = new Set(items.flatMap((item) => (item.action === 'create' ? [] : [item.before.id])));
  return present.all
    .filter(({ id, state }) => state !== 'done' && !kept.has(id))
    .map((before) => ({ action: 'remove', before }));
}
