import type { FiringPlan } from '../core/firing.ts';
import { baseRow, planFiring } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import type { Request } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import { dismiss } from '../core/settlement.ts';
import type { RequestAnswer } from '../ports/store.ts';
import { beginDrain, endTerm, mayAct } from './hold.ts';
import type { InstanceState, Term } from './state.ts';

/** Jobs decided in one commit. */
const batch = 1_000;
const requestBatch = 200;

/** Decides every due occurrence, a batch at a time, oldest first. Never waits for a run. */
export async function fireDue(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock } = state.world;
  for (;;) {
    if (!mayAct(state, term)) return;
    const now = clock.now().wall;
    const due = await store.jobs.due(self.profile, now, batch);
    if (due.length > 0) await fireBatch(state, term, due, now);
    if (due.length < batch) break;
  }
  term.nextFireAt = await store.jobs.earliestFireAt(self.profile);
}

async function fireBatch(
  state: InstanceState,
  term: Term,
  due: readonly Job[],
  now: number,
): Promise<void> {
  const { store, ids } = state.world;
  const busy = busyJobs(term);
  const plans: FiringPlan[] = [];
  let catchUpsBefore = 0;
  for (const job of due) {
    const plan = planFiring(job, {
      now,
      epoch: term.held.fence.epoch,
      newId: () => ids.next(),
      termSince: term.since,
      gaps: state.gaps,
      isBusy: busy.has(job.id),
      catchUpsBefore,
    });
    catchUpsBefore += plan.rows.filter(({ cause }) => cause === 'catch-up').length;
    plans.push(plan);
  }
  const fired = await store.runs.fire(term.held.fence, plans);
  if (fired.kind === 'fenced') return endTerm(state, term);
  const jobs = new Map(due.map((job) => [job.id, job]));
  for (const run of fired.value) await admit(state, term, run, jobs.get(run.jobId) ?? null);
}

export const busyJobs = (term: Term): ReadonlySet<string> => {
  const busy = new Set<string>();
  for (const { run } of term.waiting.values()) busy.add(run.jobId);
  for (const { waiting } of term.active.values()) busy.add(waiting.run.jobId);
  return busy;
};

/** Puts a decided run in the queue; with overlap `replace`, what runs of its job is ended first. */
async function admit(state: InstanceState, term: Term, run: Run, job: Job | null): Promise<void> {
  if (run.state !== 'queued') return;
  if (job?.definition.overlap === 'replace') await replaceOlder(state, term, run);
  term.waiting.set(run.id, {
    run,
    nextNumber: 1,
    begun: 0,
    allowsOverlap: job?.definition.overlap === 'allow',
    failedStarts: 0,
  });
}

async function replaceOlder(state: InstanceState, term: Term, by: Run): Promise<void> {
  const now = state.world.clock.now().wall;
  for (const { run } of [...term.waiting.values()]) {
    if (run.jobId !== by.jobId || run.id === by.id) continue;
    term.waiting.delete(run.id);
    const settlement = dismiss(
      run,
      { state: 'skipped', reason: 'replaced', message: 'A newer run of the job replaced it.' },
      now,
    );
    const settled = await state.world.store.runs.settle(term.held.fence, [settlement]);
    if (settled.kind === 'fenced') return endTerm(state, term);
  }
  for (const active of term.active.values()) {
    if (active.waiting.run.jobId === by.jobId && active.waiting.run.id !== by.id)
      orderEnd(state, term, active.waiting.run.id, 'replaced');
  }
}

/** Orders the end of an active run. Nothing waits for it; the executor reports when it is over. */
export function orderEnd(
  state: InstanceState,
  term: Term,
  runId: string,
  reason: 'replaced' | 'cancelled_by_request' | 'lease_lost',
): void {
  const active = term.active.get(runId);
  if (active === undefined || active.isEnding) return;
  if (active.process === null || active.phase === 'prepared') return;
  term.active.set(runId, { ...active, isEnding: true });
  const { executor, log } = state.world;
  const ending = executor.end(active.key, active.process, { outcome: 'cancelled', reason });
  const task = ending.catch((error: unknown) =>
    log.error('end-failed', { runId, error: String(error) }),
  );
  state.tasks.add(task);
  void task.then(() => state.tasks.delete(task));
}

/** Answers what others asked of the owner: each request becomes a run, or is refused or expired, once. */
export async function answerRequests(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  const waiting = await store.requests.waiting(self.profile, requestBatch);
  if (waiting.length === 0 || !mayAct(state, term)) return;
  const jobs = new Map<string, Job>();
  const answers: RequestAnswer[] = [];
  const now = state.world.clock.now().wall;
  const busy = new Set(busyJobs(term));
  for (const request of waiting) {
    if (request.kind === 'handover') beginDrain(state, term, `asked by ${request.actor}`);
    const job = request.jobId === null ? null : await store.jobs.get(self.profile, request.jobId);
    if (job !== null) jobs.set(job.id, job);
    const answer = judgeRequest(state, term, {
      request,
      job,
      now,
      isBusy: busy.has(job?.id ?? ''),
    });
    if (answer.kind === 'accept') busy.add(answer.run.jobId);
    answers.push(answer);
  }
  const accepted = await store.runs.acceptRequests(term.held.fence, answers);
  if (accepted.kind === 'fenced') return endTerm(state, term);
  for (const run of accepted.value) await admit(state, term, run, jobs.get(run.jobId) ?? null);
}

function judgeRequest(
  state: InstanceState,
  term: Term,
  asked: {
    readonly request: Request;
    readonly job: Job | null;
    readonly now: number;
    readonly isBusy: boolean;
  },
): RequestAnswer {
  const { request, job, now } = asked;
  const requestId = request.id;
  if (now > request.expiresAt) {
    const message = 'Nobody answered it before it expired.';
    return { kind: 'expire', requestId, reason: 'request_expired', message };
  }
  if (request.kind === 'handover') {
    state.stepDownAsked = request.actor;
    return { kind: 'refuse', requestId, reason: 'superseded', message: 'Handing over.' };
  }
  if (job === null || request.kind !== 'run') {
    const message = 'The job was removed before the owner answered.';
    return { kind: 'refuse', requestId, reason: 'job_removed', message };
  }
  const row: Run = {
    ...baseRow(
      job,
      { now, epoch: term.held.fence.epoch, newId: () => state.world.ids.next() },
      request.retryOf === null ? 'request' : 'retry',
    ),
    requestId,
    retryOf: request.retryOf,
  };
  if (!asked.isBusy || job.definition.overlap !== 'skip')
    return { kind: 'accept', requestId, run: row };
  const message = 'The previous run of this job is still going.';
  return {
    kind: 'accept',
    requestId,
    run: { ...row, state: 'skipped', reason: 'overlap_skip', message, endedAt: now },
  };
}

/** Learns which runs somebody asked to end, and ends them. */
export async function honourCancels(state: InstanceState, term: Term): Promise<void> {
  const runs = await state.world.store.runs.open(state.world.self.profile, 10_000);
  for (const run of runs) {
    if (!run.cancelRequested) continue;
    const waiting = term.waiting.get(run.id);
    if (waiting !== undefined) term.waiting.set(run.id, { ...waiting, run });
    const active = term.active.get(run.id);
    if (active === undefined) continue;
    term.active.set(run.id, { ...active, waiting: { ...active.waiting, run } });
    orderEnd(state, term, run.id, 'cancelled_by_request');
  }
}

/** Forgets queued runs that a person's change ended in the store, such as those of a removed job. */
export async function forgetSettledElsewhere(state: InstanceState, term: Term): Promise<void> {
  if (term.waiting.size === 0) return;
  const open = new Set(
    (await state.world.store.runs.open(state.world.self.profile, 100_000)).map(({ id }) => id),
  );
  for (const id of term.waiting.keys()) if (!open.has(id)) term.waiting.delete(id);
}
