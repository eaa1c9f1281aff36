import { crowdAtMost, crowdOf, nextAtMost } from '../core/crowd.ts';
import { expectedRun, isAsExpected } from '../core/expected-run.ts';
import type { FiringPlan } from '../core/firing.ts';
import type { Instant } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { Run } from '../core/run.ts';
import type { EnvironmentFile } from '../core/run-environment.ts';
import { secretsIn } from '../core/secret.ts';
import { busyJobs } from './busy.ts';
import { filesFor } from './early.ts';
import { prepare } from './prepare.ts';
import { keepSeen } from './seen.ts';
import { prepareAndReport } from './start.ts';
import type { InstanceState, Term } from './state.ts';
import { report, undertake } from './state.ts';

/** Long enough to prepare a crowd, and so short that hardly anything changes until then. */
const earlyMs = 500;

/** So many starts are got ready at most: those that find room at once, and with little room those that wait for it for moments only. */
const readyAtMost = ({ world: { settings } }: InstanceState): number =>
  Math.min(crowdAtMost, 3 * settings.maxRunning);

/** Learns when something is due next, and whether a crowd comes then. */
export async function learnFireTimes(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  const fireTimes = await store.jobs.nextFireTimes(self.profile, readyAtMost(state));
  const [first] = fireTimes;
  term.nextFireAt = first ?? null;
  term.crowd = crowdOf(fireTimes);
  term.earlyAt = first === undefined ? null : first - earlyMs;
}

/** Has made beforehand what a crowd needs to start. */
export function tellCrowd({ world }: InstanceState, term: Term): void {
  if (term.crowd === null || world.clock.now().wall < term.crowd.tellAt) return;
  world.executor.expect(term.crowd.size);
  term.crowd = null;
}

/** Prepares the starts of what is due in a moment, where that is safe: then it need only be decided and authorised. */
export async function prepareEarly(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock } = state.world;
  const now = clock.now().wall;
  if (term.earlyAt === null || now < term.earlyAt) return;
  const until = now + earlyMs;
  const most = readyAtMost(state);
  const due = await store.jobs.due(self.profile, until, most);
  term.earlyAt = null;
  keepSeen(term, due);
  const busy = busyJobs(term, now);
  for (const job of due) {
    if (term.early.size >= most) return;
    const mustWait = busy.has(job.id) && job.definition.overlap !== 'allow';
    if (mustWait || term.early.has(job.id)) continue;
    const run = expectedOrNone(state, term, job, until);
    if (run !== null) beginEarly(state, term, run, false);
  }
}

/** The same of those that get the next places: a place that is freed is then taken in the same turn. */
export function prepareNext(state: InstanceState, term: Term): void {
  const now = state.world.clock.now().wall;
  const most = Math.min(nextAtMost, state.world.settings.maxRunning);
  let looked = 0;
  for (const waiting of term.waiting.values()) {
    looked += 1;
    if (looked > most || term.early.size >= most) return;
    const { run, nextNumber, mayPrepare } = waiting;
    if (!mayPrepare || nextNumber > 1 || run.notBefore > now || term.early.has(run.jobId)) continue;
    term.waiting.set(run.id, { ...waiting, mayPrepare: false });
    beginEarly(state, term, run, true);
  }
}

/** A secret that a file names is told when a run starts, and not before. */
function beginEarly(state: InstanceState, term: Term, run: Run, isCurrent: boolean): void {
  const files = filesFor(state, run);
  if (files === null || namesSecret(files)) return;
  term.early.set(run.jobId, { run, files, isCurrent, prepared: null });
  undertake(state, 'prepare-early', prepareOne(state, term, run));
}

const namesSecret = (files: readonly EnvironmentFile[]): boolean =>
  files.some(({ names }) => secretsIn(Object.values(names)).length > 0);

/** A schedule that cannot be computed is told of, and set aside, when it is due. */
function expectedOrNone(state: InstanceState, term: Term, job: Job, until: Instant): Run | null {
  const { epoch } = term.held.fence;
  const newId = (): string => state.world.ids.next();
  try {
    return expectedRun(job, { epoch, newId, termSince: term.since }, until);
  } catch {
    return null;
  }
}

async function prepareOne(state: InstanceState, term: Term, run: Run): Promise<void> {
  const starting = { run, nextNumber: 1, begun: 0, revision: run.jobRevision };
  const preparation = await prepare(state, term, starting);
  const early = term.early.get(run.jobId);
  const active = term.active.get(run.id);
  const isPrepared = preparation.kind === 'prepared';
  // Whatever is the matter is looked at again, and told, when the run starts.
  if (early?.run.id === run.id) {
    if (isPrepared) term.early.set(run.jobId, { ...early, prepared: preparation });
    else term.early.delete(run.jobId);
  } else if (state.term === term && active?.phase === 'preparing' && active.isEarly === true) {
    if (isPrepared) report(state, { kind: 'preparation', preparation });
    else await prepareAndReport(state, term, active.waiting);
  } else if (isPrepared) state.world.executor.abandon(preparation.order.key);
}

/** The plan as it is written: what came as it was expected gets the id that it was prepared under. */
export function withEarly(term: Term, plan: FiringPlan): FiringPlan {
  const early = term.early.get(plan.jobId);
  const [row, ...others] = plan.rows;
  if (early?.prepared == null || row === undefined || others.length > 0) return plan;
  if (!isAsExpected(row, early.run)) return plan;
  term.early.set(plan.jobId, { ...early, isCurrent: true });
  return { ...plan, rows: [{ ...row, id: early.run.id }] };
}
