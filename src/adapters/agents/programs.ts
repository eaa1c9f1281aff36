import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { WorkWorld } from '../../ports/work.ts';

/** A program that a worker runs in its own working folder and waits for. */
export type Program = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Given on standard input; null: that is empty. */
  readonly input: string | null;
  /** Characters of each of its outputs that are kept: three quarters from the beginning, the rest from the end. */
  readonly most: number;
  readonly limitMs: number | null;
  /** Each line of its output as it comes; more than a mebibyte without a line break is given in pieces. */
  readonly onLine?: (line: string) => void;
};

export type Ended = {
  /** Null when it did not end by itself. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not end by itself. */
  readonly stopped: 'late' | 'aborted' | 'signal' | null;
};

/** It could not be started at all. */
export type NotStarted = { readonly notStarted: string };

const longestLine = 1024 * 1024;
const graceMs = 400;

/**
 * Runs a program in a process group of its own and ends that group with it, whatever it left there. Ends it early when the signal aborts or
 * its time is over: TERM, then KILL.
 */
export async function runProgram(
  program: Program,
  world: Pick<WorkWorld, 'sleep'>,
  signal: AbortSignal,
): Promise<Ended | NotStarted> {
  if (signal.aborted) return { code: null, stdout: '', stderr: '', stopped: 'aborted' };
  const [name = '', ...args] = program.argv;
  const child = spawn(name, args, {
    env: { ...program.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stdout = keep(child.stdout, program.most, program.onLine);
  const stderr = keep(child.stderr, program.most);
  const exit = exitOf(child);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A program that does not read its input has not failed by that.
  child.stdin.on('error', () => undefined);
  child.stdin.end(program.input ?? '');
  const over = new AbortController();
  const stopped = await endEarly(child, exit, { program, world, signal, over });
  const ended = await exit;
  // What left the group may still hold the pipes: it is not waited for.
  if (!('notStarted' in ended)) await Promise.race([closed, world.sleep(graceMs, over.signal)]);
  over.abort();
  child.stdout.destroy();
  child.stderr.destroy();
  if ('notStarted' in ended) return ended;
  return {
    code: stopped === null ? ended.code : null,
    stdout: stdout(),
    stderr: stderr(),
    stopped: stopped ?? (ended.code === null ? 'signal' : null),
  };
}

type Watch = {
  readonly program: Program;
  readonly world: Pick<WorkWorld, 'sleep'>;
  readonly signal: AbortSignal;
  readonly over: AbortController;
};

async function endEarly(
  child: ChildProcess,
  exit: Promise<unknown>,
  { program: { limitMs }, world, signal, over }: Watch,
): Promise<'late' | 'aborted' | null> {
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: over.signal });
    if (signal.aborted) resolve('aborted');
  });
  const late =
    limitMs === null ? [] : [world.sleep(limitMs, over.signal).then((): 'late' => 'late')];
  const first = await Promise.race([exit.then(() => null), aborted, ...late]);
  if (first === null) return null;
  killGroup(child, 'SIGTERM');
  await Promise.race([exit, world.sleep(graceMs, over.signal)]);
  killGroup(child, 'SIGKILL');
  return first;
}

function exitOf(child: ChildProcess): Promise<{ readonly code: number | null } | NotStarted> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ notStarted: error.message }));
    child.once('exit', (code) => {
      // Its children end with it; then the pipes close.
      killGroup(child, 'SIGKILL');
      resolve({ code });
    });
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It is gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Keeps the beginning and the end of what comes. */
function keep(
  stream: NodeJS.ReadableStream,
  most: number,
  onLine?: (line: string) => void,
): () => string {
  const decoder = new StringDecoder('utf8');
  const headMost = Math.floor((most * 3) / 4);
  const tailMost = most - headMost;
  let head = '';
  let tail = '';
  let isCut = false;
  let line = '';
  const take = (text: string): void => {
    const room = headMost - head.length;
    head += text.slice(0, Math.max(0, room));
    tail += text.slice(Math.max(0, room));
    if (tail.length > tailMost * 2) {
      tail = tail.slice(-tailMost);
      isCut = true;
    }
    if (onLine === undefined) return;
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const one of lines) onLine(one);
    if (line.length <= longestLine) return;
    onLine(line);
    line = '';
  };
  stream.on('data', (data: Buffer) => take(decoder.write(data)));
  stream.on('end', () => {
    take(decoder.end());
    if (line !== '') onLine?.(line);
    line = '';
  });
  return () => {
    const end = tail.length > tailMost ? tail.slice(-tailMost) : tail;
    return isCut || end.length < tail.length ? `${head}\n[cut]\n${end}` : head + end;
  };
}
