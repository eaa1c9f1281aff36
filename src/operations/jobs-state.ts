import { isLess, trustOf } from '../core/maker.ts';
import { Refusal } from '../core/refusal.ts';
import { changeAnswer } from './change-answer.ts';
import { changeJob, redefined, resumedPlace } from './change-job.ts';
import { findJob } from './find-job.ts';
import { jobsChangeInput, jobsPauseInput } from './inputs.ts';
import { withModel } from './job-action.ts';
import { auditedDefinition, jobAnswer } from './job-answer.ts';
import { readMaking, requireMayResume, requireMayStop } from './making.ts';
import { jobsEditOutput, jobsRemoveOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';
import { sayingOf } from './schedule-answer.ts';

export const jobsPause = profileOperation({
  name: 'jobs.pause',
  summary: 'Pause a job until it is resumed',
  input: jobsPauseInput,
  output: jobsEditOutput,
  scope: 'edit',
  async handle(context, input) {
    const { id } = await findJob(context, input.job);
    await requireMayStop(context, id);
    const reason = input.reason ?? null;
    const asked = { jobId: id, revision: input.revision ?? null };
    const { before, wanted } = await changeJob(context, asked, async (job, { now }) => {
      if (job.state === 'done')
        throw new Refusal(
          'job_done',
          'The job has no occurrences left; there is nothing to pause.',
        );
      const by = trustOf(context.maker);
      const { pausedBy } = job.authority;
      const isMore = pausedBy === null || isLess(pausedBy, by);
      const isSame = reason === null || job.pausedReason === reason;
      if (job.state === 'paused' && isSame && !isMore) return null;
      return {
        after: {
          ...job,
          revision: job.revision + 1,
          state: 'paused',
          pausedReason: reason ?? job.pausedReason,
          authority: { ...job.authority, pausedBy: isMore ? by : pausedBy },
          nextFireAt: null,
          updatedAt: now,
        },
        endsSchedule: true,
        kind: 'job.paused',
        detail: { before: { state: job.state }, after: { state: 'paused', reason } },
      };
    });
    if (wanted !== null) await pokeAll(context);
    return changeAnswer(context, wanted?.after ?? before, wanted === null ? [] : ['state']);
  },
});

/** Fires again from now on; what came due while it was paused stays past. A job that waited for a model is pinned to the one that is set. */
export const jobsResume = profileOperation({
  name: 'jobs.resume',
  summary: 'Let a paused job fire again, from now on',
  input: jobsChangeInput,
  output: jobsEditOutput,
  scope: 'edit',
  async handle(context, input) {
    const { id } = await findJob(context, input.job);
    const making = await readMaking(context);
    const asked = { jobId: id, revision: input.revision ?? null };
    const { before, wanted } = await changeJob(context, asked, async (before, time) => {
      if (before.state === 'enabled' || before.state === 'pending') return null;
      requireMayResume(context, before);
      const definition = await withModel(context, before.definition);
      const job =
        definition === before.definition ? before : redefined(before, definition, time, making);
      const place = resumedPlace(job, time.from);
      return {
        after: {
          ...job,
          ...place,
          revision: before.revision + 1,
          authority: { ...job.authority, pausedBy: null },
          pausedReason: null,
          updatedAt: time.now,
        },
        endsSchedule: false,
        kind: 'job.resumed',
        detail: {
          before: { state: before.state },
          after: {
            state: place.state,
            ...(definition === before.definition
              ? {}
              : { definition: auditedDefinition(definition) }),
          },
        },
      };
    });
    if (wanted !== null) await pokeAll(context);
    return changeAnswer(context, wanted?.after ?? before, wanted === null ? [] : ['state']);
  },
});

/** Its runs stay readable by id. A run of it that is under way goes on. */
export const jobsRemove = profileOperation({
  name: 'jobs.remove',
  summary: 'Remove a job; its history stays',
  input: jobsChangeInput,
  output: jobsRemoveOutput,
  scope: 'edit',
  async handle(context, input) {
    const { id } = await findJob(context, input.job);
    await requireMayStop(context, id);
    const asked = { jobId: id, revision: input.revision ?? null };
    const { before } = await changeJob(context, asked, async (job) => ({
      after: null,
      endsSchedule: true,
      kind: 'job.removed',
      detail: { before: auditedDefinition(job.definition), after: null },
    }));
    await pokeAll(context);
    const said = await sayingOf(context);
    return { job: jobAnswer(before, said), removed: true };
  },
});
