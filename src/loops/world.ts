import type { ModelSetting } from '../core/model-setting.ts';
import type { Role } from '../core/provenance.ts';
import type { Channels } from '../ports/channels.ts';
import type { Clock, Ids, Random } from '../ports/clock.ts';
import type { RunEnvironments } from '../ports/environment.ts';
import type { Executor } from '../ports/executor.ts';
import type { ProcessTable, ProvenanceProbe } from '../ports/host.ts';
import type { Log } from '../ports/log.ts';
import type { Neighbours, Reception } from '../ports/neighbours.ts';
import type { OutputReader } from '../ports/output.ts';
import type { SecretKeeper } from '../ports/secrets.ts';
import type { Store } from '../ports/store.ts';
import type { Supervisor } from '../ports/supervisor.ts';

/** Who this instance is, as a person started it. */
export type Self = {
  readonly id: string;
  readonly profile: string;
  readonly role: Role;
  /** Whether it may own at all: a dashboard without `--schedule` only asks. */
  readonly schedules: boolean;
  readonly host: string;
  readonly version: string;
  readonly command: string;
  readonly url: string | null;
  readonly channels: readonly string[];
};

export type LoopSettings = {
  readonly ttlMs: number;
  /** Runs at once in this profile. */
  readonly maxRunning: number;
  /** Of agents and calls, which are counted apart. */
  readonly maxWork: number;
  readonly keepRunsMs: number;
  readonly keepRuns: number;
  readonly keepOutputBytes: number;
  readonly outbox: OutboxSettings;
};

export type OutboxSettings = {
  /** Where alerts go that belong to no job, or to one that names no target of its own. */
  readonly alerts: readonly string[];
  /** How long a message that is not taken is tried again. */
  readonly deliverForMs: number;
  /** How long one try may last. */
  readonly sendLimitMs: number;
  readonly heartbeat: { readonly url: string; readonly everyMs: number } | null;
};

/** Everything that a running instance touches. In a simulation all of it is virtual. */
export type World = {
  readonly self: Self;
  readonly settings: LoopSettings;
  readonly environments: RunEnvironments;
  readonly secrets: Pick<SecretKeeper, 'resolve'>;
  /** How models are reached, as the settings say now. @throws Refusal when they cannot be read */
  readonly models: () => ReadonlyMap<string, ModelSetting>;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly executor: Executor;
  /** Program and first arguments of the process that does work of ours: an agent's, or a question to a server. */
  readonly worker: readonly string[];
  readonly channels: Channels;
  /** Stored output of runs, for what is delivered. */
  readonly output: Pick<OutputReader, 'read'>;
  readonly processes: ProcessTable;
  readonly provenance: ProvenanceProbe;
  readonly reception: Reception;
  readonly neighbours: Neighbours;
  readonly supervisor: Supervisor;
  readonly log: Log;
};
