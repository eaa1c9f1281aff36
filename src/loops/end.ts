import type { InstanceState, Term } from './state.ts';
import { errorText, undertake } from './state.ts';

const againMs = 1_000;

/** Orders the end of an active run, until that succeeds. Nothing waits for it; the executor reports when it is over. */
export function orderEnd(
  state: InstanceState,
  term: Term,
  runId: string,
  reason: 'replaced' | 'cancelled_by_request' | 'service_stopped',
): void {
  const active = term.active.get(runId);
  if (active === undefined || active.isEnding) return;
  const { key, process, phase } = active;
  if (process === null || phase === 'prepared') return;
  term.active.set(runId, { ...active, isEnding: true });
  const verdict = { outcome: 'cancelled', reason } as const;
  const end = (): Promise<void> => state.world.executor.end(key, process, verdict);
  const isOver = (): boolean =>
    state.term !== term || term.active.get(runId)?.key.number !== key.number;
  undertake(state, 'end-run', insist(state, end, isOver));
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
