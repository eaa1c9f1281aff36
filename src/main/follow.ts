import { isFinal, type Run } from '../core/run.ts';
import type { FollowEvent } from '../doors/cli/present/follow.ts';
import { runAnswer } from '../operations/present.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutputReader } from '../ports/output.ts';
import type { RunStore } from '../ports/store.ts';

const lookEveryMs = 250;
const newestRuns = 100;
const outputPart = 64 * 1024;

type Followed = { run: Run; attempt: number; nextByte: number; isStarted: boolean };

type World = {
  readonly store: { readonly runs: Pick<RunStore, 'list' | 'attemptsOf'> };
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly output: Pick<OutputReader, 'read'>;
  readonly profile: string;
};

/**
 * Tells what happens to the runs of a profile as it happens, until the signal aborts. What was decided before the first look is
 * not told. Reads the store; changes nothing.
 */
export async function followRuns(
  world: World,
  tell: (event: FollowEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, profile } = world;
  const followed = new Map<string, Followed>();
  const known = new Set<string>();
  const first = await store.runs.list(profile, { limit: newestRuns });
  for (const run of first) if (isFinal(run.state)) known.add(run.id);
  for (;;) {
    const isLast = signal.aborted;
    const newest = await store.runs.list(profile, { limit: newestRuns });
    for (const run of [...newest].reverse()) {
      if (known.has(run.id)) continue;
      const before = followed.get(run.id) ?? { run, attempt: 1, nextByte: 0, isStarted: false };
      const isOver = await tellRun(world, { ...before, run }, tell, followed);
      if (!isOver) continue;
      known.add(run.id);
      followed.delete(run.id);
    }
    if (isLast) return;
    await clock.sleep(lookEveryMs, signal);
  }
}

async function tellRun(
  world: World,
  now: Followed,
  tell: (event: FollowEvent) => Promise<void>,
  followed: Map<string, Followed>,
): Promise<boolean> {
  const { run } = now;
  const answer = runAnswer(run, [], { now: world.clock.now().wall, jitterMs: 0 });
  followed.set(run.id, now);
  if (run.state === 'queued') return false;
  if (isFinal(run.state) && run.state !== 'ended') {
    await tell({ kind: 'skipped', run: answer });
    return true;
  }
  if (!now.isStarted)
    await tell({
      kind: 'started',
      run: { ...answer, state: 'running', outcome: null, durationMs: null },
    });
  now.isStarted = true;
  // Read before the output: an attempt that another one follows has written all that it will.
  const attempts = (await world.store.runs.attemptsOf([run.id])).get(run.id) ?? [];
  const newest = attempts.at(-1)?.number ?? 1;
  for (;;) {
    const part = await world.output.read(run.id, now.attempt, now.nextByte, outputPart);
    if (part.bytes.length === 0) {
      if (now.attempt >= newest) break;
      now.attempt += 1;
      now.nextByte = 0;
      continue;
    }
    now.nextByte = part.nextByte;
    await tell({ kind: 'output', run: answer, bytes: part.bytes });
  }
  if (run.state !== 'ended') return false;
  await tell({ kind: 'ended', run: answer });
  return true;
}
