import type { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { isFinal, type Run } from '../core/run.ts';
import { commandIn } from './commands.ts';
import { findRun } from './find-run.ts';
import { runInput } from './inputs.ts';
import { runsCancelOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';
import { hasLiveOwner, type ProfileView, readinessAnswer, readReadiness } from './readiness.ts';
import { oneRunAnswer } from './runs.ts';

/**
 * Asks the holder to end the run with everything it started. The answer does not wait for the end. Without an owner the mark stays in
 * the run, for the next one to act upon, and the answer says so: a run outlives its owner.
 */
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
    const view = await readReadiness(context);
    return {
      ...whoEnds(view, current),
      run: await oneRunAnswer(context, current),
      readiness: readinessAnswer(view.readiness),
    };
  },
});

type Ending = Pick<z.output<typeof runsCancelOutput>, 'word' | 'message'>;

function whoEnds(view: ProfileView, { state, outcome }: Run): Ending {
  if (isFinal(state)) return { word: 'Over', message: `It is over: ${outcome ?? state}.` };
  if (hasLiveOwner(view)) return { word: 'Asked', message: 'Its owner was asked to end it.' };
  const until = state === 'running' ? 'It runs on until then' : 'It does not begin before that';
  if (view.readiness.code === 'will_run_by_timer')
    return { word: 'Asked', message: `The next tick of the timer ends it. ${until}.` };
  return {
    word: 'Waiting',
    message: `Nobody is there to end it: ${view.readiness.message}. The next owner will end it. ${until}.`,
  };
}

const alreadyEnded = (run: Run): Refusal =>
  new Refusal(
    'already_ended',
    `The run ${run.id} is over: ${run.outcome ?? run.state}. There is nothing to cancel.`,
    { remedy: commandIn(run.profile, `logs ${run.id}`), details: { state: run.state } },
  );
