import { crowdAtMost, crowdOf } from '../core/crowd.ts';
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
import type { Early, InstanceState, Term } from './state.ts';
import { undertake } from './state.ts';

/** Long enough to prepare a crowd, and so short that hardly anything changes until then. */
const earlyMs = 500;

/** So many starts are got ready at most: those that find room at once, and those that wait for it for moments only. */
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
  const busy = busyJobs(term);
  for (const job of due) {
    if (term.early.size >= most) return;
    const mustWait = busy.has(job.id) && job.definition.overlap !== 'allow';
    if (mustWait || term.early.has(job.id)) continue;
    const run = expectedOrNone(state, term, job, until);
    const files = filesFor(state, job);
    if (run === null || files === null || namesSecret(files)) continue;
    const early: Early = { run, files, isDecidedNow: false, prepared: null };
    term.early.set(job.id, early);
    undertake(state, 'prepare-early', prepareOne(state, term, early));
  }
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

async function prepareOne(state: InstanceState, term: Term, early: Early): Promise<void> {
  const { run } = early;
  const prepared = await prepare(state, term, { run, nextNumber: 1, begun: 0 });
  const isWanted = term.early.get(run.jobId) === early;
  if (prepared.kind !== 'prepared') {
    // Whatever is the matter is looked at again, and told, when the run is due.
    if (isWanted) term.early.delete(run.jobId);
  } else if (isWanted) term.early.set(run.jobId, { ...early, prepared });
  else state.world.executor.abandon(prepared.order.key);
}

/** The plan as it is written: what came as it was expected gets the id that it was prepared under. */
export function withEarly(term: Term, plan: FiringPlan): FiringPlan {
  const early = term.early.get(plan.jobId);
  const [row, ...others] = plan.rows;
  if (early?.prepared == null || row === undefined || others.length > 0) return plan;
  if (!isAsExpected(row, early.run)) return plan;
  term.early.set(plan.jobId, { ...early, isDecidedNow: true });
  return { ...plan, rows: [{ ...row, id: early.run.id }] };
}
