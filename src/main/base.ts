import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { makeClock } from '../adapters/host/clock.ts';
import { type Home, keptMachineId, openHome } from '../adapters/host/home.ts';
import { makeIds } from '../adapters/host/ids.ts';
import { type HostProcesses, makeProcessTable } from '../adapters/host/processes.ts';
import { random } from '../adapters/host/random.ts';
import { makeNeighbours } from '../adapters/neighbours/neighbours.ts';
import { openSqliteStore } from '../adapters/stores/sqlite.ts';
import { lookBeside } from '../adapters/stores/sqlite-look.ts';
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
  /** Looks through the whole store beside everything else, for those who run what it says; what is wrong, none when whole. */
  look(signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
};

/**
 * Opens the home and its store. Those who run what it says look first through what was decided, and through the whole while they live.
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
    look: async (signal) => (integrity ? lookBeside(lookerPath(), home.database, signal) : []),
    close: () => store.close(),
  };
}

async function configAt(path: string): Promise<Config> {
  if (!existsSync(path)) return defaultConfig(path);
  const { readConfig } = await import('./settings.ts');
  return readConfig(path);
}

/** Beside this file: `looker.ts` in development, `looker.js` in the bundle. */
function lookerPath(): string {
  const here = import.meta.filename;
  return join(dirname(here), here.endsWith('.ts') ? 'looker.ts' : 'looker.js');
}
