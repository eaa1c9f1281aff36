import type { Instant } from '../../src/core/instant.ts';
import type { Schedule } from '../../src/core/schedule.ts';

/** What a run leaves when it begins. Written by the run, not by the scheduler. */
export type Begin = {
  readonly job: string;
  /** The occurrence it says it serves; null when it was asked for. */
  readonly fireTime: Instant | null;
  readonly at: Instant;
};

/** Occurrences of which the scheduler kept some trace, whatever it says of them. */
export type Trace = { readonly from: Instant; readonly until: Instant };

/** A scheduler process. */
export type Process = { readonly pid: number };

/** Somebody who read the jobs a while ago, and now writes what they believe. */
export type Session = { save(): Promise<void> };

/** How the store behaves: `once` breaks one call in a way that nobody foresaw, `away` fails every call. */
export type StoreFault = 'none' | 'once' | 'away';

/**
 * A home with jobs and the scheduler processes that live on it, in virtual time.
 * A story is told to this port, so that ours and a naive scheduler live through the same.
 */
export type Bench = {
  now(): Instant;
  pass(ms: number): Promise<void>;
  /** How many timers fired so far. */
  wakeUps(): number;
  /** Adds a job whose runs last so long. Answers its id. */
  add(schedule: Schedule, runMs?: number): Promise<string>;
  has(job: string): Promise<boolean>;
  remove(job: string): Promise<void>;
  openSession(): Promise<Session>;
  start(): Process;
  /** Asks it to end, and lets it. */
  stop(process: Process): Promise<void>;
  kill(process: Process): void;
  /** As SIGSTOP does. */
  freeze(process: Process): void;
  thaw(process: Process): void;
  /** Somebody tells the schedulers to look now. */
  nudge(): Promise<void>;
  /** Asks to run a job now; answers whether the answer promised a run. */
  runNow(job: string): Promise<boolean>;
  /** Whether `status` says that jobs will run. */
  saysItRuns(): Promise<boolean>;
  breakStore(how: StoreFault): void;
  /** How many calls to the store were broken so far. */
  broken(): number;
  /** Every answer of the store takes so long. */
  slowStore(ms: number): void;
  stepClock(ms: number): void;
  begins(): readonly Begin[];
  /** Runs that began and whose end nobody recorded as good, those still going not counted. */
  cut(): Promise<number>;
  traces(job: string): Promise<readonly Trace[]>;
};
