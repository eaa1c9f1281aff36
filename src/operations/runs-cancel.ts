import { Refusal } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import { commandIn } from './commands.ts';
import { findRun } from './find-run.ts';
import { runInput } from './inputs.ts';
import { runsCancelOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';
import { oneRunAnswer } from './runs.ts';

/** Asks the holder to end the run with everything it started. The answer does not wait for the end. */
export const runsCancel = profileOperation({
  name: 'runs.cancel',
  summary: 'End a run',
  input: runInput,
  output: runsCancelOutput,
  scope: 'operate',
  async handle(context, input) {
    const { store, profile, actor, clock } = context;
    const run = await findRun(context, input.run);
    const entry = {
      profile,
      at: clock.now().wall,
      actor,
      kind: 'run.cancel_requested',
      subject: run.id,
      detail: { jobId: run.jobId },
    };
    const asked = await store.runs.requestCancel(profile, run.id, entry);
    const current = (await store.runs.get(profile, run.id)) ?? run;
    if (!asked) throw alreadyEnded(current);
    await pokeAll(context);
    const { readiness } = await readReadiness(context);
    return { run: await oneRunAnswer(context, current), readiness: readinessAnswer(readiness) };
  },
});

const alreadyEnded = (run: Run): Refusal =>
  new Refusal(
    'already_ended',
    `The run ${run.id} is over: ${run.outcome ?? run.state}. There is nothing to cancel.`,
    { remedy: commandIn(run.profile, `logs ${run.id}`), details: { state: run.state } },
  );
