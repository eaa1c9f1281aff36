import { randomBytes } from 'node:crypto';
import { judgeAnswer } from '../../core/agent-answer.ts';
import { promptText } from '../../core/agent-prompt.ts';
import { guessReset, isForLater } from '../../core/model-failure.ts';
import type { AgentWork, WorkReport } from '../../core/work.ts';
import type { WorkWorld } from '../../ports/work.ts';
import { makeRedact } from './environment.ts';
import { askGate } from './gate.ts';
import { type Ending, failed, makeMeter, type Session } from './session.ts';
import { readModelSettings } from './settings.ts';
import { openTranscript } from './transcript.ts';

/**
 * Does an agent's work in the working folder of this process: asks its gate, lets the agent think, and says how that ended. Writes the
 * transcript as it goes, and at the end what a person reads. Whatever a model or a program does is an answer; an error is a fault of
 * ours or of the machine.
 */
export async function runAgentWork(work: AgentWork, world: WorkWorld): Promise<WorkReport> {
  const redact = makeRedact(world.env);
  const transcript = openTranscript(world, redact);
  const { prices } = readModelSettings(world.env);
  const meter = makeMeter(work.model, work.agent === 'built-in' ? prices : null);
  const session: Session = { work, world, transcript, redact, meter };
  try {
    const ending = await think(session);
    const report = reportOf(ending, session);
    show(ending, report, session);
    const { result, reason, usage } = report;
    transcript.add({ kind: 'end', result, reason, usage });
    return report;
  } finally {
    transcript.close();
  }
}

async function think(session: Session): Promise<Ending> {
  const { work, world, transcript, redact } = session;
  const gate = work.gate === null ? null : await askGate(work.gate, session);
  if (gate !== null && gate.kind !== 'open') return gate;
  for (const { from, text } of work.context) transcript.add({ kind: 'context', from, text });
  const context = gate === null ? work.context : [gate.piece, ...work.context];
  const prompt = redact(promptText(work.prompt, context, randomBytes(12).toString('hex')));
  const ending = await answer(session, prompt);
  if (ending.kind !== 'answered') {
    const text = 'text' in ending ? ending.text : '';
    return world.signal.aborted ? { kind: 'stopped', text } : ending;
  }
  const said = judgeAnswer(ending.text);
  return said.kind === 'succeeded' ? ending : failed('agent_failed', said.message, ending.text);
}

/** Each of the two is loaded when it is needed: the libraries of models are large. */
async function answer(session: Session, prompt: string): Promise<Ending> {
  if (session.work.agent === 'built-in')
    return (await import('./built-in.ts')).answerByModel(session, prompt);
  return (await import('./external.ts')).answerByProgram(session, prompt);
}

const mostMessage = 500;

function reportOf(ending: Ending, { world, meter, redact }: Session): WorkReport {
  const used = meter.usage();
  // A program that says nothing of itself has used what nobody knows.
  const usage = used.steps === 0 && used.toolCalls === 0 ? null : used;
  const none = { reason: null, message: null, notBefore: null, usage };
  switch (ending.kind) {
    case 'answered':
      return { result: 'succeeded', ...none };
    case 'skipped':
      return { result: 'skipped', ...none, reason: 'gate_closed', usage: null };
    case 'stopped':
      return { result: 'failed', ...none, message: 'It was told to end.' };
    case 'failed': {
      const { reason } = ending;
      const message = redact(ending.message).slice(0, mostMessage);
      // A tool may have had effects: what was begun so is not begun again by itself.
      if (!isForLater(reason) || used.toolCalls > 0)
        return { result: 'failed', ...none, reason, message };
      const attempt = Number(world.env['CRONKEEPER_ATTEMPT'] ?? 1);
      const notBefore = ending.notBefore ?? guessReset(reason, attempt, world.now());
      return { result: 'deferred', reason, message, notBefore, usage };
    }
    default:
      return ((never: never) => never)(ending);
  }
}

/** The answer as it is; of a failure what there was, and why. */
function show(ending: Ending, { message }: WorkReport, { world, redact }: Session): void {
  const text = 'text' in ending ? redact(ending.text).trimEnd() : '';
  if (text !== '') world.write(`${text}\n`);
  if (message !== null && !text.includes(message)) world.write(`${message}\n`);
}
