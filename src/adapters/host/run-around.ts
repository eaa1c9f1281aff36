import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** What the environment of a process and its parent's pid are; null when it is gone or another user's. */
export type Around = (pid: number) => {
  readonly environment: readonly string[];
  readonly parent: number;
} | null;

/** A chain is this long at most; a loop in it, which pids that are used again could make, ends there. */
const mostAncestors = 64;

/** On which a wrapper keeps the `began` of its attempt open. */
const markDescriptor = 7;

/** The command of a run carries the one mark, the wrapper around it the other. */
const marks = ['CRONKEEPER_RUN_ID=', 'CRONKEEPER_WRAPPER='];

/**
 * The run inside which this process was started, by its own environment or that of a process it descends from: a command that cleans
 * its environment is still the child of one that did not. Null outside of any. A process that left both is beyond reach.
 */
export function runAround(
  own: Readonly<Record<string, string | undefined>>,
  pid: number,
  look: Around = process.platform === 'linux' ? lookInProc : lookByPs,
): string | null {
  if (own['CRONKEEPER_RUN_ID']) return own['CRONKEEPER_RUN_ID'];
  for (let at = pid, left = mostAncestors; at > 1 && left > 0; left -= 1) {
    const seen = look(at);
    if (seen === null) return null;
    for (const mark of marks) {
      const found = seen.environment.find((entry) => entry.startsWith(mark))?.slice(mark.length);
      if (found) return found;
    }
    at = seen.parent;
  }
  return null;
}

function lookInProc(pid: number): ReturnType<Around> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const environment = environmentIn(`/proc/${pid}/environ`);
    return { environment: environment.map((entry) => servedNow(entry, pid)), parent };
  } catch {
    return null;
  }
}

/** Here a wrapper serves one run after another: the mark that it holds open tells which. Elsewhere its environment does. */
function servedNow(entry: string, pid: number): string {
  if (!entry.startsWith('CRONKEEPER_WRAPPER=')) return entry;
  try {
    const runId = /\/runs\/([0-9A-Z]{26})\//.exec(
      readlinkSync(`/proc/${pid}/fd/${markDescriptor}`),
    )?.[1];
    return runId === undefined ? entry : `CRONKEEPER_WRAPPER=${runId}`;
  } catch {
    return entry;
  }
}

/** Another user's process, such as `sudo`, hides its environment and not its parent. */
function environmentIn(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** `ps` writes the environment behind the command, with spaces between. */
function lookByPs(pid: number): ReturnType<Around> {
  try {
    const text = execFileSync('/bin/ps', ['-E', '-ww', '-o', 'ppid=,command=', '-p', `${pid}`], {
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [parent = '', ...words] = text.split(/\s+/);
    return { environment: words, parent: Number(parent) };
  } catch {
    return null;
  }
}
