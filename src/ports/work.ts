import type { Instant } from '../core/instant.ts';

/** What the worker of one run has of the world. */
export type WorkWorld = {
  /** The attempt's folder: `work.json` is there, and whatever the worker leaves behind. */
  readonly folder: string;
  /** Where cronkeeper keeps everything; none of it is for the work to read. */
  readonly home: string;
  /** The run's environment, secrets included: nothing of it leaves but by a name that the work mentions. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes what a person reads: the output of the run. */
  write(text: string): void;
  now(): Instant;
  /** Aborts when the run is to end; a worker reports within a second. */
  readonly signal: AbortSignal;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
