import type { Scope } from '../../core/access.ts';
import type { Mend } from '../../core/finding.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Outside } from '../../operations/doctor.ts';
import type { MendedAnswer } from '../../operations/doctor-answers.ts';
import type { OperationContext } from '../../operations/operation.ts';
import type { HomeDoor } from '../../ports/services.ts';
import type { LogsRequest, RecordRequest, ServiceOutcome, ServiceRequest } from './service.ts';

/** Where text goes. A write that the reader no longer wants rejects with code `EPIPE`. */
export type Sink = { write(data: string | Uint8Array): Promise<void> };

export type ProcessKind = 'runner' | 'gateway' | 'tick' | 'up';

/** Which profile of which home; null where nobody said, then the host's rule applies. */
export type Place = { readonly profile: string | null; readonly home: string | null };

export type ProcessOptions = Place & {
  readonly json: boolean;
  readonly verbose: boolean;
  /** End the present scheduler of this role first. */
  readonly replace: boolean;
  /** Of `up`: also start a dashboard beside it. */
  readonly withDashboard: boolean;
};

/** How a dashboard shall live. */
export type DashboardOptions = Place & {
  readonly json: boolean;
  /** Whether it may own the profile; without it only asks. */
  readonly schedules: boolean;
  /** Of an application on the desktop: it ends with the process that started it. */
  readonly isDesktop: boolean;
  /** Where it answers; null for the usual place. */
  readonly host: string | null;
  /** 0 for any port that is free. */
  readonly port: number | null;
  /** Files with the certificate and its key, for who comes from other machines. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Addresses of a proxy that ends TLS, and the origin that browsers know it by. */
  readonly proxies: readonly string[];
  readonly origin: string | null;
  /** Whether it may open a browser. */
  readonly opens: boolean;
};

/** How an agent that is not ours asks over standard input and output. */
export type McpOptions = Place & { readonly scope: Scope };

export type OpenContext = { readonly context: OperationContext; close(): Promise<void> };

/** Asks a person; null when they would rather stop. */
export type Questions = {
  yes(question: string, assumed: boolean): Promise<boolean | null>;
  /** Any number of the choices; all of them are assumed. */
  some(
    question: string,
    choices: readonly { readonly value: number; readonly label: string }[],
  ): Promise<readonly number[] | null>;
};

export type SetupRequest = Place & Pick<ServiceRequest, 'scope' | 'runAs'>;

/** Whose home is set up, and where its service will be. */
export type SetupGround = {
  readonly user: string;
  readonly home: string;
  readonly scope: 'system' | 'user';
  /** Why no service can be installed there by this process; null when it can. */
  readonly hindrance: Refusal | null;
  /** The home, asked as its user. */
  readonly door: HomeDoor;
};

/** What the command line needs from the process it lives in. It names no executor, so the door cannot execute. */
export type CliHost = {
  /** Absolute path of the program, for units of service managers. */
  readonly program: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A path as it was typed. @throws Refusal `cwd_missing` for a relative one in a folder that was deleted */
  absolute(path: string): string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly stdinIsTty: boolean;
  /** Null off a terminal: there nothing ever asks. */
  readonly questions: (() => Promise<Questions>) | null;
  /** Width of the terminal; undefined when unknown. */
  readonly columns: number | undefined;
  /** Aborts when the person wants the program to stop. */
  readonly signal: AbortSignal;
  context(place: Place): Promise<OpenContext>;
  /** Lives as that process until it ends; answers its exit code. */
  runProcess(kind: ProcessKind, options: ProcessOptions): Promise<number>;
  /** Lives as a dashboard until it ends; answers its exit code. */
  runDashboard(options: DashboardOptions): Promise<number>;
  /** Answers one agent over standard input and output until it goes; answers the exit code. */
  runMcp(options: McpOptions): Promise<number>;
  /** Puts a backup in the place of the store. Answers where that is. */
  restore(request: {
    readonly home: string | null;
    readonly file: string;
    readonly force: boolean;
  }): Promise<{ readonly path: string; readonly message: string }>;
  /** Remembers the profile for commands that name none. */
  useProfile(place: Place, name: string): Promise<void>;
  /** Does something with a service of this machine; `tell` hears what a person should know before it is done. */
  service(request: ServiceRequest, tell: (line: string) => Promise<void>): Promise<ServiceOutcome>;
  /** What `setup` begins from. Changes nothing. */
  openSetup(request: SetupRequest): Promise<SetupGround>;
  /** Lines that a service wrote, oldest first. */
  serviceLogs(request: LogsRequest): AsyncIterable<string>;
  /** Reads or changes what the home knows about services that were installed for it. */
  serviceRecords(place: Place, request: RecordRequest): Promise<unknown>;
  /** The crontab of this user, null when there is none. Written whole or not at all. */
  readonly crontab: { read(): Promise<string | null>; write(text: string): Promise<void> };
  /** What can be told without opening the home. */
  outside(place: Place): Promise<Outside>;
  /** Mends one thing of this home or this user, and says what it did. Never throws. */
  mend(place: Place, what: Mend): Promise<MendedAnswer>;
  readFile(path: string): Promise<string>;
  readStdin(): Promise<string>;
  /** Line by line, as they come. */
  stdinLines(): AsyncIterable<string>;
  isExecutable(path: string): Promise<boolean>;
  /** Lets the person edit a text for `use`, which gets null when the editor failed. What it refuses by throwing is kept for them. */
  editText<T>(text: string, use: (edited: string | null) => Promise<T>): Promise<T>;
};
