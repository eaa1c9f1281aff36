import type { Manager } from '../core/provenance.ts';
import type { ServiceRecord } from '../core/service-record.ts';

/** How a service stands, as its manager says. For a timer `isActive` means that the timer is armed. */
export type ServiceState =
  /** The manager could not be asked, or did not answer in time. */
  | { readonly kind: 'silent'; readonly why: string }
  /** The manager knows no such service. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'known';
      readonly isActive: boolean;
      /** It starts again by itself at boot; a unit of a user does so only with lingering. */
      readonly isEnabled: boolean;
      /** In the manager's own words: `active (running)`. */
      readonly words: string;
      readonly mainPid: number | null;
      /** When a timer ticks next, UTC milliseconds; null without one. */
      readonly nextTickAt: number | null;
      /** The file that the manager goes by. */
      readonly file: string | null;
    };

export type ServiceReport = { readonly record: ServiceRecord; readonly state: ServiceState };

/** What service managers say about the services that were installed for this home. Only reads. */
export type ServiceReports = {
  /** Whether this machine has a service manager that can keep a service of ours. Cheap. */
  hasManager(): boolean;
  /** What was installed for the profile, each with the manager's answer of this moment. Asks nobody when nothing was. 2 s at most; never throws. */
  read(profile: string): Promise<readonly ServiceReport[]>;
};

/** A text that belongs at a path outside of the home: a unit, a timer, a property list. */
export type ServiceFile = { readonly path: string; readonly text: string };

/** What lies at the place of a service file, or is known to the manager under its name. */
export type FoundFile =
  | { readonly kind: 'absent' }
  /** Ours, by its own marks; perhaps of another home, role or profile. */
  | { readonly kind: 'ours'; readonly text: string }
  /** Somebody else's: a file without our marks, a link, or a unit of another place. `what` says which. */
  | { readonly kind: 'foreign'; readonly what: string };

/** One service, for the manager: `units` are started and enabled in this order (a timer has its own unit). */
export type ManagedService = {
  readonly unit: string;
  readonly files: readonly ServiceFile[];
  /** What is enabled, started and stopped: the unit itself, or its timer. */
  readonly main: string;
};

/** How an act of a manager ended; `why` is its own complaint in one line. */
export type Acted = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string };

/**
 * One service manager: systemd of the system, systemd of this user, launchd. Every act is safe to do twice.
 * What it writes is whole or not there: a file takes its place by a rename.
 */
export type ServiceManager = {
  readonly manager: Manager;
  /** Null when it can be used by this process; else why not, and what a person can do. */
  hindrance(): Promise<ManagerHindrance | null>;
  /** What is there under the name of this service. */
  find(service: ManagedService): Promise<FoundFile>;
  /** Puts the files in their places and lets the manager read them. Answers the folders that it had to make, the outermost first. */
  write(service: ManagedService): Promise<readonly string[]>;
  /** Removes the files, and of these folders the empty ones. */
  remove(service: ManagedService, madeFolders: readonly string[]): Promise<void>;
  enable(service: ManagedService): Promise<Acted>;
  disable(service: ManagedService): Promise<Acted>;
  start(service: ManagedService): Promise<Acted>;
  /** Runs are ended by the service itself, within the bound of a stop. */
  stop(service: ManagedService): Promise<Acted>;
  /** Runs go on and are adopted. */
  restart(service: ManagedService): Promise<Acted>;
  state(service: ManagedService): Promise<ServiceState>;
  /** The newest lines, oldest first, at most `lines`; with a signal it goes on until that aborts. */
  logs(service: ManagedService, lines: number, follow: AbortSignal | null): AsyncIterable<string>;
  /** Whether services of this user run while nobody is logged in; null where that is no question. */
  lingers(): Promise<boolean | null>;
  /** Turns lingering on or off for this user. */
  linger(on: boolean): Promise<Acted>;
};

export type ManagerHindrance = {
  /** `absent`: this machine has none. `rights`: another user may. `silent`: there, but it cannot be reached. */
  readonly kind: 'absent' | 'rights' | 'silent';
  readonly message: string;
};
