import { findNewestRun } from './find-run.ts';
import { runsLogsInput } from './inputs.ts';
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
    const run = await findNewestRun(context, subject);
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
