import { type AgentPolicy, allowedPowers, type Making } from '../core/authority.ts';
import type { Job } from '../core/job.ts';
import { isLess, type Maker, type Trust, trustOf } from '../core/maker.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';

/** What agents may do here by themselves, as it is set now. */
async function readPolicy({ settings, profile }: OperationContext): Promise<AgentPolicy> {
  const values = new Map((await settings.list()).map(({ name, value }) => [name, value]));
  return {
    may: allowedPowers(String(values.get('agentsMay') ?? ''), profile),
    maxJobs: Number(values.get('agentJobs') ?? 0),
    maxDepth: Number(values.get('agentDepth') ?? 0),
  };
}

/** With the quota of whoever is no person; null for people. */
export type OwnMaking = Making & { readonly quota: number | null };

/**
 * Whose a job is that is made or changed now. Asked before each of it.
 *
 * @throws Refusal `authority_exceeded` inside a run whose jobs may make none, or that nobody knows here
 */
export async function readMaking(context: OperationContext): Promise<OwnMaking> {
  const { maker } = context;
  if (trustOf(maker) === 'person') return { maker, ceiling: [], depth: 0, quota: null };
  const { may, maxJobs, maxDepth } = await readPolicy(context);
  const depth = maker.run === null ? 0 : (await depthOf(context, maker.run)) + 1;
  if (depth > maxDepth) throw tooDeep(maker, depth, maxDepth);
  return { maker, ceiling: may, depth, quota: maxJobs };
}

/** How deep the job is to whose run this is. One that was removed meanwhile was as deep as can be. */
async function depthOf({ store, profile }: OperationContext, runId: string): Promise<number> {
  const run = await store.runs.get(profile, runId);
  const job = run === null ? null : await store.jobs.get(profile, run.jobId);
  return job === null ? Number.POSITIVE_INFINITY : job.authority.depth;
}

const tooDeep = ({ run }: Maker, depth: number, maxDepth: number): Refusal =>
  new Refusal(
    'authority_exceeded',
    Number.isFinite(depth)
      ? `The run ${run} may not make or change jobs: jobs may be made ${maxDepth} runs deep here, and this would be ${depth}.`
      : `This was asked inside the run ${run}, whose job is not known in this profile, so it may not make or change jobs.`,
    {
      remedy: advice('A person may allow it: cronkeeper config set agentDepth 1'),
      details: { run, maxDepth },
    },
  );

/**
 * Inside a run only the job of that run may be stopped, unless it may make jobs.
 *
 * @throws Refusal `authority_exceeded`
 */
export async function requireMayStop(context: OperationContext, jobId: string): Promise<void> {
  const { maker, store, profile } = context;
  if (maker.run === null) return;
  const run = await store.runs.get(profile, maker.run);
  if (run?.jobId !== jobId) await readMaking(context);
}

/** @throws Refusal `authority_exceeded` when somebody of more trust paused the job */
export function requireMayResume({ maker, profile }: OperationContext, job: Job): void {
  const by: Trust = job.authority.pausedBy ?? 'agent';
  if (!isLess(trustOf(maker), by)) return;
  throw new Refusal(
    'authority_exceeded',
    `A ${by} paused the job, so ${maker.name} may not resume it.`,
    { remedy: commandIn(profile, `resume ${job.id}`) },
  );
}

const overQuota = (message: string, jobs: number): Refusal =>
  new Refusal('quota_reached', message, {
    remedy: command('cronkeeper config get agentJobs'),
    details: { jobs },
  });

/** Those who are no people have as many jobs as they may. */
export const quotaReached = (jobs: number): Refusal =>
  overQuota(
    `Agents and the chat have ${jobs} jobs here that are not done, as many as they may; one more was not stored.`,
    jobs,
  );

/** They would have more than they may with these. `then`: what became of all that was asked. */
export const quotaExceeded = (
  { jobs, more, most }: { readonly jobs: number; readonly more: number; readonly most: number },
  then: string,
): Refusal =>
  overQuota(
    `Of jobs that are not done agents and the chat may have ${most} here; they have ${jobs}, and this would add ${more}. ${then}`,
    jobs,
  );
