import type { Instant } from './instant.ts';

/** Who makes or changes a job. `import`: a person who brought it from elsewhere. */
export const makerKinds = ['person', 'import', 'chat', 'agent'] as const;

export type MakerKind = (typeof makerKinds)[number];

export type Maker = {
  readonly kind: MakerKind;
  /** As the audit log names it. */
  readonly name: string;
  /** The run inside which it asked; null outside of any. */
  readonly run: string | null;
};

/** From least to most. */
const trusts = ['agent', 'chat', 'person'] as const;

export type Trust = (typeof trusts)[number];

export const trustOf = ({ kind }: Pick<Maker, 'kind'>): Trust =>
  kind === 'import' ? 'person' : kind;

export const isLess = (one: Trust, other: Trust): boolean =>
  trusts.indexOf(one) < trusts.indexOf(other);

/**
 * What a job may do beyond thinking and telling the inbox.
 * - `command`: run a program. - `shell`: a line for the shell. - `http`: speak to a server, to deliver a message too.
 * - `protected`: what only some processes can give, secrets, files and private addresses.
 */
export const powers = ['command', 'shell', 'http', 'protected'] as const;

export type Power = (typeof powers)[number];

/** What a person said about a job as it was then. */
export type Approval = {
  readonly by: string;
  readonly at: Instant;
  /** Of the whole definition; another definition was never approved. */
  readonly hash: string;
};

/** Whose job it is, and what that lets it do. */
export type JobAuthority = {
  readonly madeBy: Maker;
  readonly changedBy: Maker;
  /** The least of all who ever defined it. An approval does not raise it: it says yes to one definition. */
  readonly trust: Trust;
  /** What a job below a person may do without approval, as it was allowed when it was last defined. */
  readonly ceiling: readonly Power[];
  /** How many runs it was made inside of, one inside another. */
  readonly depth: number;
  /** Who paused it: nobody of less trust may resume it. Null when it is not paused. */
  readonly pausedBy: Trust | null;
  readonly approval: Approval | null;
};

/** Of jobs from before anybody asked who made them: a person did. */
const unnamed: Maker = { kind: 'person', name: '', run: null };

export const personal: JobAuthority = {
  madeBy: unnamed,
  changedBy: unnamed,
  trust: 'person',
  ceiling: [],
  depth: 0,
  pausedBy: null,
  approval: null,
};
