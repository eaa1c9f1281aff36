import type { Job } from '../core/job.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { SeenEnd, Settlement, Tries } from '../core/settlement.ts';
import {
  againAt,
  countEnd,
  settleEnded,
  settleNotStarted,
  wasDeferred,
} from '../core/settlement.ts';
import type { AttemptKey, Over } from '../ports/executor.ts';
import { overdueFrom } from './end.ts';
import { endTerm, holdDuring, mayAct } from './hold.ts';
import { settleAll } from './settle.ts';
import type { InstanceState, Term, Waiting } from './state.ts';
import { letWait, waitingOf } from './waiting.ts';

/** Open runs read at once. */
const page = 1_000;
/** Runs resolved at once. */
const atOnce = 20;

/**
 * Resolves every run that is queued or running and not known here, before this term starts anything of its own: takes over what
 * waits, adopts what runs, records ends that were not recorded. May be repeated after a failure; each step is a fenced write.
 * What is left of an orphaned attempt is ended while others start. Ending what runs by force takes up to ten seconds, so several are
 * resolved at once, and the lease is renewed meanwhile.
 */
export async function accountForPredecessors(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  term.isAccounted = true;
  let after: Run | undefined;
  for (;;) {
    const runs: readonly Run[] = await store.runs.open(self.profile, page, after);
    await accountForAll(state, term, runs);
    if (!mayAct(state, term)) {
      term.isAccounted = false;
      return;
    }
    // What is put off meanwhile comes later, and is known then.
    after = runs.at(-1);
    if (runs.length < page) return;
  }
}

async function accountForAll(
  state: InstanceState,
  term: Term,
  runs: readonly Run[],
): Promise<void> {
  const unknown = runs.filter(({ id }) => !term.waiting.has(id) && !term.active.has(id));
  for (let start = 0; start < unknown.length; start += atOnce) {
    const part = unknown.slice(start, start + atOnce).map((run) => accountFor(state, term, run));
    const results = await holdDuring(state, term, Promise.allSettled(part));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    if (!mayAct(state, term)) return;
  }
}

async function accountFor(state: InstanceState, term: Term, run: Run): Promise<void> {
  const { store, self } = state.world;
  const attempts = await store.runs.attempts(run.id);
  const job = await store.jobs.get(self.profile, run.jobId);
  const pending = attempts.find(({ state: is }) => is === 'authorised' || is === 'began');
  if (state.term !== term) return;
  if (pending === undefined) takeOverWaiting(term, { run, job, attempts });
  else await resolve(state, term, { run, job, attempts, attempt: pending });
}

const triesOf = (attempts: readonly Attempt[]): Tries => ({
  begun: attempts.filter(({ state }) => state === 'began' || state === 'ended').length,
  deferred: attempts.filter(wasDeferred).length,
});

function takeOverWaiting(
  term: Term,
  { run, job, attempts }: Omit<Pending, 'attempt'>,
  tries = triesOf(attempts),
): void {
  letWait(term, {
    run,
    nextNumber: attempts.length + 1,
    ...tries,
    ...waitingOf(job),
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
  const { run, attempt, attempts } = pending;
  const before = triesOf(attempts.filter((other) => other !== attempt));
  const key: AttemptKey = { runId: run.id, number: attempt.number };
  let seen = await executor.inspect(key, attempt.process);
  const wasForced = attempt.epoch <= term.endRunsUpTo;
  if (seen.kind === 'gated' || (seen.kind === 'running' && wasForced)) {
    await executor.end(key, attempt.process, { outcome: 'cancelled', reason: 'lease_lost' });
    seen = await executor.inspect(key, attempt.process);
  }
  // The store knows that it began, whatever became of its files.
  if (seen.kind === 'not-started' && attempt.state === 'began')
    seen = { kind: 'lost', startedAt: attempt.startedAt };
  log.info('accounted', { run: run.id, attempt: attempt.number, found: seen.kind });
  switch (seen.kind) {
    case 'gated':
      throw new Error(`the gate of run ${run.id} could not be ended`);
    case 'running':
    case 'orphaned':
      return adopt(state, term, pending, before);
    case 'not-started': {
      const unopened = { number: attempt.number, begun: before.begun };
      const settlement = settleNotStarted(run, unopened, clock.now().wall);
      return applySettlement(state, term, pending, { settlement, tries: before });
    }
    case 'ended':
    case 'lost': {
      const settlement = settleEnded(run, pending.job, {
        number: attempt.number,
        begun: before.begun + 1,
        deferred: before.deferred,
        end: seenEnd(seen, clock.now().wall),
      });
      return applySettlement(state, term, pending, {
        settlement,
        tries: countEnd(before, settlement),
      });
    }
  }
}

/** The end as it was recorded, or `unknown` where nobody recorded one. */
export function seenEnd(seen: Extract<Over, { kind: 'ended' | 'lost' }>, now: number): SeenEnd {
  if (seen.kind === 'ended') return seen.end;
  return {
    startedAt: seen.startedAt,
    endedAt: now,
    outcome: 'unknown',
    exitCode: null,
    reason: 'lost',
    message: 'It began, and nothing recorded its end.',
    outputBytes: seen.outputBytes ?? null,
    outputTruncated: false,
  };
}

async function adopt(
  state: InstanceState,
  term: Term,
  { run, attempt, job }: Pending,
  before: Tries,
): Promise<void> {
  const key: AttemptKey = { runId: run.id, number: attempt.number };
  const adopted = await state.world.store.runs.adopt(term.held.fence, run.id, attempt.number);
  if (adopted.kind === 'fenced') return endTerm(state, term);
  if (state.term !== term) return;
  const waiting: Waiting = {
    run,
    nextNumber: attempt.number,
    ...before,
    ...waitingOf(job),
  };
  const now = state.world.clock.now();
  term.active.set(run.id, {
    waiting,
    key,
    phase: 'running',
    process: attempt.process,
    order: null,
    isEnding: false,
    sinceBoot: now.boot,
    // How long it has run already only the other clock could tell, and that one steps.
    overdueBoot: overdueFrom(now, attempt.timeoutMs),
  });
  state.world.executor.adopt(key, attempt.process);
}

async function applySettlement(
  state: InstanceState,
  term: Term,
  pending: Pending,
  { settlement, tries }: { readonly settlement: Settlement; readonly tries: Tries },
): Promise<void> {
  await settleAll(state, term, [settlement], () => {
    const notBefore = againAt(settlement);
    if (notBefore === null) return;
    const run: Run = { ...pending.run, state: 'queued', notBefore };
    takeOverWaiting(term, { ...pending, run }, tries);
  });
}
