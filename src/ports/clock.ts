import type { Moment } from '../core/instant.ts';

/** The only source of time. */
export type Clock = {
  /** Both clocks, read together. */
  now(): Moment;
  /**
   * Resolves after `ms` milliseconds of awake time, or at once when the signal aborts; never rejects.
   * May be late, never early. At most 300_000.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * As `sleep`, but ends within a fraction of a millisecond after the wall clock has gone on by `ms`, for what must be on time. Asks the
   * clock again and again in the last millisecond. Absent where `sleep` is exact.
   */
  sleepExactly?(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Milliseconds that the machine slept, counted from some fixed point: only differences mean something, and they may be 10 ms off.
   * Absent where sleep of the machine cannot be told from a process that was stopped.
   */
  sleptMs?(): number;
};

/** New identifiers: ULIDs, ascending within one process. */
export type Ids = { next(): string };

/** Uniform in [0, 1). */
export type Random = () => number;
