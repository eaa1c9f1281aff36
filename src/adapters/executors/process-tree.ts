import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../ports/clock.ts';
import { hasRunFolder } from './attempt-folder.ts';

/** A process that belongs to an attempt. `startMark` is compared again right before a signal, because pids are reused. */
type Member = { readonly pid: number; readonly startMark: string; readonly runId: string | null };

/** Which processes are meant: those with the mark of one of these runs, and those in these sessions. */
export type Search = {
  readonly runIds: ReadonlySet<string> | 'any';
  /** Also the wrappers and their helpers: only when a wrapper is beyond recording anything. */
  readonly wrappers: boolean;
  readonly sessions: readonly Session[];
};

/** A session, by its first process. That process may be gone; its number is not reused while members live. */
export type Session = { readonly pid: number; readonly startMark: string };

const killAfterMs = 5_000;
const giveUpAfterMs = 9_000;
const pauseMs = 100;
const shortPauseMs = 20;
const atOnce = 64;
const runFile = promisify(execFile);

type Stat = { readonly state: string; readonly session: number; readonly startMark: string };

/** Fields of `/proc/PID/stat` after the name in parentheses, which may itself contain anything. */
export function parseStat(text: string): Stat | null {
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , , session] = rest;
  const startMark = rest[19];
  if (state === undefined || startMark === undefined) return null;
  return { state, session: Number(session), startMark };
}

/** Gone, gone meanwhile, or another user's: either way not ours to end. */
const notOurs: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

const isNotOurs = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && notOurs.has(error.code);

/** Null when it is not ours. @throws when it cannot be known, as when no descriptor is left */
async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isNotOurs(error)) return null;
    throw error;
  }
}

function markIn(environ: string, search: Search): string | null {
  for (const entry of environ.split('\0')) {
    const runId = entry.startsWith('CRONKEEPER_RUN_ID=')
      ? entry.slice('CRONKEEPER_RUN_ID='.length)
      : search.wrappers && entry.startsWith('CRONKEEPER_WRAPPER=')
        ? entry.slice('CRONKEEPER_WRAPPER='.length)
        : null;
    if (runId !== null && (search.runIds === 'any' || search.runIds.has(runId))) return runId;
  }
  return null;
}

/** Null when there is no such process, or it is not ours. */
const statOf = async (pid: number | string): Promise<Stat | null> =>
  parseStat((await readOrNull(`/proc/${pid}/stat`)) ?? '');

/**
 * A program that delivers the message of a run has the mark of that run, too. Who sends it ends it; only what has outlived its sender is
 * left of the run.
 */
function senderIn(environ: string): string | null {
  return /(?:^|\0)CRONKEEPER_SENDER=(\d+)(?:\0|$)/.exec(environ)?.[1] ?? null;
}

/** A pid may be used again, but a sender began before what it started. */
async function hasSender(environ: string, { startMark }: Stat): Promise<boolean> {
  const pid = senderIn(environ);
  if (pid === null) return false;
  const sender = await statOf(pid);
  if (sender === null || sender.state === 'Z') return false;
  return Number(sender.startMark) <= Number(startMark);
}

async function examine(pid: number, search: Search): Promise<Member | null> {
  const stat = await statOf(pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
  // Ticks since boot: nothing in a session began before its first process did.
  const inSession = search.sessions.some(
    (session) =>
      stat.session === session.pid &&
      Number(stat.startMark) >= Number(session.startMark) &&
      (pid !== session.pid || stat.startMark === session.startMark),
  );
  const environ = (await readOrNull(`/proc/${pid}/environ`)) ?? '';
  const runId = markIn(environ, search);
  if (!inSession && runId !== null && (await hasSender(environ, stat))) return null;
  return inSession || runId !== null ? { pid, startMark: stat.startMark, runId } : null;
}

/** The kernel gives a number out again only when nobody is left in the session of that number: such a session is somebody else's. */
async function withoutOthers(sessions: Search['sessions']): Promise<Search['sessions']> {
  const leaders = await Promise.all(sessions.map(({ pid }) => statOf(pid)));
  return sessions.filter(
    ({ startMark }, at) => (leaders[at]?.startMark ?? startMark) === startMark,
  );
}

async function findOnLinux(names: readonly string[], all: Search): Promise<Member[]> {
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const search = { ...all, sessions: await withoutOthers(all.sessions) };
  const found: Member[] = [];
  for (let from = 0; from < pids.length; from += atOnce) {
    const some = pids.slice(from, from + atOnce).map((pid) => examine(pid, search));
    for (const member of await Promise.all(some)) if (member !== null) found.push(member);
  }
  return found;
}

/** Where there is no /proc: `ps` shows the environment of one's own processes behind their commands. */
async function findByPs(search: Search): Promise<Member[]> {
  const { stdout } = await runFile('/bin/ps', ['-Aww', '-E', '-o', 'pid=,stat=,lstart=,command='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const found: Member[] = [];
  const living = new Map<string, { readonly startMark: string; readonly environ: string }>();
  for (const line of stdout.split('\n')) {
    const fields = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s(.*)$/.exec(line);
    const [, pid = '', state = '', startMark = '', rest = ''] = fields ?? [];
    if (pid !== '' && !state.startsWith('Z'))
      living.set(pid, { startMark, environ: rest.replaceAll(' ', '\0') });
  }
  for (const [pid, { startMark, environ }] of living) {
    const runId = markIn(environ, search);
    const isSent = living.has(senderIn(environ) ?? '');
    if (runId !== null && !isSent) found.push({ pid: Number(pid), startMark, runId });
  }
  return found;
}

async function findMembers(search: Search): Promise<Member[]> {
  const names = await readdir('/proc').catch((error: unknown) => {
    if (isNotOurs(error)) return null;
    throw error;
  });
  const found = names === null ? await findByPs(search) : await findOnLinux(names, search);
  return found.filter(({ pid }) => pid !== process.pid);
}

/** The runs of a home by which living processes of this user are marked. */
export async function findMarked(home: string): Promise<readonly string[]> {
  const members = await findMembers({ runIds: 'any', wrappers: false, sessions: [] });
  const runIds = new Set(members.flatMap(({ runId }) => runId ?? []));
  return [...runIds].filter((runId) => hasRunFolder(home, runId));
}

async function signal(member: Member, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const text = await readOrNull(`/proc/${member.pid}/stat`);
  if (text !== null && parseStat(text)?.startMark !== member.startMark) return;
  try {
    process.kill(member.pid, name);
  } catch {
    // It ended by itself, or belongs to another user; the next look tells.
  }
}

/** TERM to each that was not told yet, or KILL to all. */
async function tell(
  members: readonly Member[],
  { kill, told }: { readonly kill: boolean; readonly told: Set<string> },
): Promise<void> {
  for (const member of members) {
    const name = `${member.pid}:${member.startMark}`;
    if (kill) await signal(member, 'SIGKILL');
    else if (!told.has(name)) await signal(member, 'SIGTERM');
    told.add(name);
  }
}

/**
 * Ends what is meant: TERM to each once, KILL from 5 s on (or at once when `hard`). Resolves when nothing is left, or after 9 s.
 * While `mayGrow` answers true, somebody may still start a process, so an empty look is not the last one.
 * Answers how many processes it found. A look that fails says nothing about who lives, so it is repeated.
 *
 * @throws when it could not even look at the end
 */
export async function endTree(
  search: Search,
  clock: Clock,
  { hard = false, mayGrow = () => false }: { hard?: boolean; mayGrow?: () => boolean } = {},
): Promise<number> {
  const begunAt = clock.now().boot;
  const told = new Set<string>();
  for (;;) {
    const grows = mayGrow();
    const elapsedMs = clock.now().boot - begunAt;
    const isLastLook = elapsedMs > giveUpAfterMs;
    try {
      const members = await findMembers(search);
      if ((members.length === 0 && !grows) || isLastLook) return told.size;
      await tell(members, { kill: hard || elapsedMs >= killAfterMs, told });
    } catch (error) {
      if (isLastLook) throw error;
    }
    await clock.sleep(elapsedMs < pauseMs ? shortPauseMs : pauseMs);
  }
}
