import type { Instant } from './instant.ts';
import type { Action, Job, JobDefinition } from './job.ts';
import { sha256 } from './sha256.ts';
import { parseTarget } from './target.ts';

/** Who makes or changes a job. `import`: a person who brought it from elsewhere. */
export const makerKinds = ['person', 'import', 'chat', 'agent'] as const;

export type MakerKind = (typeof makerKinds)[number];

export type Maker = {
  readonly kind: MakerKind;
  /** As the audit log names it, or the name of a run's job. */
  readonly name: string;
  /** The run inside which it asked; null outside of any. */
  readonly run: string | null;
};

/** From least to most. */
export const trusts = ['agent', 'chat', 'person'] as const;

export type Trust = (typeof trusts)[number];

export const trustOf = ({ kind }: Pick<Maker, 'kind'>): Trust => (kind === 'import' ? 'person' : kind);

const lower = (one: Trust, other: Trust): Trust =>
  trusts.indexOf(one) <= trusts.indexOf(other) ? one : other;

/**
 * What a job may do beyond thinking and telling its inbox.
 * - `command`: run a program. - `shell`: a line for the shell. - `http`: speak to a server, of a message too.
 * - `protected`: what only some processes or files can give, secrets among it.
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

export const newAuthority = (
  maker: Maker,
  { ceiling, depth }: Pick<JobAuthority, 'ceiling' | 'depth'>,
): JobAuthority => ({
  ...personal,
  madeBy: maker,
  changedBy: maker,
  trust: trustOf(maker),
  ceiling,
  depth,
});

/** After somebody defined it anew. Trust only falls. */
export const redefinedBy = (
  authority: JobAuthority,
  maker: Maker,
  ceiling: readonly Power[],
): JobAuthority => ({
  ...authority,
  changedBy: maker,
  trust: lower(authority.trust, trustOf(maker)),
  ceiling,
});

/** Equal for definitions that say the same, whatever the order of their fields. */
export const definitionHash = (definition: JobDefinition): string => sha256(canonical(definition));

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${parts.join(',')}}`;
}

/** What this definition makes a job do. */
export function powersOf(definition: JobDefinition): readonly Power[] {
  const found = new Set<Power>([powerOfAction(definition.action)]);
  for (const text of [...definition.deliver, ...definition.onFailure]) {
    const parsed = parseTarget(text);
    const kind = 'why' in parsed ? 'webhook' : parsed.target.kind;
    if (kind === 'command') found.add('command');
    else if (kind !== 'local' && kind !== 'inbox') found.add('http');
  }
  if (definition.ping !== null) found.add('http');
  if (isProtected(definition)) found.add('protected');
  return powers.filter((power) => found.has(power));
}

function powerOfAction(action: Action): Power {
  return action.shell ? 'shell' : 'command';
}

const freeNeeds: ReadonlySet<string> = new Set(['readable', 'writable', 'command', 'env']);

const isProtected = (definition: JobDefinition): boolean =>
  definition.requirements.some(({ kind }) => !freeNeeds.has(kind)) ||
  JSON.stringify(definition).includes('${secret:');

/**
 * Whether a job may do what it says.
 * - `free`: by whose it is. - `approved`: a person said yes to this definition. - `pending`: nobody has.
 * - `stale`: somebody said yes to another one.
 */
export type Clearance = 'free' | 'approved' | 'pending' | 'stale';

export function clearanceOf(
  authority: JobAuthority,
  definition: JobDefinition,
): Clearance {
  if (authority.trust === 'person') return 'free';
  if (powersOf(definition).every((power) => authority.ceiling.includes(power))) return 'free';
  if (authority.approval === null) return 'pending';
  return authority.approval.hash === definitionHash(definition) ? 'approved' : 'stale';
}

/** Asked before each start, whatever state the job is in. */
export function mayRun({ authority, definition }: Pick<Job, 'authority' | 'definition'>): boolean {
  const clearance = clearanceOf(authority, definition);
  return clearance === 'free' || clearance === 'approved';
}

/** Why it may not, as a reason and in words; null when it may. */
export function whyNotCleared({
  authority,
  definition,
}: Pick<Job, 'authority' | 'definition'>): {
  readonly code: 'approval_pending' | 'approval_stale';
  readonly message: string;
} | null {
  const clearance = clearanceOf(authority, definition);
  if (clearance === 'free' || clearance === 'approved') return null;
  const what = powersOf(definition)
    .filter((power) => !authority.ceiling.includes(power))
    .map((power) => powerWords[power])
    .join(', ');
  const { kind, name } = authority.changedBy;
  const by = authority.madeBy.kind === 'person' || authority.madeBy.kind === 'import'
    ? `was changed by the ${kind} ${name}`
    : `was made by the ${authority.madeBy.kind} ${authority.madeBy.name}`;
  return clearance === 'pending'
    ? {
        code: 'approval_pending',
        message: `The job ${by} and waits until a person approves that it may ${what}`,
      }
    : {
        code: 'approval_stale',
        message: `The job was changed since a person approved it, and may not ${what} until one approves it again`,
      };
}

const powerWords: Readonly<Record<Power, string>> = {
  command: 'run a command',
  shell: 'run a line in a shell',
  http: 'speak to servers',
  protected: 'use what is protected',
};

/** What agents and the chat may do by themselves in a profile. Only a person changes it. */
export type AgentPolicy = {
  readonly may: readonly Power[];
  /** Jobs of theirs that are not done. */
  readonly maxJobs: number;
  readonly maxDepth: number;
  readonly mayScheduleInside: boolean;
};

export const strictPolicy: AgentPolicy = {
  may: [],
  maxJobs: 20,
  maxDepth: 1,
  mayScheduleInside: false,
};

/** Reads `agents.may`: powers for every profile, or `PROFILE/power` for one. */
export function allowedPowers(text: string, profile: string): readonly Power[] {
  const words = new Set(text.split(/[\s,]+/));
  return powers.filter((power) => words.has(power) || words.has(`${profile}/${power}`));
}

/** The first word of `agents.may` that means nothing; null when all do. */
export function wrongPower(text: string): string | null {
  if (text === 'none') return null;
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.find((word) => !powers.some((power) => power === word.split('/').at(-1))) ?? null;
}
