import { whyUnapproved } from '../core/authority.ts';
import type { Instant } from '../core/instant.ts';
import type { CommandAction, Job } from '../core/job.ts';
import { trustEndsAtBootMs } from '../core/lease-trust.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import type { ReasonCode } from '../core/refusal.ts';
import type { Requirement } from '../core/requirement.ts';
import { checkRequirement, requirementText } from '../core/requirement-check.ts';
import type { Attempt } from '../core/run.ts';
import { runEnvironment } from '../core/run-environment.ts';
import type { Settlement } from '../core/settlement.ts';
import { dismiss } from '../core/settlement.ts';
import { inOrder, planStarts, type Room } from '../core/start-plan.ts';
import type { StartOrder } from '../ports/executor.ts';
import { endTerm, mayAct } from './hold.ts';
import { fillOrder } from './secrets.ts';
import { dismissAll } from './settle.ts';
import type { Active, InstanceState, Preparation, Term, Waiting } from './state.ts';
import { errorText, report, undertake } from './state.ts';
import { withContext, workOf } from './work.ts';

/** Chooses what starts now and begins to prepare it; dismisses what waited too long. */
export async function startQueued(state: InstanceState, term: Term): Promise<void> {
  const now = state.world.clock.now();
  const busy = new Set<string>();
  for (const { waiting } of term.active.values()) busy.add(waiting.run.jobId);
  const lookAt = term.isPlanned ? (term.wakeAt ?? Number.POSITIVE_INFINITY) : now.wall;
  if (!term.isPlanned) putInOrder(term, now.wall);
  // Until what the plan ends is written: a write that fails leaves it to the next tick.
  term.isPlanned = false;
  const room = roomOf(state, term);
  const plan = planStarts(term.waiting.values(), now.wall, busy, { room, lookAt });
  term.wakeAt = Number.isFinite(plan.wakeAt) ? plan.wakeAt : null;
  const settlements: Settlement[] = [
    ...plan.expired.map((run) =>
      dismiss(
        run,
        {
          state: 'missed',
          reason: 'deadline_passed',
          message: 'Its grace passed while it waited.',
          hasBegun: false,
        },
        now.wall,
      ),
    ),
    ...plan.cancelled.map(({ run, begun }) =>
      dismiss(
        run,
        {
          state: 'ended',
          outcome: 'cancelled',
          reason: 'cancelled_by_request',
          message: 'Cancelled before it began.',
          hasBegun: begun > 0,
        },
        now.wall,
      ),
    ),
  ];
  if (!(await dismissAll(state, term, settlements))) return;
  term.isPlanned = true;
  for (const run of plan.start) {
    const waiting = term.waiting.get(run.id);
    if (waiting !== undefined) beginToPrepare(state, term, waiting, now.boot);
  }
}

function putInOrder({ waiting }: Term, now: Instant): void {
  const ordered = inOrder(waiting.values(), now);
  waiting.clear();
  for (const one of ordered) waiting.set(one.run.id, one);
}

function roomOf({ world: { settings } }: InstanceState, term: Term): Room {
  let commands = settings.maxRunning;
  let work = settings.maxWork;
  for (const { waiting } of term.active.values()) {
    if (waiting.lane === 'work') work -= 1;
    else commands -= 1;
  }
  return { commands, work };
}

function beginToPrepare(
  state: InstanceState,
  term: Term,
  waiting: Waiting,
  sinceBoot: number,
): void {
  const { run } = waiting;
  term.waiting.delete(run.id);
  const key = { runId: run.id, number: waiting.nextNumber };
  term.active.set(run.id, {
    waiting,
    key,
    phase: 'preparing',
    process: null,
    order: null,
    isEnding: false,
    sinceBoot,
  });
  undertake(state, 'prepare', prepare(state, term, waiting));
}

/** Probes the requirements and makes the gated child; the loop hears of the result. Nothing of the job runs here. */
async function prepare(state: InstanceState, term: Term, waiting: Waiting): Promise<void> {
  const runId = waiting.run.id;
  const preparation = await preparationOf(state, term, waiting).catch(
    (error: unknown): Preparation => ({
      kind: 'start-failed',
      runId,
      reason: 'start_failed',
      message: errorText(error),
    }),
  );
  if (state.term === term) report(state, { kind: 'preparation', preparation });
  else if (preparation.kind === 'prepared') state.world.executor.abandon(preparation.order.key);
}

async function preparationOf(
  state: InstanceState,
  term: Term,
  waiting: Waiting,
): Promise<Preparation> {
  const { store, self, executor } = state.world;
  const { run } = waiting;
  const job = await store.jobs.get(self.profile, run.jobId);
  if (job === null) return { kind: 'job-gone', runId: run.id };
  const why = whyUnapproved(job);
  if (why !== null) return refused(run.id, { reason: why.code, message: `${why.message}.` });
  const wanted = startOrder(state, term, waiting, job);
  const unmet = await firstUnmet(state, job, wanted);
  if (unmet !== null) return refused(run.id, { reason: 'capability_missing', message: unmet });
  // Last: a probe is a program, too, and needs no secrets.
  const told = await withContext(state, wanted, job);
  const filled = await fillOrder(state.world, told, job.definition.action);
  if (filled.kind === 'refused') return { ...filled, runId: run.id };
  const { order } = filled;
  if (state.term !== term) {
    const message = 'The term ended.';
    return { kind: 'start-failed', runId: run.id, reason: 'start_failed', message };
  }
  const prepared = await executor.prepare(order);
  if (prepared.kind === 'failed')
    return {
      kind: 'start-failed',
      runId: run.id,
      reason: prepared.reason,
      message: prepared.message,
    };
  const { ping } = job.definition;
  return { kind: 'prepared', runId: run.id, process: prepared.process, order, ping };
}

const refused = (
  runId: string,
  why: { readonly reason: ReasonCode; readonly message: string },
): Preparation => ({ kind: 'refused', runId, ...why });

/** What the starter is told of a run, its complete environment included; secrets are still references. */
export function startOrder(
  state: InstanceState,
  term: Term,
  waiting: Waiting,
  job: Job,
): StartOrder {
  const { definition } = job;
  const { run } = waiting;
  const { action } = definition;
  const work = workOf(action);
  return {
    key: { runId: run.id, number: waiting.nextNumber },
    argv: action.kind === 'command' ? programOf(action) : state.world.worker,
    env: runEnvironment(state.world.environments.base(job.profile), definition.env, {
      profile: job.profile,
      jobId: job.id,
      jobName: definition.name,
      runId: run.id,
      attempt: waiting.begun + 1,
      fireTime: run.fireTime,
      epoch: term.held.fence.epoch,
      idempotencyKey: run.retryOf ?? run.id,
    }),
    cwd: definition.cwd,
    timeoutMs: definition.timeoutMs,
    noOutputTimeoutMs: definition.noOutputTimeoutMs,
    outputLimit: definition.outputLimit,
    hidden: [],
    work: work === null ? null : JSON.stringify(work),
  };
}

const programOf = ({ argv, shell }: CommandAction): readonly string[] =>
  shell ? ['/bin/sh', '-c', argv[0] ?? ''] : argv;

async function firstUnmet(
  state: InstanceState,
  job: Job,
  order: StartOrder,
): Promise<string | null> {
  for (const requirement of job.definition.requirements) {
    const why = await whyUnmet(state, requirement, order);
    if (why !== null) return why;
  }
  return null;
}

/** Null when this process, or a run that it starts by this order, meets the requirement. */
export async function whyUnmet(
  { world: { self, executor }, provenance }: InstanceState,
  requirement: Requirement,
  order: StartOrder,
): Promise<string | null> {
  const { role, channels } = self;
  const checked = checkRequirement(requirement, { role, provenance, channels, env: order.env });
  if (checked !== 'probe' && checked.kind === 'met') return null;
  const why =
    checked === 'probe' ? await executor.probe(requirement, order.env, order.cwd) : checked.message;
  return why === null ? null : `${requirementText(requirement)} is not met here: ${why}`;
}

/**
 * Authorises prepared attempts in one commit and opens their gates. The guard is asked before the commit and again before each gate;
 * an attempt that was authorised but may not be released now waits until the term is trusted again.
 */
export async function authorisePrepared(state: InstanceState, term: Term): Promise<void> {
  const prepared = [...term.active.values()].filter(isPrepared);
  if (prepared.length > 0) {
    const at = state.world.clock.now().wall;
    const authorised = await state.world.store.runs.authorise(
      term.held.fence,
      prepared.map((active) => ({ attempt: attemptOf(state, term, active, at) })),
    );
    if (authorised.kind === 'fenced') return endTerm(state, term);
    const allowed = new Set(authorised.value);
    for (const active of prepared) {
      const { run } = active.waiting;
      if (allowed.has(run.id)) term.active.set(run.id, { ...active, phase: 'authorised' });
      else leaveToAccounting(state, term, active);
    }
  }
  releaseAuthorised(state, term);
}

/** The store did not let it start: its end was asked for, or this memory of it is wrong. What is true is read anew. */
function leaveToAccounting(state: InstanceState, term: Term, active: Active): void {
  state.world.executor.abandon(active.key);
  term.active.delete(active.waiting.run.id);
  term.isAccounted = false;
}

function releaseAuthorised(state: InstanceState, term: Term): void {
  for (const active of term.active.values()) {
    if (active.phase !== 'authorised') continue;
    if (!mayAct(state, term)) {
      term.mustAskAgain = true;
      return;
    }
    state.world.executor.release(active.key, trustEndsAtBootMs(term.held));
    term.active.set(active.waiting.run.id, { ...active, phase: 'released', order: null });
  }
}

/** While draining: gates that are not open yet stay shut. An authorised attempt is over when its wrapper is. */
export function closeGates(state: InstanceState, term: Term): void {
  for (const active of term.active.values()) {
    if (active.phase === 'released' || active.phase === 'running') continue;
    state.world.executor.abandon(active.key);
    if (active.phase !== 'authorised') term.active.delete(active.waiting.run.id);
  }
}

type Prepared = Active & { readonly process: ProcessIdentity; readonly order: StartOrder };

const isPrepared = (active: Active): active is Prepared =>
  active.phase === 'prepared' && active.process !== null && active.order !== null;

const attemptOf = (
  state: InstanceState,
  term: Term,
  { waiting, process, order }: Prepared,
  authorisedAt: Instant,
): Attempt => ({
  runId: waiting.run.id,
  number: waiting.nextNumber,
  state: 'authorised',
  epoch: term.held.fence.epoch,
  instanceId: state.world.self.id,
  process,
  provenance: state.provenance,
  adoptedBy: null,
  authorisedAt,
  timeoutMs: order.timeoutMs,
  startedAt: null,
  endedAt: null,
  outcome: null,
  exitCode: null,
  reason: null,
});
