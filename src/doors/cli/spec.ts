import type { CliHost } from './host.ts';

export type FlagKind =
  | 'flag'
  | 'text'
  /** A whole number. */
  | 'number'
  /** A number that may have a fraction. */
  | 'amount'
  /** May be given several times. */
  | 'list'
  /** The same, of whole numbers. */
  | 'numbers'
  /** `--queue` or `--queue=1h`; never takes the next word. */
  | 'optional';

export type Flag = {
  /** Field of the operation's input, or of the door's own options. */
  readonly field: string;
  readonly long: string;
  readonly short?: string;
  readonly kind: FlagKind;
  /** Placeholder of the value in help. */
  readonly value?: string;
  readonly help: string;
  readonly heading?: string;
  /** For the door itself: not a field of the operation. */
  readonly isDoors?: boolean;
  /** Accepted as written, hidden from help. */
  readonly also?: readonly string[];
};

export type Positional = {
  readonly name: string;
  readonly field: string;
  readonly help: string;
  readonly isOptional?: boolean;
  readonly isDoors?: boolean;
  readonly completes?: Completes;
};

export type Completes = 'jobs' | 'runs' | 'profiles' | 'settings' | 'files';

export type Group = 'Jobs' | 'Runs' | 'Truth' | 'Processes' | 'Services' | 'Keeping';

/** One verb: how it is typed. What it does is loaded when it is called. */
export type CommandSpec = {
  /** One to three words: `add`, `owner appoint`, `dashboard token add`. */
  readonly path: readonly [string] | readonly [string, string] | readonly [string, string, string];
  /** The operation behind it; null for processes and the like. */
  readonly operation: string | null;
  /** Asked instead: when the argument names nothing that `operation` knows, or when a flag means another question. */
  readonly alternative?: string;
  readonly group: Group;
  readonly summary: string;
  readonly args: readonly Positional[];
  readonly flags: readonly Flag[];
  /** Fields of the operation that the action fills itself. */
  readonly filled?: readonly string[];
  /** Words after `--` are a command, verbatim. */
  readonly takesCommand?: boolean;
  /** More words than arguments are handed to the action, which says what is wrong. */
  readonly takesExcess?: boolean;
  readonly isHidden?: boolean;
  readonly examples: readonly string[];
  load(): Promise<Action>;
};

export type Globals = {
  readonly profile: string | null;
  readonly home: string | null;
  readonly json: boolean;
  readonly verbose: boolean;
};

export type Fields = Readonly<Record<string, unknown>>;

/** One command line, understood. */
export type Call = {
  readonly host: CliHost;
  readonly spec: CommandSpec;
  readonly globals: Globals;
  /** Fields of the operation's input, as far as they were typed. */
  readonly input: Fields;
  /** The door's own options. */
  readonly own: Fields;
  /** Words after `--`; null when there was no `--`. */
  readonly rest: readonly string[] | null;
  /** Words beyond the arguments of the verb. */
  readonly excess: readonly string[];
};

/** Carries a call out; answers the exit code. */
export type Action = (call: Call) => Promise<number>;
