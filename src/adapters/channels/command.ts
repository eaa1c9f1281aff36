import { type ChildProcess, spawn } from 'node:child_process';
import type { SendAnswer } from '../../core/delivery.ts';
import type { Letter } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ready } from './request.ts';

export type CommandAround = {
  readonly clock: Clock;
  readonly limitMs: number;
  /** The environment that runs of the profile start from. */
  readonly environment: (profile: string) => Readonly<Record<string, string>>;
  readonly cwd: string;
};

const mostSaid = 200;

/**
 * Makes ready to give the text of a letter to a program on its standard input, and the rest in its environment. The program is no run: it is short, has
 * a process group of its own that ends with it, and its exit code is the answer. 0: it has the message; another: it has not.
 */
export function readyCommand(
  around: CommandAround,
  argv: readonly string[],
  letter: Letter,
): Ready {
  const env = environmentOf(around, letter);
  return async (signal) => {
    const [program = '', ...args] = argv;
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: around.cwd,
        env,
        stdio: ['pipe', 'ignore', 'pipe'],
        detached: true,
      });
    } catch (error) {
      return notStarted(program, error);
    }
    return handOver({ around, child, program, text: letter.text }, signal);
  };
}

type Handing = {
  readonly around: CommandAround;
  readonly child: ChildProcess;
  readonly program: string;
  readonly text: string;
};

async function handOver(
  { around, child, program, text }: Handing,
  signal: AbortSignal,
): Promise<SendAnswer> {
  const over = new AbortController();
  let isCut = false;
  const late = around.clock
    .sleep(Math.min(around.limitMs, 30_000), AbortSignal.any([signal, over.signal]))
    .then(() => {
      isCut = !over.signal.aborted;
      endGroup(child);
    });
  // A program that does not read its input is answered by its exit code alone.
  child.stdin?.on('error', () => {});
  child.stdin?.end(text);
  const said = tailOf(child);
  const answer = await new Promise<SendAnswer>((resolve) => {
    child.once('error', (error) => resolve(notStarted(program, error)));
    child.once('exit', (code) =>
      resolve(isCut || code === null ? cutOff : judgeExit(code, said())),
    );
  });
  over.abort();
  await late;
  return answer;
}

const cutOff: SendAnswer = { kind: 'lost', cause: 'The command was ended before it was done.' };

function judgeExit(code: number, said: string): SendAnswer {
  if (code === 0) return { kind: 'accepted', receipt: 'exit 0' };
  const words = said === '' ? '' : `: ${said}`;
  return { kind: 'not-taken', cause: `The command ended with ${code}${words}`, retryAfterMs: null };
}

/** A program that is not there will not be there at the next try either; for want of processes it may. */
function notStarted(program: string, error: unknown): SendAnswer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const cause = `The command ${program} could not be started: ${code}.`;
  return code === 'ENOENT' || code === 'EACCES'
    ? { kind: 'refused', cause }
    : { kind: 'not-taken', cause, retryAfterMs: null };
}

function environmentOf(around: CommandAround, letter: Letter): Record<string, string> {
  const { id, event, profile, job, run, title } = letter;
  return {
    ...around.environment(profile),
    CRONKEEPER_DELIVERY_ID: id,
    CRONKEEPER_EVENT: event,
    CRONKEEPER_TITLE: title,
    CRONKEEPER_PROFILE: profile,
    CRONKEEPER_JOB_ID: job?.id ?? '',
    CRONKEEPER_JOB_NAME: job?.name ?? '',
    CRONKEEPER_RUN_ID: run?.id ?? '',
    CRONKEEPER_OUTCOME: run?.outcome ?? '',
    // So that the sweep of its run leaves it to this process.
    CRONKEEPER_SENDER: String(process.pid),
  };
}

/** The last words on its standard error, on one line. */
function tailOf(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (part: Buffer) => {
    tail = `${tail}${part.toString()}`.slice(-mostSaid);
  });
  return () => tail.trim().replaceAll(/\s+/g, ' ');
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
