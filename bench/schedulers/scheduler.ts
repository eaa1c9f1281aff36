import type { StampProgram } from '../parts/stamp.ts';

/** A job that starts the stamp with its label. */
export type StampJob = {
  readonly label: string;
  /** Five or six cron fields, or one instant in milliseconds. All instants are UTC. */
  readonly when: { readonly cron: string } | { readonly atMs: number };
};

/** Where a scheduler works. */
export type Place = {
  /** A folder of its own on a real disk. */
  readonly folder: string;
  readonly stamp: StampProgram;
};

/** A scheduler that runs and can be given jobs. */
export type OpenScheduler = {
  /** Resolves when the jobs are stored and will start on time. */
  arm(jobs: readonly StampJob[]): Promise<void>;
  /** The text that the stamps of its jobs wrote. */
  stamps(): Promise<string>;
  /** The processes that it is made of; those that they started belong to it too. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
};

/** Somebody who starts commands at their time: we, the raw limit, or a peer. */
export type Scheduler = {
  /** With its version. */
  readonly who: string;
  readonly note?: string;
  /** @throws Error in words, when it cannot run here */
  open(place: Place): Promise<OpenScheduler>;
};
