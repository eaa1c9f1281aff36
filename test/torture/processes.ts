import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessName } from './evidence.ts';

type Stat = { readonly state: string; readonly startMark: string };

/** Null when there is no such process, or only what is left of one that has ended. */
export function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = 'X'] = fields;
    return state === 'Z' || state === 'X' ? null : { state, startMark: fields[19] ?? '' };
  } catch {
    return null;
  }
}

export function nameOf(pid: number): ProcessName | null {
  const stat = readStat(pid);
  return stat === null ? null : `${pid}:${stat.startMark}`;
}

export const isAlive = (process: ProcessName): boolean => nameOf(pidOf(process)) === process;

export const pidOf = (process: ProcessName): number => Number.parseInt(process, 10);

/** Sends a signal; a process that is gone takes none. Answers whether it was there. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

export const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** The run to which a process belongs by its environment, or null. */
export function runOf(pid: number): string | null {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return /(?:^|\0)CRONKEEPER_(?:RUN_ID|WRAPPER)=(\w+)/.exec(environ)?.[1] ?? null;
  } catch {
    return null;
  }
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(-120);
  } catch {
    return '';
  }
}
