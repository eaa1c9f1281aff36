import type { Making } from '../core/authority.ts';
import type { Job, JobDefinition } from '../core/job.ts';
import { changeAnswer } from './change-answer.ts';
import {
  type ChangeTime,
  changeJob,
  endsSchedule,
  redefined,
  type WantedChange,
} from './change-job.ts';
import { findJob } from './find-job.ts';
import { jobsEditInput } from './inputs.ts';
import { auditedDefinition, differingParts } from './job-answer.ts';
import { readDefinition } from './job-fields.ts';
import { readMaking } from './making.ts';
import { refuseEnding } from './new-job.ts';
import { jobsEditOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';
import { differingVariables } from './variables.ts';

/** Changes what was said and nothing else. A change of its times begins now and never fires for times before. */
export const jobsEdit = profileOperation({
  name: 'jobs.edit',
  summary: 'Change a job',
  input: jobsEditInput,
  output: jobsEditOutput,
  scope: 'edit',
  async handle(context, input) {
    const job = await findJob(context, input.job);
    const making = await readMaking(context);
    let notes: readonly string[] = [];
    const { before, wanted } = await changeJob(
      context,
      { jobId: job.id, revision: input.revision ?? null },
      async (current, time) => {
        const read = await readDefinition(context, input, current.definition, {
          isPaused: current.state === 'paused',
          isWhole: false,
        });
        notes = read.notes;
        return wantedEdit(current, read.definition, time, making);
      },
    );
    const after = wanted?.after ?? before;
    if (wanted !== null) await pokeAll(context);
    const changed = differingParts(after.definition, before.definition);
    const variables = differingVariables(after.definition.env, before.definition.env);
    const answer = await changeAnswer(context, after, changed, notes);
    return variables === null ? answer : { ...answer, variables };
  },
});

/** The change to this definition; null when the job already is so. */
export function wantedEdit(
  current: Job,
  definition: JobDefinition,
  time: ChangeTime,
  making: Making,
): WantedChange | null {
  const changed = differingParts(definition, current.definition);
  if (changed.length === 0) return null;
  const after = redefined(current, definition, time, making);
  refuseEnding(current, after, changed);
  return {
    after,
    endsSchedule: endsSchedule(current, after),
    kind: 'job.edited',
    detail: {
      changed,
      before: auditedDefinition(current.definition),
      after: auditedDefinition(definition),
    },
  };
}
