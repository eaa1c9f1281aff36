import type { z } from 'zod';
import type { Mend } from '../../../core/finding.ts';
import { command, Refusal } from '../../../core/refusal.ts';
import { shellWord } from '../../../core/shell-word.ts';
import { type Closed, doctorOutside } from '../../../operations/doctor.ts';
import { doctorOutput } from '../../../operations/outputs.ts';
import { StoreUnavailable } from '../../../ports/store.ts';
import { ask, inSession, isSet, optionOf, plainView, print, textOf } from '../call.ts';
import { presentDoctor } from '../present/doctor.ts';
import type { View } from '../present/view.ts';
import type { Action, Call } from '../spec.ts';

type Answer = z.output<typeof doctorOutput>;
type Examined = { readonly answer: Answer; readonly view: View };

const failed = 1;

/** With `--env` another question is meant; a job alone means nothing to the doctor. */
export const doctor: Action = async (call) => {
  const job = textOf(call.own, 'job');
  if (isSet(call.own, 'env')) return (await import('./environment.ts')).environment(call);
  if (job === null) return diagnose(call);
  throw new Refusal('usage', 'The doctor looks at a whole profile; a job goes with --env.', {
    kind: 'usage',
    remedy: command(`cronkeeper doctor --env ${shellWord(job)}${optionOf(call.globals)}`),
  });
};

/** Reads only; with `--fix` it mends what it found and looks again. */
const diagnose: Action = async (call) => {
  const { host, globals } = call;
  const first = await examine(call);
  const wanted = isSet(call.own, 'fix') ? mendsIn(first.answer) : [];
  const mended = [];
  for (const what of wanted) mended.push(await host.mend(globals, what));
  const { answer, view } = wanted.length === 0 ? first : await examine(call);
  const whole = { ...answer, mended };
  await print(call, whole, presentDoctor(whole, view));
  return answer.isHealthy ? 0 : failed;
};

const mendsIn = ({ findings }: Answer): readonly Mend[] => [
  ...new Set(findings.flatMap(({ mend }) => mend ?? [])),
];

/** A home that cannot be opened is what a doctor is for: it is a finding, not the end. */
async function examine(call: Call): Promise<Examined> {
  try {
    return await inSession(call, async (session) => {
      const { answer } = await ask(session, 'doctor', call.input, doctorOutput);
      return { answer, view: session.view };
    });
  } catch (error) {
    const closed = closedBy(error);
    if (closed === null) throw error;
    const { host, globals } = call;
    const outside = await host.outside(globals);
    const view = { ...plainView(host, globals.verbose), profile: outside.profile };
    return { answer: doctorOutside(closed, outside), view };
  }
}

const closing = /^(home|store|sqlite)_/;

function closedBy(error: unknown): Closed | null {
  if (error instanceof StoreUnavailable)
    return { code: error.code, message: error.message, remedy: null };
  if (!(error instanceof Refusal) || !closing.test(error.code)) return null;
  const { code, message, remedy } = error;
  return { code, message, remedy };
}
