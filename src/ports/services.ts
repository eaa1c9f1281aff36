import type { Manager } from '../core/provenance.ts';
import type { ServiceMarks } from '../core/service-marks.ts';
import type { ServiceReport, ServiceState } from '../core/service-report.ts';

/** What service managers say about the services that were installed for this home. Only reads. */
export type ServiceReports = {
  /** Whether this machine has a service manager that can keep a service of ours. Cheap. */
  hasManager(): boolean;
  /** What was installed for the profile, each with the manager's answer of this moment. Asks nobody when nothing was. 2 s at most; never throws. */
  read(profile: string): Promise<readonly ServiceReport[]>;
  /** What installing a runner of this user's own would write. Writes nothing and starts nothing; nothing where there is no manager. */
  plan(profile: string): Promise<readonly ServiceFile[]>;
};

/** Where no service manager is. */
export const noServices: ServiceReports = {
  hasManager: () => false,
  read: async () => [],
  plan: async () => [],
};

/** A text that belongs at a path outside of the home: a unit, a timer, a property list. */
export type ServiceFile = { readonly path: string; readonly text: string };

/** One service, for its manager. */
export type ManagedService = {
  readonly unit: string;
  /** What is enabled, started and stopped: the unit itself, or its timer. */
  readonly main: string;
  /** The unit's own file first. */
  readonly files: readonly ServiceFile[];
};

/** What is there under the name of a service. */
export type FoundService =
  | { readonly kind: 'absent' }
  /** Ours, by its own marks; perhaps of another home. `files` as they were found. */
  | { readonly kind: 'ours'; readonly marks: ServiceMarks; readonly files: readonly ServiceFile[] }
  /** Somebody else's: a file without our marks, a link, a unit of another place. `what` says which, as a clause. */
  | { readonly kind: 'foreign'; readonly what: string };

/** How an act ended; `why` is the complaint in one line. */
export type Acted = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string };

export type ManagerHindrance = {
  /** `absent`: this machine has none. `rights`: another user may. `silent`: there, but it cannot be reached. */
  readonly kind: 'absent' | 'rights' | 'silent';
  readonly message: string;
};

/**
 * One service manager: systemd of the system, systemd of this user, launchd. Every act may be repeated; an act that failed may have
 * been done in part, and can be undone by its opposite.
 */
export type ServiceManager = {
  readonly manager: Manager;
  /** Null when this process may change services there; else why not. */
  hindrance(): Promise<ManagerHindrance | null>;
  find(service: ManagedService): Promise<FoundService>;
  /** Folders of the files that do not exist yet, the outermost first. */
  missingFolders(service: ManagedService): readonly string[];
  /** Puts the files in their places, each whole or not at all, and lets the manager read them. */
  write(service: ManagedService): Promise<Acted>;
  /** Removes the files, and of these folders the empty ones, and lets the manager forget what it kept about the service. */
  remove(service: ManagedService, folders: readonly string[]): Promise<Acted>;
  enable(service: ManagedService): Promise<Acted>;
  disable(service: ManagedService): Promise<Acted>;
  /** Does not wait until the process is ready. A timer ticks once at the same time. */
  start(service: ManagedService): Promise<Acted>;
  /** Waits until it has ended. Its runs are ended by the process itself. */
  stop(service: ManagedService): Promise<Acted>;
  /** Does not wait until the process is ready. Runs go on and are adopted. */
  restart(service: ManagedService): Promise<Acted>;
  state(service: Pick<ManagedService, 'unit' | 'main'>): Promise<ServiceState>;
  /** The newest lines, oldest first; goes on until the signal aborts when `follows`. */
  logs(
    service: Pick<ManagedService, 'unit'>,
    options: { readonly lines: number; readonly follows: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<string>;
  /** Whether services of this user run while nobody is logged in; null where that is no question. */
  lingers(): Promise<boolean | null>;
  /** Turns lingering on or off for this user. */
  linger(on: boolean): Promise<Acted>;
};

/**
 * The home that a service serves, asked through our own command line as the user of that home. So nothing in it becomes root's, and
 * root never reads what a user may have put there.
 */
export type HomeDoor = {
  /**
   * Types a command with `--json` for the profile of the service. The document that it printed.
   *
   * @param given.input its standard input
   * @param given.withinMs after which it is ended; a minute unless told
   * @throws Refusal when it was refused, or gave no answer
   */
  ask(
    words: readonly string[],
    given?: { readonly input?: string; readonly withinMs?: number },
  ): Promise<unknown>;
};
