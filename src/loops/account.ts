import type { Job } from '../core/job.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { SeenEnd, Settlement } from '../core/settlement.ts';
import { settleEnded, settleNotStarted } from '../core/settlement.ts';
import type { AttemptKey, Inspection } from '../ports/executor.ts';
import type { Fenced } from '../ports/store.ts';
import { endTerm } from './hold.ts';
import type { InstanceState, Term, Waiting } from './state.ts';

const openRunsLimit = 100_000;

/**
 * Resolves every run that is queued or running before this term starts anything of its own: takes over what waits, adopts what runs,
 * records ends that were not recorded. May be repeated after a failure; each step is a fenced write.
 */
export async function accountForPredecessors(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  const runs = await store.runs.open(self.profile, openRunsLimit);
  for (const run of runs) {
    if (state.term !== term) return;
    if (term.waiting.has(run.id) || term.active.has(run.id)) continue;
    const attempts = await store.runs.attempts(run.id);
    const job = await store.jobs.get(self.profile, run.jobId);
    const pending = attempts.find(({ state: is }) => is === 'authorised' || is === 'began');
    if (pending === undefined) await takeOverWaiting(term, run, job, attempts);
    else await resolve(state, term, { run, job, attempts, attempt: pending });
  }
  if (state.term === term) term.isAccounted = true;
}

const begunAttempts = (attempts: readonly Attempt[]): number =>
  attempts.filter(({ startedAt, state }) => startedAt !== null || state === 'began').length;

async function takeOverWaiting(
  term: Term,
  run: Run,
  job: Job | null,
  attempts: readonly Attempt[],
): Promise<void> {
  term.waiting.set(run.id, {
    run,
    nextNumber: attempts.length + 1,
    begun: begunAttempts(attempts),
    allowsOverlap: job?.definition.overlap === 'allow',
    failedStarts: 0,
  });
}

type Pending = {
  readonly run: Run;
  readonly job: Job | null;
  readonly attempts: readonly Attempt[];
  readonly attempt: Attempt;
};

async function resolve(state: InstanceState, term: Term, pending: Pending): Promise<void> {
  const { executor, clock, log } = state.world;
  const { run, attempt } = pending;
  const key: AttemptKey = { runId: run.id, number: attempt.number };
  let seen = await executor.inspect(key, attempt.process);
  const wasForced = attempt.epoch <= term.endRunsUpTo;
  if (seen.kind === 'gated' || (seen.kind === 'running' && wasForced)) {
    await executor.end(key, attempt.process, { outcome: 'cancelled', reason: 'lease_lost' });
    seen = await executor.inspect(key, attempt.process);
  }
  log.info('accounted', { run: run.id, attempt: attempt.number, found: seen.kind });
  switch (seen.kind) {
    case 'gated':
      throw new Error(`the gate of run ${run.id} could not be ended`);
    case 'running':
      return adopt(state, term, pending, key);
    case 'not-started':
      return applySettlement(
        state,
        term,
        pending,
        settleNotStarted(run, attempt.number, clock.now().wall),
      );
    case 'ended':
    case 'lost':
      return applySettlement(
        state,
        term,
        pending,
        settleEnded(run, pending.job, {
          number: attempt.number,
          begun: begunAttempts(pending.attempts) + (attempt.state === 'began' ? 0 : 1),
          end: seenEnd(seen, clock.now().wall),
        }),
      );
  }
}

/** The end as it was recorded, or `unknown` where nobody recorded one. */
export function seenEnd(
  seen: Extract<Inspection, { kind: 'ended' | 'lost' }>,
  now: number,
): SeenEnd {
  if (seen.kind === 'ended') return seen.end;
  return {
    startedAt: seen.startedAt,
    endedAt: now,
    outcome: 'unknown',
    exitCode: null,
    reason: 'lost',
    message: 'It began, and nothing recorded its end.',
    outputBytes: null,
    outputTruncated: false,
  };
}

async function adopt(
  state: InstanceState,
  term: Term,
  pending: Pending,
  key: AttemptKey,
): Promise<void> {
  const { run, attempt, attempts, job } = pending;
  const adopted = await state.world.store.runs.adopt(term.held.fence, run.id, attempt.number);
  if (adopted.kind === 'fenced') return endTerm(state, term);
  const begunBefore = begunAttempts(attempts) - (attempt.state === 'began' ? 1 : 0);
  const waiting: Waiting = {
    run,
    nextNumber: attempt.number,
    begun: begunBefore,
    allowsOverlap: job?.definition.overlap === 'allow',
    failedStarts: 0,
  };
  term.active.set(run.id, {
    waiting,
    key,
    phase: 'running',
    process: attempt.process,
    order: null,
    isEnding: false,
  });
  state.world.executor.adopt(key, attempt.process);
}

async function applySettlement(
  state: InstanceState,
  term: Term,
  pending: Pending,
  settlement: Settlement,
): Promise<void> {
  const settled: Fenced<readonly string[]> = await state.world.store.runs.settle(term.held.fence, [
    settlement,
  ]);
  if (settled.kind === 'fenced') return endTerm(state, term);
  if (settlement.run.state !== 'queued') return;
  const { run, job, attempts, attempt } = pending;
  const begun =
    settlement.attempt?.state === 'not_started' ? begunAttempts(attempts) : attempt.number;
  await takeOverWaiting(
    term,
    { ...run, state: 'queued', notBefore: settlement.run.notBefore ?? run.notBefore },
    job,
    attempts,
  );
  const waiting = term.waiting.get(run.id);
  if (waiting !== undefined) term.waiting.set(run.id, { ...waiting, begun });
}
