import { isMainOfContainer, satisfiesLevel } from '../core/provenance.ts';
import type { LeftAttempt } from '../ports/executor.ts';
import { orderEnd } from './end.ts';
import type { InstanceState, Term } from './state.ts';
import { undertake } from './state.ts';

/** A manager that has not answered by then does not. */
const answerMs = 3_000;
/** A stopping holder waits so long for short runs, so that it can record their end itself. */
const lingerMs = 1_000;
/** Ending a tree takes up to ten seconds; what is not over then is recorded by the next holder. */
const endMs = 12_000;

/** From here on the instance only finishes. What becomes of its runs depends on what its service manager means. */
export function beginToStop(state: InstanceState): void {
  state.isStopping = true;
  state.fateLearnt = learnFate(state);
  undertake(state, 'ask-fate', state.fateLearnt);
  state.wake.wake();
}

/**
 * Without a service above this process only it was meant: its runs are left for adoption, as at a restart. In a container nothing
 * can be left: what still runs would be killed with process 1, and nobody would record how it ended.
 */
async function learnFate(state: InstanceState): Promise<void> {
  const { service, level } = state.provenance;
  const isOurs = service !== null && satisfiesLevel(level, 'corroborated');
  const alone = isMainOfContainer(state.provenance) ? 'stop' : 'restart';
  const fate = isOurs ? await state.world.supervisor.fate(service) : alone;
  state.fate = fate;
  state.world.log.info('told-to-stop', { fate });
  state.wake.wake();
}

/** Whether a stopping holder still waits for its runs; ends them first if the service is stopped for good. */
export function waitsForRuns(state: InstanceState, term: Term, sinceMs: number): boolean {
  if (!state.isStopping || term.active.size === 0) return false;
  if (state.fate === null) return sinceMs < answerMs;
  if (state.fate !== 'stop') return sinceMs < lingerMs;
  endRuns(state, term);
  return sinceMs < endMs;
}

function endRuns(state: InstanceState, term: Term): void {
  for (const runId of term.active.keys()) orderEnd(state, term, runId, 'service_stopped');
}

/** What the starter stays behind with: the runs of a process whose manager did not say what it means. */
export function leftBehind(state: InstanceState, term: Term): readonly LeftAttempt[] {
  if (!state.isStopping || state.fate === 'restart' || state.fate === 'stop') return [];
  return [...term.active.values()].flatMap(({ key, process }) =>
    process === null ? [] : [{ key, process }],
  );
}

/** The last word on the runs of a term that could not be released, as when the store does not answer. */
export async function leaveRuns(state: InstanceState): Promise<void> {
  const { term, world } = state;
  if (term === null) return world.executor.close();
  await state.fateLearnt;
  if (state.fate === 'stop') endRuns(state, term);
  await world.executor.close(leftBehind(state, term));
}
