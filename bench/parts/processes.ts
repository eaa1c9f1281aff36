import { readdirSync, readFileSync } from 'node:fs';

/** What processes have used up to now. */
export type Used = { readonly cpuMs: number; readonly wakeUps: number };

/** These processes and all that they started, of Linux. */
export function treeOf(roots: readonly number[]): readonly number[] {
  return roots.flatMap((pid) => {
    const children = listOf(`/proc/${pid}/task`).flatMap((task) =>
      textOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
    return [pid, ...treeOf(children)];
  });
}

/** The kernel counts the time of processes that have ended in hundredths of a second. */
const tickMs = 10;

/** Processor time and wake-ups of all threads, and the time of children that ended meanwhile. A wake-up is a time at which a thread that slept got a processor. */
export function usedBy(pids: readonly number[]): Used {
  let cpuMs = 0;
  let wakeUps = 0;
  for (const pid of pids) {
    cpuMs += endedChildrenMs(pid);
    for (const task of listOf(`/proc/${pid}/task`)) {
      const [nanoseconds = '0'] = textOf(`/proc/${pid}/task/${task}/schedstat`).split(' ');
      const status = textOf(`/proc/${pid}/task/${task}/status`);
      cpuMs += Number(nanoseconds) / 1e6;
      wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    }
  }
  return { cpuMs, wakeUps };
}

function endedChildrenMs(pid: number): number {
  // The name of a program may have spaces and parentheses; the fields count from behind it.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * tickMs;
}

/** Memory in MB, where what several processes share counts once, divided among them (PSS). */
export const memoryOf = (pids: readonly number[]): number =>
  sum(pids.map((pid) => kilobytesOf(pid, 'Pss'))) / 1_024;

/**
 * What `memoryOf` would say of one process if only this one ran the same program beside it: of side-by-side processes of one program
 * each seems to need less, the more there are.
 */
export function memoryBesideOne(pid: number): number {
  const own = kilobytesOf(pid, 'Anonymous');
  return (own + (kilobytesOf(pid, 'Rss') - own) / 2) / 1_024;
}

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);

function kilobytesOf(pid: number, field: 'Pss' | 'Rss' | 'Anonymous'): number {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may end between two looks. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
