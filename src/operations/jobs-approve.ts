import { definitionHash, unapproved } from '../core/authority.ts';
import { changeAnswer } from './change-answer.ts';
import { changeJob, placeInTime } from './change-job.ts';
import { findJob } from './find-job.ts';
import { jobsApproveInput } from './inputs.ts';
import { jobsEditOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';

/**
 * A person's yes to a job as it was shown to them. Changed afterwards, it must be approved again; what came due before stays past.
 * A job that is paused stays so.
 */
export const jobsApprove = profileOperation({
  name: 'jobs.approve',
  summary: 'Approve a job that no person made, as it is now',
  input: jobsApproveInput,
  output: jobsEditOutput,
  scope: 'admin',
  async handle(context, input) {
    const { id } = await findJob(context, input.job);
    const asked = { jobId: id, revision: input.revision };
    const { before, wanted } = await changeJob(context, asked, async (job, { now, from }) => {
      const beyond = unapproved(job);
      if (beyond.length === 0) return null;
      const approval = { by: context.actor, at: now, hash: definitionHash(job.definition) };
      const approved = { ...job, authority: { ...job.authority, approval } };
      const place = job.state === 'pending' ? placeInTime(approved, from) : {};
      return {
        after: { ...approved, ...place, revision: job.revision + 1, updatedAt: now },
        endsSchedule: false,
        kind: 'job.approved',
        detail: { powers: beyond, hash: approval.hash, madeBy: job.authority.madeBy },
      };
    });
    if (wanted !== null) await pokeAll(context);
    const changed = wanted === null ? [] : ['approval'];
    return changeAnswer(context, wanted?.after ?? before, changed);
  },
});
