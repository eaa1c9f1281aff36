import { dirname, join } from 'node:path';
import { makeLog } from '../adapters/host/log.ts';
import { random } from '../adapters/host/random.ts';
import { makeRunEnvironments } from '../adapters/host/run-environments.ts';
import { makeReception } from '../adapters/neighbours/reception.ts';
import { chooseFallbackDir } from '../adapters/neighbours/socket-folder.ts';
import { makeProvenanceProbe } from '../adapters/provenance/probe.ts';
import { makeRecords } from '../adapters/services/records.ts';
import { makeSupervisor } from '../adapters/supervisor/supervisor.ts';
import type { Role } from '../core/provenance.ts';
import type { InstanceOptions } from '../loops/instance.ts';
import { runInstance } from '../loops/instance.ts';
import type { World } from '../loops/world.ts';
import type { Executor } from '../ports/executor.ts';
import type { Log } from '../ports/log.ts';
import { StoreUnavailable } from '../ports/store.ts';
import type { Base } from './base.ts';
import { channelsOf } from './channels.ts';
import { hostName } from './config.ts';
import { makeOutputReader } from './output.ts';
import { secretKeeperOf } from './secrets.ts';
import { readConfig } from './settings.ts';

/** The loop says within seconds that the store cannot be reached; the whole of it need not be read as often. */
const lookAgainMs = 10_000;

export type InstanceWish = {
  readonly role: Role;
  readonly schedules: boolean;
  readonly profile: string;
  /** Where its door answers; null without one. */
  readonly url: string | null;
  readonly executor: Executor;
  readonly log: Log;
};

/** @param tells also on stderr */
export const openLog = ({ home, clock }: Base, role: Role, tells: boolean): Log =>
  makeLog({ folder: home.logs, role, wall: () => clock.now().wall, stderr: tells });

/** Builds everything that an instance of this process touches. */
export function makeWorld(base: Base, wish: InstanceWish): World {
  const { home, clock, ids, processes, neighbours, store, config } = base;
  const id = ids.next();
  return {
    self: {
      id,
      profile: wish.profile,
      role: wish.role,
      schedules: wish.schedules,
      host: hostName(),
      version: base.version,
      command: [process.argv[1] ?? 'cronkeeper', ...process.argv.slice(2)].join(' ').slice(0, 200),
      url: wish.url,
      channels: [],
    },
    settings: config.loops,
    secrets: secretKeeperOf(base),
    models: () => readConfig(config.path).models,
    environments: makeRunEnvironments({ home: home.path, own: process.env }),
    store,
    clock,
    ids,
    random,
    executor: wish.executor,
    worker: workerCommand(),
    channels: channelsOf(base, wish.schedules),
    output: makeOutputReader(home.path),
    processes,
    provenance: makeProvenanceProbe({
      clock,
      machineId: processes.self().machineId,
      records: makeRecords(home.path).list,
    }),
    reception: makeReception({
      home: home.path,
      instanceId: id,
      fallbackDir: chooseFallbackDir(process.env['XDG_RUNTIME_DIR'], process.getuid?.() ?? 0),
      clock,
    }),
    neighbours,
    supervisor: makeSupervisor({ env: process.env, pid: process.pid, clock }),
    log: wish.log,
  };
}

/**
 * Lives as one instance until a signal of the system or of the caller, or until there is nothing to do. Meanwhile it looks through the
 * store; damage ends it. A store that cannot be reached just now is looked through when it can.
 *
 * @throws StoreUnavailable when the store is damaged
 */
export async function liveAsInstance(
  world: World,
  look: Base['look'],
  until: InstanceOptions['until'],
  over: AbortSignal = new AbortController().signal,
): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const looking = lookThrough(world, look, stop.signal).then(refuseDamage);
  // Told below, when the instance has ended in order.
  looking.catch(end);
  over.addEventListener('abort', end, { once: true });
  if (over.aborted) end();
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', end);
  try {
    await runInstance(world, stop.signal, { until });
    await looking;
  } finally {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    process.off('SIGHUP', end);
  }
}

/** Looks through the store until that succeeds, or the signal aborts. */
export async function lookThrough(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  look: Base['look'],
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (;;) {
    try {
      return await look(signal);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || error.code === 'store_corrupt') throw error;
      log.warn('not-looked-through', { error: error.message });
    }
    await clock.sleep(lookAgainMs, signal);
    if (signal.aborted) return [];
  }
}

function refuseDamage([problem]: readonly string[]): void {
  if (problem !== undefined) throw new StoreUnavailable('store_corrupt', problem);
}

/** Beside this file: `worker.ts` in development, `worker.js` in the bundle. */
function workerCommand(): readonly string[] {
  const here = import.meta.filename;
  const file = here.endsWith('.ts') ? 'worker.ts' : 'worker.js';
  return [process.execPath, join(dirname(here), file)];
}
