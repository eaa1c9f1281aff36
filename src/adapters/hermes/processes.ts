import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Instant } from '../../core/instant.ts';
import { parseProcessStat } from '../../core/process-stat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LockFile, Look, Sighted } from './look.ts';
import { parseEnvironment } from './recognition.ts';

/** How far a look at the processes of this machine may go. */
export type Bounds = {
  readonly clock: Clock;
  readonly processes: number;
  readonly withinMs: number;
};

/** The kernel tells start marks in hundredths of a second wherever Node runs. */
const tickMs = 10;

/** The sockets of a network namespace, by its name. The kernel takes milliseconds to list them, so they are read once for all. */
type Sockets = Map<string, readonly string[]>;

/** Looks through `/proc`. */
const lookAt = (pid: number, sockets: Sockets): Look => ({
  pid,
  arguments: () => argumentsOf(pid),
  environment: () => parseEnvironment(read(`/proc/${pid}/environ`)),
  locks: (files) => locksOf(pid, files),
  sight: () => sightOf(pid),
  port: () => listeningPortOf(pid, sockets),
});

/** The living process of this pid; null when there is none, or only its remains. */
function sightOf(pid: number): Sighted | null {
  const stat = parseProcessStat(read(`/proc/${pid}/stat`));
  if (stat === null || stat.ended) return null;
  const { startMark } = stat;
  return { startMark, startedAt: bootedAt() + Number(startMark) * tickMs };
}

const bootedAt = (): Instant => Number(/^btime (\d+)$/m.exec(read('/proc/stat'))?.[1] ?? 0) * 1_000;

const argumentsOf = (pid: number): readonly string[] =>
  read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);

/**
 * Calls `visit` for each process of this machine until the bounds are met, for those named `first` before all others. Answers
 * whether it came to the end. The oldest are left out first: they are those of the system itself.
 */
export async function visitProcesses(
  { clock, processes, withinMs }: Bounds,
  first: readonly number[],
  visit: (look: Look) => void,
): Promise<boolean> {
  const endsAt = clock.now().boot + withinMs;
  const sockets: Sockets = new Map();
  const names = await readdir('/proc').catch((): string[] => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const rest = pids.slice(-processes).filter((pid) => !first.includes(pid));
  for (const [index, pid] of [...first, ...rest].entries()) {
    if (index % 64 === 63) {
      if (clock.now().boot >= endsAt) return false;
      // Others in this process want their turn, too.
      await clock.sleep(0);
    }
    visit(lookAt(pid, sockets));
  }
  return pids.length <= processes;
}

export function lockFileAt(path: string): LockFile | null {
  try {
    const { dev, ino } = statSync(path);
    return { path, device: dev, inode: ino };
  } catch {
    return null;
  }
}

/** The kernel gives the first pid namespace, that of the machine, always this number; there it hides no lock. */
const machineNamespace = 'pid:[4026531836]';

/**
 * Which of these files somebody may have locked, and by which processes the kernel says that it was done. The processes are a hint:
 * one may be a child that is gone. In a pid namespace of its own a container may not see everything, so there every file is suspected.
 */
export function suspectLocks(files: readonly LockFile[]): {
  readonly files: readonly LockFile[];
  readonly pids: readonly number[];
} {
  const seen = [...read('/proc/locks').matchAll(/FLOCK .*? (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /g)].map(
    ([, pid, inode]) => ({ pid: Number(pid), inode: Number(inode) }),
  );
  const rows = seen.filter((row) => files.some(({ inode }) => inode === row.inode));
  const isComplete = linkAt('/proc/self/ns/pid') === machineNamespace;
  return {
    files: isComplete
      ? files.filter(({ inode }) => rows.some((row) => row.inode === inode))
      : files,
    pids: [...new Set(rows.map(({ pid }) => pid))].filter((pid) => pid > 0),
  };
}

/**
 * Which of the files the process itself has open and locked. The pid that the kernel names beside a lock is not asked: it
 * may be that of a child which took the lock for its parent and is gone.
 */
function locksOf(pid: number, files: readonly LockFile[]): readonly LockFile[] {
  const held = new Set<LockFile>();
  if (files.length === 0) return [];
  for (const fd of descriptorsOf(pid)) {
    const path = linkOf(pid, fd);
    const file = files.find((one) => one.path === path);
    if (file !== undefined && isOpen(pid, fd, file) && isLocked(pid, fd)) held.add(file);
  }
  return [...held];
}

function isOpen(pid: number, fd: string, { device, inode }: LockFile): boolean {
  try {
    const stats = statSync(`/proc/${pid}/fd/${fd}`);
    return stats.dev === device && stats.ino === inode;
  } catch {
    return false;
  }
}

const isLocked = (pid: number, fd: string): boolean =>
  /^lock:.*\bFLOCK\b/m.test(read(`/proc/${pid}/fdinfo/${fd}`));

const listening = '0A';

/** The lowest port on which the process listens; null when there is none, or it may not be seen. */
function listeningPortOf(pid: number, known: Sockets): number | null {
  const links = descriptorsOf(pid).map((fd) => linkOf(pid, fd));
  const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const namespace = linkAt(`/proc/${pid}/ns/net`);
  const rows =
    known.get(namespace) ??
    ['tcp', 'tcp6'].flatMap((table) => read(`/proc/${pid}/net/${table}`).split('\n'));
  known.set(namespace, rows);
  const ports = rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    if (fields[3] !== listening || !sockets.has(fields[9] ?? '')) return [];
    return Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
  });
  return ports.length === 0 ? null : Math.min(...ports);
}

function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    // It ended, or it belongs to another user.
    return [];
  }
}

const linkOf = (pid: number, fd: string): string => linkAt(`/proc/${pid}/fd/${fd}`);

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Empty when it is not there or may not be read: then nothing is known, and nothing is claimed. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
