import { whyUnapproved } from '../core/authority.ts';
import type { CommandAction, Job } from '../core/job.ts';
import type { ReasonCode } from '../core/refusal.ts';
import type { Requirement } from '../core/requirement.ts';
import { checkRequirement, requirementText } from '../core/requirement-check.ts';
import { runEnvironment } from '../core/run-environment.ts';
import type { StartOrder } from '../ports/executor.ts';
import { takeEarly } from './early.ts';
import { fillOrder } from './secrets.ts';
import { jobForStart } from './seen.ts';
import type { Active, InstanceState, Preparation, PreparedStart, Term, Waiting } from './state.ts';
import { errorText } from './state.ts';
import { withContext, workOf } from './work.ts';

/** What a preparation has to know of its run. */
export type Starting = Pick<Waiting, 'run' | 'nextNumber' | 'begun'> & {
  /** Not by another revision of the job, whose start may depend on more. */
  readonly revision?: number;
};

/** Probes the requirements and makes the gated child. Nothing of the job runs here. It does not fail: what went wrong is its answer. */
export async function prepare(
  state: InstanceState,
  term: Term,
  starting: Starting,
): Promise<Preparation> {
  try {
    return await preparationOf(state, term, starting);
  } catch (error) {
    return startFailed(starting.run.id, errorText(error));
  }
}

const startFailed = (runId: string, message: string): Preparation => ({
  kind: 'start-failed',
  runId,
  reason: 'start_failed',
  message,
});

/** An attempt whose process waits at its gate from now on. */
export const nowPrepared = (active: Active, { process, order, ping }: PreparedStart): Active => ({
  ...active,
  phase: 'prepared',
  process,
  order,
  ...(ping === null ? {} : { ping }),
});

async function preparationOf(
  state: InstanceState,
  term: Term,
  waiting: Starting,
): Promise<Preparation> {
  const { executor } = state.world;
  const { run } = waiting;
  const job = await jobForStart(state, term, run.jobId);
  if (job === null) return { kind: 'job-gone', runId: run.id };
  if (job.revision !== (waiting.revision ?? job.revision))
    return startFailed(run.id, 'Its job was changed.');
  const why = whyUnapproved(job);
  if (why !== null) return refused(run.id, { reason: why.code, message: `${why.message}.` });
  const early = takeEarly(state, term, run, job);
  if (early !== null) return early;
  const wanted = startOrder(state, term, waiting, job);
  const unmet = await firstUnmet(state, job, wanted);
  if (unmet !== null) return refused(run.id, { reason: 'capability_missing', message: unmet });
  // Last: a probe is a program, too, and needs no secrets.
  const told = await withContext(state, wanted, job);
  const filled = await fillOrder(state.world, told, job.definition.action);
  if (filled.kind === 'refused') return { ...filled, runId: run.id };
  const { order } = filled;
  if (state.term !== term) return startFailed(run.id, 'The term ended.');
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
  waiting: Starting,
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
