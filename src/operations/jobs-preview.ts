import type { JobDefinition } from '../core/job.ts';
import { runsLeft } from '../core/upcoming.ts';
import { findJob } from './find-job.ts';
import { type JobFields, jobsPreviewInput } from './inputs.ts';
import { jobAnswer } from './job-answer.ts';
import { readDefinition } from './job-fields.ts';
import { readMaking } from './making.ts';
import { newJobOf } from './new-job.ts';
import { type OperationContext, operation } from './operation.ts';
import { jobsPreviewOutput } from './outputs.ts';
import { readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { sayingOf, understoodAnswer } from './schedule-answer.ts';

/** Stands in for what a person has not typed yet: times can be told before there is a command. */
const notTypedYet = ['true'];

/**
 * How a job would be understood and whether it would run, or how a job that is there would be after a change. Nothing is stored.
 * While no command was typed the answer is about times alone.
 */
export const jobsPreview = operation({
  name: 'jobs.preview',
  summary: 'Tell how a job would be understood',
  input: jobsPreviewInput,
  output: jobsPreviewOutput,
  scope: 'read',
  async handle(context, { job: reference, ...input }) {
    const present = reference === undefined ? null : await findJob(context, reference);
    const { definition, notes } = await readDefinition(
      context,
      completed(input, present?.definition ?? null),
      present?.definition ?? null,
      { isPaused: present?.state === 'paused', isWhole: false },
    );
    const job =
      present === null
        ? newJobOf(context, definition, null, await readMaking(context))
        : { ...present, definition };
    const view = await readReadiness(context);
    const said = await sayingOf(context);
    return {
      job: jobAnswer(job, said),
      understood: understoodAnswer(definition, said, notes, runsLeft(job, said.now)),
      readiness: readinessAnswer(readJobReadiness(view, job)),
      namesakes: await namesakesOf(context, definition.name, present?.id ?? null),
      warnings: [...view.warnings],
    };
  },
});

function completed(fields: JobFields, present: JobDefinition | null): JobFields {
  const { command = [], shell, prompt, http } = fields;
  const hasWork =
    command.length > 0 || typeof shell === 'string' || prompt !== undefined || http !== undefined;
  if (present !== null || hasWork) return fields;
  return { ...fields, command: notTypedYet, shell: false };
}

/** Ids of other jobs of this name. */
async function namesakesOf(
  { store, profile }: OperationContext,
  name: string,
  own: string | null,
): Promise<string[]> {
  const named = await store.jobs.byName(profile, name);
  return named.map(({ id }) => id).filter((id) => id !== own);
}
