import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitMet } from '../../core/agent-answer.ts';
import { instructions } from '../../core/agent-prompt.ts';
import { environmentForOthers } from './environment.ts';
import { howItEnded, type Listener } from './listener.ts';
import { runProgram } from './programs.ts';
import { type Ending, failed, type Session } from './session.ts';
import { templateFor } from './templates.ts';

/** More of an answer is not kept. */
const mostOutput = 1024 * 1024;

/** Lets a program think, by its template, and ends it where a limit of the job is met by what it says of itself. */
export async function answerByProgram(session: Session, task: string): Promise<Ending> {
  const { work, world, transcript } = session;
  const file = join(world.folder, 'prompt.txt');
  const template = templateFor(work, file);
  if ('kind' in template) return template;
  const isCommand = work.agent.startsWith('command:');
  const prompt = isCommand ? task : `${instructions}\n\n${task}`;
  writeFileSync(file, prompt, { mode: 0o600 });
  const { agent, model, tools } = work;
  transcript.add({ kind: 'prompt', agent, model, tools, text: prompt });
  const listener = template.listen?.(session) ?? listenToWords();
  const over = new AbortController();
  let met: Ending | null = null;
  const program = {
    argv: template.argv,
    env: { ...environmentForOthers(world.env), CRONKEEPER_PROMPT_FILE: file },
    input: template.isFromStdin ? prompt : null,
    most: mostOutput,
    limitMs: null,
    onLine(line: string) {
      if (listener.line(line)) met ??= endAtLimit(session, listener.text());
      if (met !== null) over.abort();
    },
  };
  const ended = await runProgram(program, world, AbortSignal.any([world.signal, over.signal]));
  if ('notStarted' in ended)
    return failed('command_not_found', `${template.argv[0]} was not started: ${ended.notStarted}.`);
  if (world.signal.aborted) return { kind: 'stopped', text: listener.text() };
  return met ?? listener.ending(ended);
}

/** Its calls are seen when they begin: the one too many is ended with the program. */
function endAtLimit({ work: { limits }, meter }: Session, text: string): Ending | null {
  const usage = meter.usage();
  const { toolCalls } = limits;
  if (toolCalls !== null && usage.toolCalls > toolCalls)
    return failed('tool_call_limit', `It may call tools ${toolCalls} times, and did more.`, text);
  const met = limitMet(limits, usage);
  return met === null ? null : failed(met.reason, met.message, text);
}

/** A program whose output is its answer. */
const listenToWords = (): Listener => ({
  line: () => false,
  text: () => '',
  ending: (ended) =>
    ended.code === 0
      ? { kind: 'answered', text: ended.stdout }
      : failed('exit_nonzero', howItEnded(ended), ended.stdout),
});
