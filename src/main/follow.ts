import { isFinal, type Run } from '../core/run.ts';
import type { FollowEvent } from '../doors/cli/present/follow.ts';
import { runAnswer } from '../operations/present.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutputReader } from '../ports/output.ts';
import type { Store } from '../ports/store.ts';

const lookEveryMs = 250;
const newestRuns = 100;
const outputPart = 64 * 1024;

type Followed = { run: Run; nextByte: number; isStarted: boolean };

/**
 * Tells what happens to the runs of a profile as it happens, until the signal aborts. What was decided before the first look is
 * not told. Reads the store; changes nothing.
 */
export async function followRuns(
  world: {
    readonly store: Store;
    readonly clock: Clock;
    readonly output: OutputReader;
    readonly profile: string;
  },
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
      const before = followed.get(run.id) ?? { run, nextByte: 0, isStarted: false };
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
  world: { readonly output: OutputReader; readonly clock: Clock },
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
  for (;;) {
    const part = await world.output.read(run.id, null, now.nextByte, outputPart);
    if (part.bytes.length === 0) break;
    now.nextByte = part.nextByte;
    await tell({ kind: 'output', run: answer, bytes: part.bytes });
  }
  if (run.state !== 'ended') return false;
  await tell({ kind: 'ended', run: answer });
  return true;
}
