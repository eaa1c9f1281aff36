import type { ProcessIdentity } from '../src/core/provenance.ts';
import type { AttemptKey, Executor, ExecutorEvent } from '../src/ports/executor.ts';

/** Runs that end at once, so that what is left is what deciding, claiming and recording them costs. */
export type NoOpExecutor = Executor & {
  /** How many runs it ended. */
  readonly ended: () => number;
  /** When so many of them had been let go: `warmUp`. */
  readonly warmAt: () => number;
};

const nothing = { outcome: 'succeeded', exitCode: 0, reason: null, message: null } as const;

/**
 * @param process what stands for the process of every run; one that lives, as this one
 * @param warmUp so many runs come first and do not count
 */
export function makeNoOpExecutor(
  process: ProcessIdentity,
  wall: () => number,
  warmUp: number,
): NoOpExecutor {
  let listener: (event: ExecutorEvent) => void = () => {};
  let count = 0;
  let warmAt = 0;
  const end = (key: AttemptKey): void => {
    const startedAt = wall();
    count += 1;
    if (count === warmUp) warmAt = startedAt;
    listener({ kind: 'began', key, startedAt });
    const output = { outputBytes: 0, outputTruncated: false };
    const ended = { ...nothing, startedAt, endedAt: wall(), ...output };
    listener({ kind: 'over', key, inspection: { kind: 'ended', end: ended } });
  };
  return {
    ended: () => count,
    warmAt: () => warmAt,
    open: async () => process,
    prepare: async () => ({ kind: 'waiting', process }),
    release: end,
    abandon: () => {},
    inspect: async () => ({ kind: 'not-started' }),
    adopt: () => {},
    end: async () => {},
    marked: async () => [],
    sweep: async () => 0,
    probe: async () => null,
    examine: async () => null,
    trial: async () => null,
    expect: () => {},
    outputBetween: async () => [],
    removeOutput: async () => new Map(),
    listen: (next) => {
      listener = next;
    },
    close: async () => {},
  };
}
