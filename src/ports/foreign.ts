import type { Instant } from '../core/instant.ts';
import type { Role } from '../core/provenance.ts';

/** A living process of another program that executes that program's own jobs by its own clock. */
export type ForeignScheduler = {
  /** Whose it is, in one word: `hermes`. */
  readonly program: string;
  readonly role: Role;
  readonly host: string;
  readonly pid: number;
  readonly startMark: string;
  readonly startedAt: Instant;
  /** Where it listens on this machine; null when it does not, or when that cannot be seen. */
  readonly port: number | null;
  /** Program and telling words only; arguments may be secret. */
  readonly command: string;
  /** One short sentence for each reason to take it for a scheduler. */
  readonly facts: readonly string[];
};

/** What starts another program's scheduler from time to time. Between two of its ticks there is no process. */
export type ForeignTimer = {
  readonly program: string;
  readonly name: string;
  readonly file: string;
  /** Whether it is set to be started at boot; null where that has no meaning, as for a line of a crontab. */
  readonly isEnabled: boolean | null;
};

export type ForeignView = {
  /** Oldest first. */
  readonly schedulers: readonly ForeignScheduler[];
  readonly timers: readonly ForeignTimer[];
  /** False when this machine has more processes than were looked at. */
  readonly isComplete: boolean;
};

/** Schedulers of other programs on this machine. */
export type ForeignSchedulers = {
  /**
   * Those that serve the profile of this name in their own program. Reads only: takes no lock and writes nothing. Takes
   * half a second at most, and next to nothing where the other program has no home. Never throws.
   */
  find(profile: string): Promise<ForeignView>;
};
