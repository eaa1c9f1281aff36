import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../core/instant.ts';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AttemptKey, Executor, Inspection, Over } from '../../ports/executor.ts';
import type { ProcessTable } from '../../ports/host.ts';
import {
  type AttemptRecord,
  attemptFolder,
  leaveVerdict,
  lostOutput,
  readAttempt,
} from './attempt-folder.ts';
import { endTree, parseStat, type Search, type Session } from './process-tree.ts';

export type Surroundings = {
  readonly home: string;
  readonly processes: ProcessTable;
  readonly clock: Clock;
};

/** An attempt of which no end is known yet. `process` is its wrapper. */
export type Watched = {
  readonly key: AttemptKey;
  readonly process: ProcessIdentity;
  /** Whether the starter lives that made the wrapper: it may have given it another attempt by now. */
  readonly hasStarter: boolean;
  /** Its wrapper said so; then it has, whatever became of its files. */
  readonly hasBegun: boolean;
};

function whatIsKnown(record: AttemptRecord, alive: boolean): Inspection | null {
  const { startedAt, end } = record;
  if (end !== null) return { kind: 'ended', end };
  if (!alive) return null;
  return startedAt === null ? { kind: 'gated' } : { kind: 'running', startedAt };
}

/**
 * What is known of an attempt. The order matters: first whether its wrapper lives, then its files, because a wrapper writes its
 * record before it ends.
 */
export async function inspectAttempt(
  around: Surroundings,
  key: AttemptKey,
  process: ProcessIdentity,
): Promise<Inspection> {
  const folder = attemptFolder(around.home, key);
  // A record says all, whoever still lives.
  const { end } = readAttempt(folder);
  if (end !== null) return { kind: 'ended', end };
  await gateDecided(around, key, process);
  const life = around.processes.life(process);
  const record = readAttempt(folder);
  const known = whatIsKnown(record, life === 'alive');
  if (known !== null) return known;
  const self = around.processes.self();
  const sameBoot = self.bootId === process.bootId && self.machineId === process.machineId;
  // A mark is not flushed to the disk: after the machine went down, its absence proves nothing.
  if (!sameBoot) return lost(folder, record.startedAt);
  if (record.startedAt === null) return { kind: 'not-started' };
  return { kind: 'orphaned', startedAt: record.startedAt };
}

/**
 * What became of an attempt that is over, after what is left of an orphaned one was ended; null while it is not over. With its starter gone
 * a shut gate stays shut, and its wrapper is ended: one that somebody stopped would wait there for ever.
 */
export async function concludeAttempt(
  around: Surroundings,
  { key, process, hasStarter, hasBegun }: Watched,
): Promise<Over | null> {
  let seen = await inspectAttempt(around, key, process);
  if (seen.kind === 'gated' && !hasStarter && (await around.processes.kill(process, 2_000)))
    seen = await inspectAttempt(around, key, process);
  if (seen.kind === 'gated' || seen.kind === 'running') return null;
  const folder = attemptFolder(around.home, key);
  if (seen.kind === 'not-started' && hasBegun) return lost(folder, null);
  if (seen.kind !== 'orphaned') return seen;
  await endTree(jobOf(around, key), around.clock);
  // Its first process may have said only now who it is.
  await endHelpers(jobOf(around, key), process, around.clock);
  return lost(folder, seen.startedAt);
}

const lost = (folder: string, startedAt: Instant | null): Over => ({
  kind: 'lost',
  startedAt,
  ...lostOutput(folder),
});

/** A shut gate ends its wrapper, and the word to go makes it begin, within moments; a busy machine may need longer. */
const gateMs = 1_000;
const lookMs = 10;

/** Waits for what becomes of a wrapper at its gate. The word to go may be on its way although whoever gave it is gone. */
async function gateDecided(
  { home, processes, clock }: Surroundings,
  key: AttemptKey,
  wrapper: ProcessIdentity,
): Promise<void> {
  const folder = attemptFolder(home, key);
  for (let waitedMs = 0; waitedMs < gateMs; waitedMs += lookMs) {
    const { startedAt, end } = readAttempt(folder);
    if (startedAt !== null || end !== null || processes.life(wrapper) !== 'alive') return;
    await clock.sleep(lookMs);
  }
}

/** The session of the command, by its first process, as that described itself before it became the command. */
function sessionsOf(folder: string): readonly Session[] {
  let text: string;
  try {
    text = readFileSync(join(folder, 'began'), 'latin1');
  } catch {
    // Not begun yet, or the platform has no such description; the mark in the environment still finds it.
    return [];
  }
  // The mark itself, its number, and all that the kernel says of it.
  const [, pid = '', described = ''] = text.split('\n');
  const stat = parseStat(described);
  return stat === null ? [] : [{ pid: Number(pid), startMark: stat.startMark }];
}

/** What the command of an attempt started, without its wrapper and that one's helpers. */
const jobOf = ({ home }: Surroundings, key: AttemptKey): Search => ({
  runIds: new Set([key.runId]),
  wrappers: false,
  sessions: sessionsOf(attemptFolder(home, key)),
});

/** Ends what a wrapper that records nothing any more left. Its guard minds no TERM, and it is the last to go: it ends the job when we are gone. */
async function endHelpers(job: Search, wrapper: Session, clock: Clock): Promise<void> {
  const search = { ...job, wrappers: true, sessions: [...job.sessions, wrapper] };
  await endTree(search, clock, { hard: true });
}

function signalWrapper(wrapper: ProcessIdentity): void {
  try {
    // A stopped wrapper could not record the end.
    process.kill(wrapper.pid, 'SIGCONT');
  } catch {
    // It ended between the look and the signal.
  }
}

/** A full disk must not keep a run alive: without the verdict its record tells only how the command ended. */
function tryToLeaveVerdict(folder: string, verdict: Parameters<Executor['end']>[2]): void {
  try {
    leaveVerdict(folder, verdict.outcome, verdict.reason);
  } catch {
    // The end itself matters more than the words for it.
  }
}

/** Ends an attempt and everything that belongs to it. See the port. */
export async function endAttempt(
  around: Surroundings,
  key: AttemptKey,
  wrapper: ProcessIdentity,
  verdict: Parameters<Executor['end']>[2],
): Promise<void> {
  const { clock, processes } = around;
  const folder = attemptFolder(around.home, key);
  // A wrapper that recorded the end may serve another attempt by now, which is none of ours.
  const isServing = (): boolean =>
    readAttempt(folder).end === null && processes.life(wrapper) === 'alive';
  const hasBegun = (): boolean => readAttempt(folder).startedAt !== null;

  if (readAttempt(folder).end === null) tryToLeaveVerdict(folder, verdict);
  // Whoever kills a wrapper that has just begun will never know how its command ended. One that is stopped at its gate stays there:
  // woken, it might find the word to go.
  await gateDecided(around, key, wrapper);
  // Nobody opens it any more. A mark that appears after its end is of a shell that looks for it and leaves; one before counts.
  if (!hasBegun() && isServing()) await processes.kill(wrapper, 2_000);
  if (!hasBegun()) return;
  if (isServing()) signalWrapper(wrapper);
  // The mark comes before the command, so a living wrapper may be about to start it.
  await endTree(jobOf(around, key), clock, { mayGrow: isServing });
  // Of its command nothing is left. It may wait for room on the disk, to write how that ended; only who wants it gone does not wait along.
  if (verdict.outcome === 'timed_out') return;
  if (isServing()) await processes.kill(wrapper, 500);
  if (readAttempt(folder).end === null) await endHelpers(jobOf(around, key), wrapper, clock);
}
