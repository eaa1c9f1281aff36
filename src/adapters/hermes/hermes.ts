import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { ForeignSchedulers, ForeignView } from '../../ports/foreign.ts';
import { gatewaysOf } from './gateways.ts';
import { findProfiles, type HermesProfile, homeIn } from './home.ts';
import type { Look } from './look.ts';
import { type AskMac, askMac, visitMac } from './mac.ts';
import { type Bounds, lockFileAt, suspectLocks, visitProcesses } from './processes.ts';
import type { Environment } from './recognition.ts';
import { type Found, inspect, listFound } from './sightings.ts';
import { findTimers, type TimerPlaces, usualPlaces } from './timers.ts';

export type HermesOptions = {
  readonly clock: Clock;
  /** Of the asker; tells where Hermes has its home. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where timers are written; as usual on this machine when it is not told. */
  readonly timers?: TimerPlaces;
  /** How many processes are looked at. */
  readonly processes?: number;
  readonly withinMs?: number;
  /** Asks a Mac; only tests say how. */
  readonly mac?: AskMac;
};

const mostProcesses = 5_000;
const longestMs = 400;

const nothing: ForeignView = { schedulers: [], timers: [], isComplete: true };

/** Finds the schedulers of Hermes homes. */
export function makeHermesWatch(options: HermesOptions): ForeignSchedulers {
  const environment = new Map(
    Object.entries(options.environment).map(([name, value = '']) => [name, value]),
  );
  const home = homeIn(environment);
  const usual = homeIn(new Map([['HOME', environment.get('HOME') ?? '']]));
  const homes = [home, usual].filter((one) => one !== null);
  return {
    async find(name) {
      // Most machines have no Hermes; there this is all that happens.
      const profiles = findProfiles(name, homes);
      if (profiles.length === 0) return nothing;
      try {
        const views = [];
        for (const profile of profiles) views.push(await findFor(profile, environment, options));
        return {
          schedulers: views
            .flatMap(({ schedulers }) => schedulers)
            .toSorted((one, other) => one.startedAt - other.startedAt),
          timers: views.flatMap(({ timers }) => timers),
          isComplete: views.every(({ isComplete }) => isComplete),
        };
      } catch {
        // Whatever Hermes' files or the kernel's records hold: an answer about our own jobs must not fail by it.
        return { ...nothing, isComplete: false };
      }
    },
  };
}

async function findFor(
  profile: HermesProfile,
  environment: Environment,
  options: HermesOptions,
): Promise<ForeignView> {
  const { clock, processes = mostProcesses, withinMs = longestMs } = options;
  const found: Found = new Map();
  const gateways = gatewaysOf(profile, environment);
  const tickLock = lockFileAt(join(profile.folder, 'cron', '.tick.lock'));
  const bounds: Bounds = { clock, processes, withinMs };
  const locks = tickLock === null ? gateways.locks : [...gateways.locks, tickLock];
  const suspects = suspectLocks(locks);
  const sought = new Set(suspects.files);
  const visit = (look: Look): void => inspect(look, { profile, gateways, tickLock, sought }, found);
  const isMac = options.mac !== undefined || process.platform === 'darwin';
  const isComplete = isMac
    ? await visitMac(options.mac ?? askMac, processes, visit)
    : await visitProcesses(bounds, suspects.pids, visit);
  return {
    schedulers: listFound(found),
    timers: findTimers(profile, options.timers ?? usualPlaces(environment)),
    isComplete,
  };
}
