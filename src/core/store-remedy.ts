import { advice, command, type ReasonCode, type Remedy } from './refusal.ts';

const texts: ReadonlyMap<ReasonCode, string> = new Map<ReasonCode, string>([
  ['store_full', 'Free some space on the disk of the home. It goes on by itself then.'],
  [
    'store_read_only',
    'Make the file system of the home writable, and the database writable for this user. It goes on by itself then.',
  ],
  [
    'store_corrupt',
    'Stop what runs, then put a backup in its place: cronkeeper restore FILE. The broken store is kept beside it.',
  ],
  [
    'store_unavailable',
    'Perhaps another program holds the database. End that program; what waits goes on by itself then.',
  ],
]);

/** The process that keeps others from writing to the store. */
export type LockHolder = {
  readonly pid: number;
  /** As the kernel calls it; the program may have set it. */
  readonly name: string;
  /** By a signal or a debugger: it lets go of nothing before it goes on. */
  readonly isStopped: boolean;
};

/** Who keeps the store locked, in words, and what to do about exactly that process. */
export function heldBy({ pid, name, isStopped }: LockHolder): {
  readonly message: string;
  readonly remedy: Remedy;
} {
  const who = `process ${pid} (${name})`;
  return isStopped
    ? { message: `It is locked by ${who}, which is stopped.`, remedy: command(`kill -CONT ${pid}`) }
    : {
        message: `It is locked by ${who}.`,
        remedy: advice(`Let ${who} finish, or end it; what waits goes on by itself then.`),
      };
}

/** What a person can do about a store that cannot answer; null for codes that are no outage of the store. */
export function storeRemedy(code: ReasonCode): Remedy | null {
  const text = texts.get(code);
  return text === undefined ? null : advice(text);
}
