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

/** Memory in MB, where what several processes share counts once, divided among them. */
export function memoryOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1_024;
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
