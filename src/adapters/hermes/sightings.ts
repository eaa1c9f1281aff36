import { hostname } from 'node:os';
import type { ForeignScheduler } from '../../ports/foreign.ts';
import type { Gateways } from './gateways.ts';
import { type HermesProfile, serves } from './home.ts';
import type { LockFile, Look, Sighted } from './look.ts';
import { type Recognised, recognise } from './recognition.ts';

/** Schedulers by their pid. */
export type Found = Map<number, ForeignScheduler>;

export type Wanted = {
  readonly profile: HermesProfile;
  readonly gateways: Gateways;
  readonly tickLock: LockFile | null;
  /** Locks whose holder is not found yet. A child that inherited one is no second holder. */
  readonly sought: Set<LockFile>;
};

/** How far the clock of a record and that of the kernel may be apart. */
const toleranceMs = 2_000;

export const listFound = (found: Found): readonly ForeignScheduler[] => [...found.values()];

/** Looks at one process from every side, and notes it when it is a scheduler for the profile. */
export function inspect(look: Look, wanted: Wanted, found: Found): void {
  const { pid } = look;
  const { profile, gateways, tickLock, sought } = wanted;
  const held = sought.size === 0 ? [] : look.locks([...sought]);
  for (const file of held) sought.delete(file);
  const seen = recognise(look.arguments(), look.environment);
  const isOfProfile = seen !== null && serves(profile, seen, look.environment());
  const isNamed = [...gateways.records, ...gateways.hosts].some((record) => record.pid === pid);
  if (held.length === 0 && !isOfProfile && !isNamed) return;
  const sighted = look.sight();
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
  // One that has no lock yet, or none any more, does not tick.
  if (part === 'gateway' && !isGateway && held.length === 0) return;
  found.set(pid, {
    program: 'hermes',
    role: roles[part],
    host: hostname(),
    pid,
    ...sighted,
    port: portOf(look, isOfProfile ? seen : null, gateways),
    command: isGateway ? 'hermes gateway run' : (seen?.command ?? programOf(look)),
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
    (record) => record.pid === pid && isStart(record.startTime, { startMark, startedAt }),
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

/** Hundredths of a second since 1970, where there is no other start mark; ticks since boot are far fewer. */
const leastHundredths = 1e11;

function isStart(startTime: number | null, { startMark, startedAt }: Sighted): boolean {
  if (startTime === null) return false;
  return startTime < leastHundredths
    ? String(startTime) === startMark
    : Math.abs(startTime * 10 - startedAt) <= toleranceMs;
}

function partFacts({ part }: Recognised): readonly string[] {
  if (part === 'desktop') return ['HERMES_DESKTOP=1 is in its environment: its web server ticks.'];
  return part === 'tick' ? ['It is one tick: a timer or a person started it.'] : [];
}

function portOf(look: Look, seen: Recognised | null, { hosts }: Gateways): number | null {
  const told = seen?.port ?? hosts.find(({ pid }) => pid === look.pid)?.port ?? null;
  if (told !== null && told > 0) return told;
  return seen?.part === 'desktop' ? look.port() : null;
}

const programOf = (look: Look): string =>
  (look.arguments()[0] ?? '')
    .split('/')
    .at(-1)
    ?.replace(/[^\w.+-]/g, '?')
    .slice(0, 40) || 'unknown';
