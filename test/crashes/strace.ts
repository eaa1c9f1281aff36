import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { launcher } from '../journeys/program.ts';

/** Runs the program with one of its system calls broken: `strace` counts the calls on named files and harms the n-th. */

/** `kill`: SIGKILL at the call. `once`, `forever`: EIO. `full`: ENOSPC from there on. */
export type Harm = 'kill' | 'once' | 'forever' | 'full';

/** One crash point: the n-th call of this name, counted in each process by itself. */
export type Point = { readonly call: string; readonly at: number; readonly harm: Harm };

export const allCalls: readonly string[] = [
  'openat',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'link',
  'unlink',
  'mkdir',
];

/** Calls that need room on the disk. */
const fillable: ReadonlySet<string> = new Set(['openat', 'write', 'pwrite64', 'mkdir']);

const injectionOf = ({ call, at, harm }: Point): string =>
  ({
    kill: `${call}:signal=KILL:when=${at}`,
    once: `${call}:error=EIO:when=${at}`,
    forever: `${call}:error=EIO:when=${at}+`,
    full: `${call}:error=ENOSPC:when=${at}+`,
  })[harm];

/** Every point of an operation of which this many calls were counted. */
export function pointsOf(counted: ReadonlyMap<string, number>, harms: readonly Harm[]): Point[] {
  const points: Point[] = [];
  for (const [call, count] of counted) {
    for (let at = 1; at <= count; at += 1) {
      for (const harm of harms) {
        if (harm !== 'full' || fillable.has(call)) points.push({ call, at, harm });
      }
    }
  }
  return points;
}

export type Traced = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Calls on the named files; of the process that made the most of each. */
  readonly counted: ReadonlyMap<string, number>;
  /** How many calls were really harmed. */
  readonly harmed: number;
  /** It did not end by itself in time. */
  readonly wasLate: boolean;
};

/** How long the output may be held open after the program ended. */
const outputMs = 5_000;
/** How long anything that is traced may take. */
export const longestMs = 60_000;
/** How often it is looked whether a call was harmed. */
const lookMs = 200;

export type Tracing = {
  readonly args: readonly string[];
  readonly calls: readonly string[];
  /** Only calls on these files count; on any when there are none. */
  readonly paths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly log: string;
  /** How long it may go on after a call of it was harmed. */
  readonly afterHarmMs: number;
  readonly point: Point | null;
  /** Ends every process that the program left, when it did not end in time. */
  readonly endAll: () => Promise<void>;
};

export async function trace(tracing: Tracing): Promise<Traced> {
  const { args, calls, paths, env, cwd, log, point } = tracing;
  rmSync(log, { force: true });
  const child = spawn(
    'strace',
    [
      ...['-f', '-o', log, '-e', `trace=${calls.join(',')}`],
      ...paths.flatMap((path) => ['-P', path]),
      // Far quicker, but its signals do not arrive then.
      ...(point?.harm === 'kill' ? [] : ['--seccomp-bpf']),
      ...(point === null ? [] : ['-e', `inject=${injectionOf(point)}`]),
      ...[launcher, ...args],
    ],
    { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  let ending: Promise<void> | null = null;
  const began = performance.now();
  let harmedAt = Number.POSITIVE_INFINITY;
  const late = setInterval(() => {
    const now = performance.now();
    if (harmedAt > now && harmedIn(linesOf(log)) > 0) harmedAt = now;
    const isLate = now - began > longestMs || now - harmedAt > tracing.afterHarmMs;
    if (isLate) ending ??= tracing.endAll();
  }, lookMs);
  const closed = new Promise<boolean>((resolve) => child.once('close', () => resolve(true)));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (...how) => resolve(how));
  });
  clearInterval(late);
  await ending;
  // Somebody whom a killed program left may hold its output for ever.
  if (!(await Promise.race([closed, sleep(outputMs, false)]))) {
    await tracing.endAll();
    child.stdout.destroy();
    child.stderr.destroy();
  }
  const wasLate = ending !== null;
  // It ends as the program ended, by the same signal, and then its log is lost.
  const isSuicide = signal === 'SIGKILL' && !wasLate;
  const lines = linesOf(log);
  return {
    code,
    out: Buffer.concat(out).toString(),
    err: Buffer.concat(err).toString(),
    counted: count(lines),
    harmed: isSuicide ? 1 : harmedIn(lines),
    wasLate,
  };
}

const linesOf = (log: string): readonly string[] =>
  existsSync(log) ? readFileSync(log, 'latin1').split('\n') : [];

const harmedIn = (lines: readonly string[]): number =>
  lines.filter((line) => /\(INJECTED\)|killed by SIGKILL/.test(line)).length;

function count(lines: readonly string[]): Map<string, number> {
  const most = new Map<string, number>();
  const byProcess = new Map<string, number>();
  for (const line of lines) {
    const [, pid = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === '') continue;
    const seen = (byProcess.get(`${pid} ${call}`) ?? 0) + 1;
    byProcess.set(`${pid} ${call}`, seen);
    most.set(call, Math.max(seen, most.get(call) ?? 0));
  }
  return most;
}

/** Null when `strace` works here; else why not. As root it is installed first. */
export function whyNoStrace(): string | null {
  const works = (): boolean => spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
  if (works()) return null;
  if (process.getuid?.() === 0) spawnSync('apt-get', ['install', '-y', 'strace']);
  return works() ? null : 'needs strace, allowed to trace: apt-get install strace';
}
