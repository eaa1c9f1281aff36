import type { z } from 'zod';
import type { Job } from '../core/job.ts';
import { jobAnswer } from './job-answer.ts';
import { beginWarning, whyNotBegin } from './look-at-command.ts';
import type { OperationContext } from './operation.ts';
import type { jobsEditOutput } from './outputs.ts';
import { readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { sayingOf, understoodJob } from './schedule-answer.ts';

/** Parts of a job by which its command begins. */
const looked: ReadonlySet<string> = new Set(['action', 'cwd', 'env']);

/** What every change of a job answers: the job as it is now, and whether it will run. */
export async function changeAnswer(
  context: OperationContext,
  job: Job,
  changed: readonly string[],
  notes: readonly string[] = [],
): Promise<z.output<typeof jobsEditOutput>> {
  const view = await readReadiness(context);
  const { definition } = job;
  const isOther = changed.some((part) => looked.has(part));
  const hindrance = isOther ? await whyNotBegin(context, view, definition) : null;
  const said = await sayingOf(context);
  return {
    job: jobAnswer(job, said),
    changed: [...changed],
    understood: understoodJob(job, said, notes),
    readiness: readinessAnswer(readJobReadiness(view, job)),
    warnings: [
      ...view.warnings,
      ...(hindrance === null ? [] : [beginWarning(hindrance, definition, context.profile)]),
    ],
  };
}
