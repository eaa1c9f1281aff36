import { whyUnapproved } from '../core/authority.ts';
import type { FiringContext, FiringPlan } from '../core/firing.ts';
import { baseRow, planFiring } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import type { Request } from '../core/request.ts';
import { isFinal, type Run } from '../core/run.ts';
import type { Settlement } from '../core/settlement.ts';
import { dismiss } from '../core/settlement.ts';
import type { RequestAnswer } from '../ports/store.ts';
import { learnFireTimes, withEarly } from './ahead.ts';
import { busyJobs, occupying } from './busy.ts';
import { orderEnd } from './end.ts';
import { beginDrain, endTerm, mayAct } from './hold.ts';
import { undertakeProbes } from './probe.ts';
import { keepSeen } from './seen.ts';
import { settleAll, settleEnds } from './settle.ts';
import type { InstanceState, Term, Waiting } from './state.ts';
import { errorText } from './state.ts';
import { letWait, waitingOf } from './waiting.ts';

/** Jobs decided in one commit. */
const batch = 1_000;
const requestBatch = 200;
const openRunsLimit = 100_000;

/** Decides every due occurrence, a batch at a time, oldest first. Never waits for a run. */
export async function fireDue(state: InstanceState, term: Term): Promise<void> {
  const { store, self, clock } = state.world;
  let catchUps = 0;
  for (;;) {
    if (!mayAct(state, term)) return;
    const now = clock.now().wall;
    const due = await store.jobs.due(self.profile, now, batch);
    if (due.length > 0) catchUps += await fireBatch(state, term, due, { now, catchUps });
    if (due.length < batch) break;
  }
  await learnFireTimes(state, term);
}

/** Answers how many catch-ups it planned. */
async function fireBatch(
  state: InstanceState,
  term: Term,
  due: readonly Job[],
  { now, catchUps }: { readonly now: number; readonly catchUps: number },
): Promise<number> {
  const { store, ids } = state.world;
  const busy = busyJobs(term, now);
  const plans: FiringPlan[] = [];
  let planned = 0;
  for (const job of due) {
    const plan = await planOrSetAside(state, job, {
      now,
      epoch: term.held.fence.epoch,
      newId: () => ids.next(),
      termSince: term.since,
      gaps: state.gaps,
      isBusy: busy.has(job.id),
      catchUpsBefore: catchUps + planned,
    });
    if (plan === null) continue;
    planned += plan.rows.filter(({ cause }) => cause === 'catch-up').length;
    plans.push(withEarly(term, plan));
  }
  const fired = await store.runs.fire(term.held.fence, plans);
  if (fired.kind === 'fenced') endTerm(state, term);
  else {
    if (fired.value.some((run) => isFinal(run.state))) state.mail.wake();
    keepSeen(term, due);
    await admit(state, term, fired.value, new Map(due.map((job) => [job.id, job])));
  }
  return planned;
}

/** A job whose schedule cannot be computed is paused with that reason, so that it cannot stop the others. */
async function planOrSetAside(
  state: InstanceState,
  job: Job,
  context: FiringContext,
): Promise<FiringPlan | null> {
  try {
    return planFiring(job, context);
  } catch (error) {
    const { store, self, log } = state.world;
    const why = `its schedule cannot be computed: ${errorText(error)}`.slice(0, 300);
    const { now } = context;
    const row: Run = {
      ...baseRow(job, { now, epoch: null, newId: context.newId }, 'schedule'),
      fireTime: job.nextFireAt,
      state: 'missed',
      reason: 'schedule_invalid',
      message: why,
      endedAt: now,
    };
    await store.jobs.change({
      profile: job.profile,
      jobId: job.id,
      seen: { revision: job.revision, nextFireAt: job.nextFireAt },
      after: { ...job, state: 'paused', pausedReason: why, nextFireAt: null, updatedAt: now },
      decisions: [row],
      entry: {
        profile: job.profile,
        at: now,
        actor: `instance:${self.id}`,
        kind: 'job.paused',
        subject: job.id,
        detail: { why },
      },
    });
    state.mail.wake();
    log.error('job-set-aside', { job: job.id, why });
    return null;
  }
}

/** Puts decided runs in the queue; with overlap `replace`, what waits or runs of their job is ended first. */
async function admit(
  state: InstanceState,
  term: Term,
  runs: readonly Run[],
  jobs: ReadonlyMap<string, Job>,
): Promise<void> {
  for (const run of runs) {
    if (run.state !== 'queued') continue;
    const job = jobs.get(run.jobId);
    if (job?.definition.overlap === 'replace' && !(await replaceOlder(state, term, run))) return;
    letWait(term, {
      run,
      nextNumber: 1,
      begun: 0,
      deferred: 0,
      ...waitingOf(job),
    });
  }
}

/** Answers whether the term goes on. */
async function replaceOlder(state: InstanceState, term: Term, by: Run): Promise<boolean> {
  // What is to be tried again waits once that is written.
  if (!(await settleEnds(state, term))) return false;
  const now = state.world.clock.now().wall;
  const dismissals: Settlement[] = [];
  const drop = ({ run, begun }: Waiting): void => {
    const message = 'A newer run of the job replaced it.';
    dismissals.push(
      dismiss(run, { state: 'skipped', reason: 'replaced', message, hasBegun: begun > 0 }, now),
    );
  };
  for (const waiting of term.waiting.values()) if (waiting.run.jobId === by.jobId) drop(waiting);
  for (const { waiting, phase, key } of occupying(term)) {
    if (waiting.run.jobId !== by.jobId) continue;
    if (phase === 'preparing' || phase === 'prepared') {
      state.world.executor.abandon(key);
      drop(waiting);
    } else orderEnd(state, term, waiting.run.id, 'replaced');
  }
  return settleAll(state, term, dismissals);
}

/** Answers what others asked of the owner: each request becomes a run, or is refused or expired, once. */
export async function answerRequests(state: InstanceState, term: Term): Promise<void> {
  const { store, self } = state.world;
  for (;;) {
    const waiting = await store.requests.waiting(self.profile, requestBatch);
    if (waiting.length === 0 || !mayAct(state, term)) return;
    if (!(await answerBatch(state, term, waiting))) return;
    if (waiting.length < requestBatch) return;
  }
}

/** Answers whether the term goes on. */
async function answerBatch(
  state: InstanceState,
  term: Term,
  waiting: readonly Request[],
): Promise<boolean> {
  const { store, self, clock } = state.world;
  const jobs = new Map<string, Job>();
  const answers: RequestAnswer[] = [];
  const now = clock.now().wall;
  const busy = new Set(busyJobs(term, now));
  for (const request of waiting) {
    const job = request.jobId === null ? null : await store.jobs.get(self.profile, request.jobId);
    if (job !== null) jobs.set(job.id, job);
    const isBusy = busy.has(job?.id ?? '');
    const answer = judgeRequest(state, term, { request, job, now, isBusy });
    if (answer.kind === 'accept') busy.add(answer.run.jobId);
    answers.push(answer);
  }
  const accepted = await store.runs.acceptRequests(term.held.fence, answers);
  if (accepted.kind === 'fenced') {
    endTerm(state, term);
    return false;
  }
  await admit(state, term, accepted.value, jobs);
  const taken = answers.filter(({ kind }) => kind === 'take');
  undertakeProbes(
    state,
    term,
    taken.map(({ requestId }) => requestId),
  );
  // Only now: a request that was not answered would move the next holder to hand over, too.
  const handover = waiting.find(({ kind, expiresAt }) => kind === 'handover' && now <= expiresAt);
  if (handover !== undefined) {
    state.stepDownAsked = handover.actor;
    beginDrain(state, term, `asked by ${handover.actor}`);
  }
  return state.term === term;
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
  if (request.kind === 'probe') return { kind: 'take', requestId };
  if (request.kind === 'handover')
    return { kind: 'refuse', requestId, reason: 'superseded', message: 'Handing over.' };
  if (job === null || request.kind !== 'run') {
    const message = 'The job was removed before the owner answered.';
    return { kind: 'refuse', requestId, reason: 'job_removed', message };
  }
  const why = whyUnapproved(job);
  if (why !== null)
    return { kind: 'refuse', requestId, reason: why.code, message: `${why.message}.` };
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

/** Learns what people changed about open runs: ends those that are to be ended, forgets those that a removal settled. */
export async function followOpenRuns(state: InstanceState, term: Term): Promise<void> {
  const runs = await state.world.store.runs.open(state.world.self.profile, openRunsLimit);
  const open = new Set<string>();
  for (const run of runs) {
    open.add(run.id);
    if (!run.cancelRequested) continue;
    const waiting = term.waiting.get(run.id);
    if (waiting !== undefined) letWait(term, { ...waiting, run: cancelled(waiting) });
    const active = term.active.get(run.id);
    if (active === undefined) continue;
    const known = { ...active.waiting, run: cancelled(active.waiting) };
    term.active.set(run.id, { ...active, waiting: known });
    orderEnd(state, term, run.id, 'cancelled_by_request');
  }
  if (runs.length === openRunsLimit) return;
  for (const id of term.waiting.keys()) if (!open.has(id)) term.waiting.delete(id);
}

const cancelled = ({ run }: Waiting): Run => ({ ...run, cancelRequested: true });
