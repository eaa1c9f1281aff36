import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AttemptKey, Executor, Inspection } from '../../ports/executor.ts';
import type { ProcessTable } from '../../ports/host.ts';
import { type AttemptRecord, attemptFolder, leaveVerdict, readAttempt } from './attempt-folder.ts';
import { endTree, parseStat, type Session } from './process-tree.ts';

export type Surroundings = {
  readonly home: string;
  readonly processes: ProcessTable;
  readonly clock: Clock;
};

function whatIsKnown(record: AttemptRecord, alive: boolean): Inspection | null {
  const { startedAt, end } = record;
  if (end !== null) return { kind: 'ended', end };
  if (!alive) return null;
  return startedAt === null ? { kind: 'gated' } : { kind: 'running', startedAt };
}

/**
 * What is known of an attempt. The order matters: first whether its wrapper lives, then its files, because a wrapper writes its
 * record before it ends. A `lost` attempt's remaining processes are ended before this answers.
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
  if (record.startedAt === null && sameBoot) return { kind: 'not-started' };
  if (sameBoot) {
    const runIds = new Set([key.runId]);
    const sessions = [...sessionsOf(folder), process];
    await endTree({ runIds, wrappers: true, sessions }, around.clock);
  }
  return { kind: 'lost', startedAt: record.startedAt };
}

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
  const runIds = new Set([key.runId]);
  // A wrapper that recorded the end may serve another attempt by now, which is none of ours.
  const isServing = (): boolean =>
    readAttempt(folder).end === null && processes.life(wrapper) === 'alive';
  const hasBegun = (): boolean => readAttempt(folder).startedAt !== null;

  if (readAttempt(folder).end === null) tryToLeaveVerdict(folder, verdict);
  // Whoever kills a wrapper that has just begun will never know how its command ended. One that is stopped at its gate stays there:
  // woken, it might find the word to go.
  await gateDecided(around, key, wrapper);
  // Nobody opens it any more. After its end no mark can appear, so the mark is looked at once more then.
  if (!hasBegun() && isServing()) await processes.kill(wrapper, 2_000);
  if (!hasBegun()) return;
  if (isServing()) signalWrapper(wrapper);
  // The mark comes before the command, so a living wrapper may be about to start it.
  const job = { runIds, wrappers: false, sessions: sessionsOf(folder) };
  await endTree(job, clock, { mayGrow: isServing });
  if (isServing()) await processes.kill(wrapper, 500);
  if (readAttempt(folder).end === null) {
    const sessions = [...job.sessions, wrapper];
    await endTree({ ...job, wrappers: true, sessions }, clock, { hard: true });
  }
}
