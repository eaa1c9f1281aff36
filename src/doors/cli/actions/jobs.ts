import type { z } from 'zod';
import { isId } from '../../../core/id.ts';
import { Refusal } from '../../../core/refusal.ts';
import {
  jobsAddOutput,
  jobsEditOutput,
  jobsListOutput,
  jobsNextOutput,
  jobsRemoveOutput,
  jobsShowOutput,
  runsShowOutput,
} from '../../../operations/outputs.ts';
import { whySchema } from '../../../operations/why-answer.ts';
import type { Session } from '../call.ts';
import { answering, ask, inSession, print, textOf } from '../call.ts';
import { renderDeliveries } from '../present/inbox.ts';
import {
  presentAdded,
  presentEdited,
  presentJob,
  presentJobs,
  presentNext,
  presentRemoved,
} from '../present/jobs.ts';
import { renderRun } from '../present/runs.ts';
import { plain } from '../present/view.ts';
import { presentWhy } from '../present/why.ts';
import type { Action, Call, Fields } from '../spec.ts';
import { quotedLine, shellLineOf } from '../unquoted.ts';

/** What the operation cannot know: the words after `--`, and a script. */
export async function jobInput(call: Call): Promise<Fields> {
  const { input, own, rest, host } = call;
  const script = textOf(own, 'script');
  if (rest !== null && rest.length === 0) {
    throw usage('No command after --.', 'Put the program and its arguments after it.');
  }
  if (rest !== null && script !== null) {
    throw usage('--script and a command after -- are two commands.', 'Give one of them.');
  }
  await refuseLine(call);
  const asked = withAddress(input);
  const { prompt, ...others } = asked;
  return {
    // With a script Hermes takes the prompt for a note to the agent, of which there is none.
    ...(script === null ? asked : others),
    ...(rest === null ? {} : { command: rest }),
    ...(script === null ? {} : { command: await scriptCommand(script, host) }),
  };
}

/** `--http POST https://…` without quotes: the address stands where a prompt would. */
function withAddress(input: Fields): Fields {
  const { http, prompt, ...others } = input;
  const isMethod = typeof http === 'string' && /^[A-Za-z]+$/.test(http);
  return isMethod && typeof prompt === 'string' ? { ...others, http: `${http} ${prompt}` } : input;
}

/** A script that can be executed is the command; else its kind says who reads it. */
async function scriptCommand(script: string, host: Call['host']): Promise<readonly string[]> {
  const path = host.absolute(script);
  if (await host.isExecutable(path)) return [path];
  return path.endsWith('.py') ? ['python3', path] : ['/bin/sh', path];
}

/** One quoted word is a program's name; who is used to crontabs meant a line for a shell. A file of that name is a program. */
async function refuseLine({ spec, input, rest, host }: Call): Promise<void> {
  if (input['shell'] === true) return;
  const subject = textOf(input, spec.path[0] === 'add' ? 'when' : 'job');
  const line = shellLineOf([spec.path[0], ...(subject === null ? [] : [subject])], rest);
  const [word = ''] = rest ?? [];
  if (line === null || (await host.isExecutable(host.absolute(word)))) return;
  throw new Refusal(
    'usage',
    `After -- stands one word, "${word.slice(0, 80)}", and no program is named so: spaces and signs of a shell mean nothing there.`,
    { kind: 'usage', remedy: { kind: 'command', text: line } },
  );
}

const usage = (message: string, text: string): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy: { kind: 'advice', text } });

/** WHEN is one argument; what the shell made of an unquoted one is answered with the quoted line. */
function refuseUnquoted({ input, excess, rest }: Call): void {
  const words = [textOf(input, 'when'), textOf(input, 'prompt'), ...excess].filter(
    (word) => word !== null,
  );
  const line = quotedLine(words, rest);
  if (line === null) return;
  throw new Refusal('usage', 'WHEN is one argument: put it in quotes.', {
    kind: 'usage',
    remedy: { kind: 'command', text: line },
  });
}

export const add: Action = (call) => {
  refuseUnquoted(call);
  const adding = answering(jobsAddOutput, presentAdded, {
    fill: jobInput,
    isLoud: true,
    after: offerSetup,
  });
  return adding(call).catch((error: unknown) => {
    throw withForgottenDashes(error, call);
  });
};

/** A word where a prompt stands may be a command whose `--` was forgotten. */
function withForgottenDashes(error: unknown, { input, rest }: Call): unknown {
  const prompt = textOf(input, 'prompt');
  const isModel = error instanceof Refusal && error.details['field'] === 'model';
  if (!isModel || prompt === null || rest !== null) return error;
  const shown = prompt.length > 40 ? 'that text' : `"${prompt}"`;
  const text = `${error.remedy?.text ?? ''}. If ${shown} is a command, put -- before it.`;
  const { code, message, kind, details } = error;
  return new Refusal(code, message, {
    kind,
    details,
    cause: error,
    remedy: { kind: 'advice', text },
  });
}

/** Whoever hears at a terminal that nothing will run the job may have it mended at once. */
async function offerSetup(
  { readiness }: z.infer<typeof jobsAddOutput>,
  call: Call,
): Promise<number | null> {
  const { host, globals } = call;
  const isFree = readiness.code === 'owner_absent' && readiness.remedy?.kind === 'command';
  if (!isFree || globals.json || host.questions === null) return null;
  const questions = await host.questions();
  if ((await questions.yes('Set up a scheduler now?', true)) !== true) return null;
  const { setup } = await import('./setup.ts');
  return setup({ ...call, own: {}, input: {} });
}

export const list = answering(jobsListOutput, presentJobs);

/** A job; or the run with that id when no job has it. */
export const show: Action = (call) =>
  inSession(call, async (session) => {
    try {
      const asked = await ask(session, 'jobs.show', call.input, jobsShowOutput);
      await print(call, asked.document, presentJob(asked.answer, session.view));
    } catch (error) {
      if (!isMissing(error)) throw error;
      const run = await runWithId(session, error);
      await print(
        call,
        run.document,
        plain(
          renderRun(run.answer.run, session.view) +
            renderDeliveries(run.answer.deliveries, session.view),
        ),
      );
    }
    return 0;
  });

const isMissing = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code === 'not_found';

async function runWithId(session: Session, missing: Refusal) {
  const id = textOf(session.input, 'job') ?? '';
  if (!isId(id.trim().toUpperCase())) throw missing;
  return ask(session, 'runs.show', { run: id }, runsShowOutput);
}

const changing = (verb: string): Action =>
  answering(jobsEditOutput, (answer, view) => presentEdited(verb, answer, view), { isLoud: true });

export const pause = changing('Paused');
export const resume = changing('Resumed');

/** What is approved is what was shown, the job and its revision; at a terminal only after a yes. */
export const approve: Action = (call) =>
  inSession(call, async (session) => {
    const shown = await ask(session, 'jobs.show', { job: call.input['job'] }, jobsShowOutput);
    const { job } = shown.answer;
    const { globals, host } = call;
    if (call.input['revision'] === undefined && !globals.json && host.questions !== null) {
      await print(call, shown.document, presentJob(shown.answer, session.view));
      const questions = await host.questions();
      if ((await questions.yes('Approve this job as it is?', false)) !== true) return 1;
    }
    // By its id: what was typed may be the name of another job by now.
    const input = { revision: job.revision, ...call.input, job: job.id };
    const asked = await ask(session, 'jobs.approve', input, jobsEditOutput);
    await print(call, asked.document, presentEdited('Approved', asked.answer, session.view));
    return 0;
  });

export const remove = answering(jobsRemoveOutput, presentRemoved);

export const next = answering(jobsNextOutput, presentNext);

export const why = answering(whySchema, presentWhy);
