import { isGateClosed } from '../../core/agent-answer.ts';
import type { ContextPiece } from '../../core/work.ts';
import { environmentForOthers } from './environment.ts';
import { runProgram } from './programs.ts';
import { type Ending, failed, type Session } from './session.ts';

const mostOutput = 64 * 1024;

/** Whether there is anything to think about, asked of a line for `/bin/sh`. What it printed is a piece of context. */
export async function askGate(
  gate: string,
  { world, redact, transcript }: Session,
): Promise<{ readonly kind: 'open'; readonly piece: ContextPiece } | Ending> {
  const env = environmentForOthers(world.env);
  const program = { argv: ['/bin/sh', '-c', gate], env, input: null, most: mostOutput };
  const ended = await runProgram({ ...program, limitMs: null }, world, world.signal);
  if ('notStarted' in ended)
    return failed('start_failed', `The gate could not be started: ${ended.notStarted}.`);
  if (ended.stopped === 'aborted') return { kind: 'stopped', text: '' };
  const text = redact(ended.stdout);
  transcript.add({ kind: 'context', from: 'gate', text });
  if (ended.code !== 0) {
    const how = ended.code === null ? 'was ended by a signal' : `ended with ${ended.code}`;
    const said = ended.stderr.trim() === '' ? '' : `\n${ended.stderr.trim()}`;
    return failed('exit_nonzero', `The gate ${how}.${said}`);
  }
  return isGateClosed(text) ? { kind: 'skipped' } : { kind: 'open', piece: { from: 'gate', text } };
}
