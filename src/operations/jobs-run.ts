import { whyUnapproved } from '../core/authority.ts';
import type { Job } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';
import { isFinal } from '../core/run.ts';
import { commandIn } from './commands.ts';
import { findJob } from './find-job.ts';
import { findRun } from './find-run.ts';
import { jobsRunInput, runsRetryInput } from './inputs.ts';
import { lacksModel } from './job-action.ts';
import { jobsRunOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { requestRun } from './request-run.ts';

/** @throws Refusal when a person must approve the job first, as the owner would, or when nobody has said what shall think */
function runnable(job: Job): Job {
  const why = whyUnapproved(job);
  if (why !== null) {
    throw new Refusal(why.code, `${why.message}.`, {
      remedy: commandIn(job.profile, `approve ${job.id}`),
    });
  }
  if (lacksModel(job.definition)) {
    throw new Refusal('model_unknown', 'The job waits for a model to be named; nothing was run.', {
      remedy: commandIn(job.profile, `edit ${job.id} --model PROVIDER/MODEL`),
    });
  }
  return job;
}

/** Works for paused jobs too: a request is not an occurrence. */
export const jobsRun = profileOperation({
  name: 'jobs.run',
  summary: 'Ask the owner to run a job now',
  input: jobsRunInput,
  output: jobsRunOutput,
  scope: 'operate',
  async handle(context, input) {
    const { id, definition } = runnable(await findJob(context, input.job));
    return requestRun(context, {
      job: { id, name: definition.name, overlap: definition.overlap },
      queue: input.queue,
      retryOf: null,
      typed: `run ${id}`,
    });
  },
});

/** A new run of the job as it is now, which names the old one; one that repeats a repetition, too, names the first of them. */
export const runsRetry = profileOperation({
  name: 'runs.retry',
  summary: 'Run again what a run did',
  input: runsRetryInput,
  output: jobsRunOutput,
  scope: 'operate',
  async handle(context, input) {
    const run = await findRun(context, input.run);
    if (!isFinal(run.state)) {
      throw new Refusal('overlap_skip', `The run ${run.id} is still ${run.state}.`, {
        remedy: commandIn(context.profile, `cancel ${run.id}`),
      });
    }
    const { id, definition } = runnable(await findJob(context, run.jobId));
    return requestRun(context, {
      job: { id, name: definition.name, overlap: definition.overlap },
      queue: input.queue,
      retryOf: run.retryOf ?? run.id,
      typed: `retry ${run.id}`,
    });
  },
});
