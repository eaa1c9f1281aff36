import type { Instant } from './instant.ts';
import { toIso } from './instant.ts';

/** What a run is told about itself. */
export type RunFacts = {
  readonly profile: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly runId: string;
  readonly attempt: number;
  /** Null for requests. */
  readonly fireTime: Instant | null;
  readonly epoch: number;
  readonly idempotencyKey: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a run inherits from the environment of its owner. Everything else stays behind: tokens and settings of a service, a terminal
 * or an agent are not the job's. `SSH_AUTH_SOCK` is left out although it is no secret itself, because whoever holds it may use the
 * person's keys; a job that needs it gets it by name.
 */
const inherited: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TZ',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
]);

const standardPath = '/usr/local/bin:/usr/bin:/bin';

/** Names that a job may set: those a shell could set, and none of ours. */
export function isSettable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('CRONKEEPER_');
}

/** A file of the home that names what runs get, as it was read. */
export type EnvironmentFile = {
  readonly path: string;
  readonly names: Readonly<Record<string, string>>;
};

/** What the runs of a profile start from: their owner's own environment, and the files of the home, the lowest first. */
export type EnvironmentBase = {
  readonly own: Environment;
  readonly files: readonly EnvironmentFile[];
};

/**
 * Where a name of a run comes from.
 * - `default`: nobody named it, and a run cannot do without it.
 * - `owner`: the environment of the process that runs the job.
 * - `file`: a file of the home. - `job`: the job's own. - `run`: what the run is told about itself.
 */
export type EnvironmentSource =
  | { readonly kind: 'default' | 'owner' | 'job' | 'run' }
  | { readonly kind: 'file'; readonly path: string };

export type EnvironmentEntry = {
  readonly name: string;
  readonly value: string;
  readonly source: EnvironmentSource;
  /** Other sources that name it, too, and do not count; the lowest first. */
  readonly over: readonly EnvironmentSource[];
};

/** What of an environment a run takes over; nothing in it is a secret. */
export const inheritedOf = (own: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      value !== undefined && isInherited(name) ? [[name, value]] : [],
    ),
  );

/** Whether a name is one that a run may take over from its owner. */
export const isInherited = (name: string): boolean => inherited.has(name) || name.startsWith('LC_');

type Layer = {
  readonly source: EnvironmentSource;
  readonly names: Readonly<Record<string, string>>;
};

/**
 * The complete environment of a run, each name with where it comes from, in one order of precedence: the allow-list from the owner's
 * own environment, the files of the home, the job's own, and what the run is told about itself, which nobody overrides. Names that
 * are not settable are dropped. There is always a PATH.
 *
 * @param facts null for a program that is no run: one that a message is given to
 */
export function environmentEntries(
  base: EnvironmentBase,
  job: Readonly<Record<string, string>>,
  facts: RunFacts | null,
): readonly EnvironmentEntry[] {
  const layers: readonly Layer[] = [
    { source: { kind: 'default' }, names: { PATH: standardPath } },
    { source: { kind: 'owner' }, names: inheritedOf(base.own) },
    ...base.files.map(({ path, names }) => ({
      source: { kind: 'file', path } as const,
      names: settable(names),
    })),
    { source: { kind: 'job' }, names: settable(job) },
    { source: { kind: 'run' }, names: facts === null ? {} : factsOf(facts) },
  ];
  const entries = new Map<string, EnvironmentEntry>();
  for (const { source, names } of layers) {
    for (const [name, value] of Object.entries(names)) {
      const below = entries.get(name);
      const over =
        below === undefined || below.source.kind === 'default' ? [] : [...below.over, below.source];
      entries.set(name, { name, value, source, over });
    }
  }
  return [...entries.values()];
}

/** The same as names and values alone: what the run gets. */
export const runEnvironment = (
  base: EnvironmentBase,
  job: Readonly<Record<string, string>>,
  facts: RunFacts | null,
): Record<string, string> =>
  Object.fromEntries(environmentEntries(base, job, facts).map(({ name, value }) => [name, value]));

const settable = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).filter(([name]) => isSettable(name)));

const factsOf = (facts: RunFacts): Readonly<Record<string, string>> => ({
  CRONKEEPER_PROFILE: facts.profile,
  CRONKEEPER_JOB_ID: facts.jobId,
  CRONKEEPER_JOB_NAME: facts.jobName,
  CRONKEEPER_RUN_ID: facts.runId,
  CRONKEEPER_ATTEMPT: String(facts.attempt),
  CRONKEEPER_FIRE_TIME: facts.fireTime === null ? '' : toIso(facts.fireTime),
  CRONKEEPER_EPOCH: String(facts.epoch),
  CRONKEEPER_IDEMPOTENCY_KEY: facts.idempotencyKey,
});
