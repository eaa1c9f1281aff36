import { hostname } from 'node:os';
import type { ForeignScheduler } from '../../ports/foreign.ts';
import type { Gateways } from './gateways.ts';
import { type HermesProfile, serves } from './home.ts';
import {
  argumentsOf,
  environmentTextOf,
  type LockFile,
  listeningPortOf,
  locksOf,
  lookAt,
  type Sighted,
} from './processes.ts';
import { type Environment, parseEnvironment, type Recognised, recognise } from './recognition.ts';

/** Schedulers by their pid. */
export type Found = Map<number, ForeignScheduler>;

export type Wanted = {
  readonly profile: HermesProfile;
  readonly gateways: Gateways;
  readonly tickLock: LockFile | null;
};

/** How far the clock of a record and that of the kernel may be apart. */
const toleranceMs = 2_000;

export const listFound = (found: Found): readonly ForeignScheduler[] => [...found.values()];

/** Looks at one process from every side, and notes it when it is a scheduler for the profile. */
export function inspect(pid: number, wanted: Wanted, found: Found): void {
  const { profile, gateways, tickLock } = wanted;
  const files = tickLock === null ? gateways.locks : [...gateways.locks, tickLock];
  const held = locksOf(pid, files);
  let environment: Environment | null = null;
  const environs = (): Environment => {
    environment ??= parseEnvironment(environmentTextOf(pid));
    return environment;
  };
  const seen = recognise(argumentsOf(pid), environs);
  const isOfProfile = seen !== null && serves(profile, seen, environs());
  const isNamed = [...gateways.records, ...gateways.hosts].some((record) => record.pid === pid);
  if (held.length === 0 && !isOfProfile && !isNamed) return;
  const sighted = lookAt(pid);
  if (sighted === null) return;
  const facts = [
    ...gatewayFacts(pid, sighted, gateways),
    ...held.map(({ path }) => `It holds the lock ${path}.`),
    ...(isOfProfile ? partFacts(seen) : []),
  ];
  if (facts.length === 0) return;
  const isGateway =
    held.some((file) => file !== tickLock) || gatewayFacts(pid, sighted, gateways).length > 0;
  const part = isGateway ? 'gateway' : (seen?.part ?? 'unknown');
  if (part === 'gateway' && !isGateway) return;
  found.set(pid, {
    program: 'hermes',
    role: roles[part],
    host: hostname(),
    pid,
    ...sighted,
    port: portOf(pid, isOfProfile ? seen : null, gateways),
    command: isGateway ? 'hermes gateway run' : (seen?.command ?? programOf(pid)),
    facts,
  });
}

/** Who holds the lock of a tick without being known otherwise executes the profile's jobs all the same. */
const roles = { gateway: 'gateway', desktop: 'desktop', tick: 'timer', unknown: 'runner' } as const;

/** The pid alone proves nothing: it may have been given out again. */
function gatewayFacts(
  pid: number,
  { startMark, startedAt }: Sighted,
  { records, hosts }: Gateways,
): readonly string[] {
  const isRecorded = records.some(
    (record) => record.pid === pid && String(record.startTime) === startMark,
  );
  const isHost = hosts.some(
    ({ pid: named, createTime }) =>
      named === pid &&
      createTime !== null &&
      Math.abs(createTime * 1_000 - startedAt) <= toleranceMs,
  );
  return [
    ...(isRecorded ? ['Its record names this pid and this start time.'] : []),
    ...(isHost ? ['The record of the host names this pid and this start time.'] : []),
  ];
}

function partFacts({ part }: Recognised): readonly string[] {
  if (part === 'desktop') return ['HERMES_DESKTOP=1 is in its environment: its web server ticks.'];
  return part === 'tick' ? ['It is one tick: a timer or a person started it.'] : [];
}

function portOf(pid: number, seen: Recognised | null, { hosts }: Gateways): number | null {
  const told = seen?.port ?? hosts.find((host) => host.pid === pid)?.port ?? null;
  if (told !== null && told > 0) return told;
  return seen?.part === 'desktop' ? listeningPortOf(pid) : null;
}

const programOf = (pid: number): string =>
  (argumentsOf(pid)[0] ?? '')
    .split('/')
    .at(-1)
    ?.replace(/[^\w.+-]/g, '?')
    .slice(0, 40) || 'unknown';
