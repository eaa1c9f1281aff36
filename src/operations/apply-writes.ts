import type { Instant } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import type { JobChange, JobCreation } from '../ports/jobs.ts';
import { type PlanItem, planOne } from './apply-plan.ts';
import { changeOf, type WantedChange } from './change-job.ts';
import { commandIn } from './commands.ts';
import { auditedDefinition } from './job-answer.ts';
import { quotaExceeded } from './making.ts';
import { creationOf } from './new-job.ts';
import type { OperationContext } from './operation.ts';

/**
 * Jobs in one transaction: few enough that others are not kept waiting. On a busy machine fewer can be written in that time, so the
 * size follows how long the slice before took.
 */
const largestSlice = 2_000;
const smallestSlice = 50;
const sliceMs = 100;
/**
 * Whoever waits for the lock looks the more seldom the longer it has waited: every thirty milliseconds at first, and later never after
 * more than half of that time (`sqlite-driver.ts`). The lock must be free for as long, and need not be free for longer.
 */
const pauseMs = 30;
const longSliceMs = 2 * sliceMs;
const longestPauseMs = 375;
/** How often one job is tried because the holder decided occurrences of it meanwhile. */
const maxTries = 5;

/**
 * Writes a plan, slice by slice, each all or nothing. Repeating the whole after an interruption completes it.
 *
 * @returns the plan as it was written
 */
export async function writePlan(
  context: OperationContext,
  items: readonly PlanItem[],
): Promise<readonly PlanItem[]> {
  const writes = items.filter(({ action }) => action !== 'unchanged');
  const { clock } = context;
  const written: PlanItem[] = [];
  let size = smallestSlice;
  for (let start = 0; start < writes.length; ) {
    const slice = writes.slice(start, start + size);
    const { tookMs, items: done } = await writeSlice(context, slice);
    written.push(...done);
    start += slice.length;
    size = nextSlice(size, tookMs);
    // The holder must get its turn: it renews its lease and fires in between.
    if (start < writes.length) await clock.sleep(pauseAfter(tookMs));
  }
  const inOrder = written.values();
  return items.map((item) => (item.action === 'unchanged' ? item : (inOrder.next().value ?? item)));
}

/** Half as many after a slice that took too long, twice as many after one that was quick. */
export function nextSlice(size: number, tookMs: number): number {
  if (tookMs > sliceMs) return Math.max(smallestSlice, Math.floor(size / 2));
  return tookMs < sliceMs / 2 ? Math.min(largestSlice, size * 2) : size;
}

/** So long is the lock free after a slice, in milliseconds, that whoever waited for it looks once. */
export const pauseAfter = (tookMs: number): number =>
  tookMs <= longSliceMs ? pauseMs : Math.min(longestPauseMs, tookMs / 2);

/** What counts against the quota of whoever applies: how many are to be made, and the quota. */
function countedIn(items: readonly PlanItem[]): { readonly more: number; readonly most: number } {
  const quotas = items.flatMap((item) => (item.action === 'create' ? (item.quota ?? []) : []));
  return { more: quotas.length, most: quotas[0] ?? 0 };
}

/**
 * Asked of a whole plan before any of it is shown or written: what is written in slices would be there in part.
 *
 * @throws Refusal `quota_reached`
 */
export async function requireRoom(
  { store, profile }: OperationContext,
  items: readonly PlanItem[],
): Promise<void> {
  const { more, most } = countedIn(items);
  if (more === 0) return;
  const jobs = await store.jobs.ofAgents(profile);
  if (jobs + more > most) throw quotaExceeded({ jobs, more, most }, 'Nothing was applied.');
}

type Written = {
  readonly items: readonly PlanItem[];
  /** For how many milliseconds others had to wait. */
  readonly tookMs: number;
};

/**
 * The more jobs a slice has, the likelier the holder decides an occurrence of one of them between its plan and its write. What was planned
 * too late is planned again by halves, at last job by job, so that jobs of every second cannot keep a file from being applied.
 */
async function writeSlice(
  context: OperationContext,
  planned: readonly PlanItem[],
): Promise<Written> {
  const written = await tryToWrite(context, planned);
  if (written !== null) return written;
  if (planned.length === 1) return writeOne(context, planned);
  const middle = Math.ceil(planned.length / 2);
  const first = await writeSlice(context, await planAgain(context, planned.slice(0, middle)));
  const second = await writeSlice(context, await planAgain(context, planned.slice(middle)));
  return { items: [...first.items, ...second.items], tookMs: first.tookMs + second.tookMs };
}

async function writeOne(context: OperationContext, planned: readonly PlanItem[]): Promise<Written> {
  let items = planned;
  for (let tries = 1; tries < maxTries; tries += 1) {
    items = await planAgain(context, items);
    const written = await tryToWrite(context, items);
    if (written !== null) return written;
  }
  throw changedAgain(context.profile);
}

/** Null, and nothing written, when one of the jobs is not as it was planned for. */
async function tryToWrite(
  context: OperationContext,
  items: readonly PlanItem[],
): Promise<Written | null> {
  const creations = items.flatMap((item) => creationFor(context, item));
  const now = context.clock.now().wall;
  const changes = items.flatMap((item) => changeFor(context, item, now));
  const since = context.clock.now().boot;
  const written = await context.store.jobs.apply(creations, changes);
  switch (written.kind) {
    case 'applied':
      return { items, tookMs: context.clock.now().boot - since };
    case 'quota-reached':
      throw quotaExceeded({ jobs: written.jobs, ...countedIn(items) }, 'A part may be applied.');
    case 'stale':
      return null;
  }
}

function creationFor(context: OperationContext, item: PlanItem): readonly JobCreation[] {
  if (item.action !== 'create') return [];
  const { namesakes } = item.wanted;
  const creation = creationOf(context, item.job, null, item.quota);
  return [namesakes === null ? creation : { ...creation, namesakes }];
}

function changeFor(context: OperationContext, item: PlanItem, now: Instant): readonly JobChange[] {
  if (item.action === 'change') return [changeOf(context, item.before, item.change, now)];
  if (item.action !== 'remove') return [];
  const removal: WantedChange = {
    after: null,
    endsSchedule: true,
    kind: 'job.removed',
    detail: { before: auditedDefinition(item.before.definition), after: null },
  };
  return [changeOf(context, item.before, removal, now)];
}

const planAgain = (
  context: OperationContext,
  items: readonly PlanItem[],
): Promise<readonly PlanItem[]> => Promise.all(items.map((item) => planOneAgain(context, item)));

/**
 * The same wish against the job as it is now. One that is gone stays gone for a removal and is made anew for a change; one that was
 * made meanwhile is the one that was to be made.
 */
async function planOneAgain(context: OperationContext, item: PlanItem): Promise<PlanItem> {
  if (item.action === 'unchanged') return item;
  if (item.action === 'create') {
    const made = await madeMeanwhile(context, item.job, item.wanted.namesakes);
    if (made === null) return item;
    const again = await planOne(context, item.wanted, made);
    if (again.action === 'change' && item.wanted.isOnlyNew) throw notOnlyNew(made);
    return again;
  }
  const current = await context.store.jobs.get(context.profile, item.before.id);
  if (item.action === 'change') return planOne(context, item.wanted, current);
  return current === null
    ? { action: 'unchanged', before: item.before }
    : { action: 'remove', before: current };
}

/** The job that somebody made since this one was planned, of its id or else of its name. Of several the next plan says which are meant. */
async function madeMeanwhile(
  { store }: OperationContext,
  { id, profile, definition }: Job,
  known: ReadonlySet<string> | null,
): Promise<Job | null> {
  const own = await store.jobs.get(profile, id);
  if (own !== null || known === null) return own;
  const named = await store.jobs.byName(profile, definition.name);
  const [made, ...others] = named.filter((job) => !known.has(job.id));
  if (others.length > 0) throw changedAgain(profile);
  return made ?? null;
}

const changedAgain = (profile: string): Refusal =>
  new Refusal(
    'job_changed',
    'Jobs changed again and again while they were written. A part may be applied; apply the file again.',
    { kind: 'failed', remedy: commandIn(profile, 'apply FILE --plan') },
  );

const notOnlyNew = ({ profile, id, definition: { name } }: Job): Refusal =>
  new Refusal(
    'job_changed',
    `Somebody made another job named "${name}" meanwhile. A part may be imported; import again.`,
    { kind: 'failed', remedy: commandIn(profile, `show ${id}`) },
  );
