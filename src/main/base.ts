import { existsSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { makeClock } from '../adapters/host/clock.ts';
import { type Home, keptMachineId, openHome } from '../adapters/host/home.ts';
import { makeIds } from '../adapters/host/ids.ts';
import { type HostProcesses, makeProcessTable } from '../adapters/host/processes.ts';
import { random } from '../adapters/host/random.ts';
import { makeNeighbours } from '../adapters/neighbours/neighbours.ts';
import { openSqliteStore } from '../adapters/stores/sqlite.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Neighbours } from '../ports/neighbours.ts';
import type { Store } from '../ports/store.ts';
import { type Config, defaultConfig, homePath } from './config.ts';

/** What every process of ours has, whatever it is for. */
export type Base = {
  readonly version: string;
  readonly home: Home;
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: HostProcesses;
  readonly neighbours: Neighbours;
  readonly store: Store;
  close(): Promise<void>;
};

/**
 * Opens the home and its store, which is looked through first by those who run what it says.
 *
 * @throws Refusal with one clear sentence when it cannot be used
 */
export async function openBase(
  homeOption: string | undefined,
  { integrity = false }: { readonly integrity?: boolean } = {},
): Promise<Base> {
  const home = openHome(homePath(homeOption, process.env));
  const config = await configAt(join(home.path, 'config.yaml'));
  const clock = makeClock();
  const ids = makeIds();
  const processes = makeProcessTable({
    clock,
    fallbackMachineId: () => keptMachineId(home, () => ids.next()),
  });
  const store = await openSqliteStore({
    path: home.database,
    now: () => clock.now().wall,
    sleep: (ms) => clock.sleep(ms),
    random,
    integrity,
    alerts: config.loops.outbox.alerts,
  });
  return {
    version: manifest.version,
    home,
    config,
    clock,
    ids,
    processes,
    neighbours: makeNeighbours(clock),
    store,
    close: () => store.close(),
  };
}

async function configAt(path: string): Promise<Config> {
  if (!existsSync(path)) return defaultConfig(path);
  const { readConfig } = await import('./settings.ts');
  return readConfig(path);
}
