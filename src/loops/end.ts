import type { Moment } from '../core/instant.ts';
import type { ReasonCode } from '../core/refusal.ts';
import type { Outcome } from '../core/run.ts';
import type { Active, InstanceState, Term } from './state.ts';
import { errorText, undertake } from './state.ts';

const againMs = 1_000;
/** What watches an attempt looks at its clock twice a minute, and ends a tree in ten seconds. After that it is not there any more. */
const watchedMs = 60_000;

type Verdict = { readonly outcome: Outcome; readonly reason: ReasonCode };

/** Orders the end of an active run, until that succeeds. Nothing waits for it; the executor reports when it is over. */
export function orderEnd(
  state: InstanceState,
  term: Term,
  runId: string,
  reason: 'replaced' | 'cancelled_by_request' | 'service_stopped',
): void {
  const active = term.active.get(runId);
  if (active === undefined || active.isEnding || active.phase === 'prepared') return;
  const isEnding = end(state, term, active, { outcome: 'cancelled', reason });
  term.active.set(runId, { ...active, isEnding });
}

/** From when on an attempt that has so long is overdue. Both are boot time. */
export const overdueFrom = ({ boot }: Moment, timeoutMs: number): number =>
  boot + timeoutMs + watchedMs;

/** Every attempt is watched by a process beside it. Where that one was killed, or could make no process, nobody else would end the attempt. */
export function endOverdue(state: InstanceState, term: Term): void {
  const now = state.world.clock.now().boot;
  for (const [runId, active] of term.active) {
    if (active.overdueBoot > now) continue;
    term.active.set(runId, { ...active, overdueBoot: Number.POSITIVE_INFINITY });
    end(state, term, active, { outcome: 'timed_out', reason: 'timeout' });
    state.world.log.warn('overdue-ended', { ...active.key });
  }
}

/** Answers whether there is something to end. */
function end(
  state: InstanceState,
  term: Term,
  { key, process }: Active,
  verdict: Verdict,
): boolean {
  if (process === null) return false;
  const tell = (): Promise<void> => state.world.executor.end(key, process, verdict);
  const isOver = (): boolean =>
    state.term !== term || term.active.get(key.runId)?.key.number !== key.number;
  undertake(state, 'end-run', insist(state, tell, isOver));
  return true;
}

/** An end can fail, as where no file can be opened just now. */
async function insist(
  { world: { clock, log }, stopped }: InstanceState,
  end: () => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  do {
    try {
      return await end();
    } catch (error) {
      log.warn('end-failed', { error: errorText(error) });
    }
    await clock.sleep(againMs, stopped.signal);
  } while (!stopped.signal.aborted && !isOver());
}
