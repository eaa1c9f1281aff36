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

/**
 * The complete environment of a run: the allow-list from `base`, then the job's own, then what the run is told about itself, which
 * nobody overrides. Names that are not settable are dropped. There is always a PATH.
 */
export function runEnvironment(
  base: Environment,
  job: Readonly<Record<string, string>>,
  facts: RunFacts,
): Record<string, string> {
  const env: Record<string, string> = { PATH: standardPath };
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && (inherited.has(name) || name.startsWith('LC_'))) env[name] = value;
  }
  for (const [name, value] of Object.entries(job)) {
    if (isSettable(name)) env[name] = value;
  }
  return {
    ...env,
    CRONKEEPER_PROFILE: facts.profile,
    CRONKEEPER_JOB_ID: facts.jobId,
    CRONKEEPER_JOB_NAME: facts.jobName,
    CRONKEEPER_RUN_ID: facts.runId,
    CRONKEEPER_ATTEMPT: String(facts.attempt),
    CRONKEEPER_FIRE_TIME: facts.fireTime === null ? '' : toIso(facts.fireTime),
    CRONKEEPER_EPOCH: String(facts.epoch),
    CRONKEEPER_IDEMPOTENCY_KEY: facts.idempotencyKey,
  };
}
