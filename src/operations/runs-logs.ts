import { isId } from '../core/id.ts';
import { Refusal } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import { commandIn } from './commands.ts';
import { findJobId } from './find-run.ts';
import { runsLogsInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { runsLogsOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { oneRunAnswer } from './runs.ts';

/** A piece of the stored output. To follow a run, ask again from `nextByte` until it is final and nothing more comes. */
export const runsLogs = profileOperation({
  name: 'runs.logs',
  summary: 'Read the output of a run',
  input: runsLogsInput,
  output: runsLogsOutput,
  scope: 'read',
  async handle(context, { subject, attempt, fromByte, maxBytes }) {
    const run = await runOf(context, subject);
    // The run is read before its output: when it is final here, the output that follows is all there is.
    const answer = await oneRunAnswer(context, run);
    const chunk = await context.output.read(run.id, attempt, fromByte, maxBytes);
    return {
      run: answer,
      base64: Buffer.from(chunk.bytes).toString('base64'),
      nextByte: chunk.nextByte,
      isAbsent: chunk.isAbsent,
    };
  },
});

/** The run with this id, else the newest run of this job that began; if none did, its newest decision. */
async function runOf(context: OperationContext, subject: string): Promise<Run> {
  const { store, profile } = context;
  const id = subject.trim().toUpperCase();
  const run = isId(id) ? await store.runs.get(profile, id) : null;
  if (run !== null) return run;
  const jobId = await findJobId(context, subject);
  const begun = { jobId, states: ['running', 'ended'], limit: 1 } as const;
  const [newest] = await store.runs.list(profile, begun);
  const [decision] =
    newest === undefined ? await store.runs.list(profile, { jobId, limit: 1 }) : [];
  const found = newest ?? decision;
  if (found !== undefined) return found;
  throw new Refusal('not_found', `The job "${subject.slice(0, 80)}" has not run yet.`, {
    remedy: commandIn(profile, `next ${jobId}`),
  });
}
