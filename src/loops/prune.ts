import { dayMs } from '../core/instant.ts';
import type { Log } from '../ports/log.ts';
import { endTerm, mayAct } from './hold.ts';
import type { InstanceState, Term } from './state.ts';
import { undertake } from './state.ts';

const pruneEveryMs = 10 * 60_000;
/** While there is more to remove: a slice that often, so that starts never wait for it. */
const sliceEveryMs = 1_000;
const slice = 200;
/** Others have their turn between two slices of questions. */
const betweenMs = 20;
/** A pass that finds so many runs whose output cannot be removed ends; the next one tries them again. */
const mostLeft = 2_000;
const auditKeptMs = 365 * dayMs;

/**
 * Every ten minutes: removes what retention no longer keeps, one short slice at a time, and puts away what was written. Traces that are of
 * no run go with the runs, or by themselves where every run is kept.
 */
export async function pruneHistory(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock, settings } = state.world;
  const now = clock.now();
  const { pruning } = state;
  if (now.boot < pruning.nextBoot) return;
  pruning.nextBoot = now.boot + pruneEveryMs;
  const keep = {
    since: now.wall - settings.keepRunsMs,
    runs: settings.keepRuns,
    outputBytes: settings.keepOutputBytes,
  };
  const found = await store.upkeep.prunable(self.profile, keep, slice + pruning.left.size);
  const runIds = found.map(({ runId }) => runId).filter((runId) => !pruning.left.has(runId));
  if (runIds.length < slice) undertake(state, 'write-back', store.upkeep.writeBack());
  if (!mayAct(state, term)) return;
  undertake(state, 'prune', pruneSlice(state, term, runIds));
  if (runIds.length === slice || now.boot < pruning.lookBoot) return;
  pruning.lookBoot = now.boot + dayMs;
  undertake(state, 'unknown-output', removeUnknown(state, term));
}

/**
 * Once a day in a process: removes output of which there is no row any more, because its profile was removed or an older store was
 * restored, when retention would have removed it. What is older than the store is left: another one may still come back that knows it.
 */
async function removeUnknown(state: InstanceState, term: Term): Promise<void> {
  const { store, executor, log, clock, settings } = state.world;
  const madeAt = Math.min(...(await store.profiles.list()).map(({ createdAt }) => createdAt));
  // A day at least: a start may be prepared before there is a row of its run.
  const then = clock.now().wall - Math.max(settings.keepRunsMs, dayMs);
  const old = await executor.outputBetween(madeAt, then);
  const unknown: string[] = [];
  for (let start = 0; start < old.length; start += slice) {
    const some = old.slice(start, start + slice);
    const known = await store.upkeep.existing(some);
    unknown.push(...some.filter((runId) => !known.has(runId)));
    await clock.sleep(betweenMs);
  }
  if (unknown.length === 0) return;
  const alive = new Set(await executor.marked());
  const over = unknown.filter((runId) => !alive.has(runId));
  const left = new Map<string, string>();
  for (let start = 0; start < over.length && mayAct(state, term); start += slice) {
    const some = over.slice(start, start + slice);
    for (const [runId, why] of await executor.removeOutput(some)) left.set(runId, why);
  }
  log.info('unknown-output-removed', { runs: over.length - left.size });
  tellLeft(log, left);
}

function tellLeft(log: Log, left: ReadonlyMap<string, string>): void {
  if (left.size > 0) log.warn('output-left', { runs: left.size, error: [...left.values()][0] });
}

/**
 * The output goes first: should this end in between, the rows still tell the next pass what to remove, while output without its row
 * would stay for ever. Starts do not wait for it. Where output stays its rows stay, too, and nothing else does.
 */
async function pruneSlice(
  state: InstanceState,
  term: Term,
  runIds: readonly string[],
): Promise<void> {
  const { store, clock, executor, log } = state.world;
  const left = await executor.removeOutput(runIds);
  if (!mayAct(state, term)) return;
  const now = clock.now();
  const gone = runIds.filter((runId) => !left.has(runId));
  const pruned = await store.upkeep.prune(term.held.fence, gone, now.wall - auditKeptMs);
  if (pruned.kind === 'fenced') return endTerm(state, term);
  if (gone.length > 0) log.info('pruned', { runs: gone.length });
  tellLeft(log, left);
  passOn(state, runIds.length, left);
}

/** Goes on soon while there is more, and begins anew with the next pass. */
function passOn(
  { pruning, world }: InstanceState,
  taken: number,
  left: Iterable<[string, string]>,
): void {
  for (const [runId] of left) pruning.left.add(runId);
  if (taken < slice || pruning.left.size > mostLeft) pruning.left.clear();
  else pruning.nextBoot = world.clock.now().boot + sliceEveryMs;
}
