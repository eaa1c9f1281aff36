import type { z } from 'zod';
import { hourMs, minuteMs } from '../core/instant.ts';
import type { Overlap } from '../core/job.ts';
import { profileOption, Refusal } from '../core/refusal.ts';
import type { Request } from '../core/request.ts';
import { isFinal, type Run } from '../core/run.ts';
import { commandIn } from './commands.ts';
import { newRequest } from './new-request.ts';
import type { OperationContext } from './operation.ts';
import type { jobsRunOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { requestAnswer, runAnswers } from './present.ts';
import { hasLiveOwner, type ProfileView, readinessAnswer, readReadiness } from './readiness.ts';
import { readDuration } from './values.ts';

type Answer = z.output<typeof jobsRunOutput>;

/** How long a request stays valid that a living owner is expected to take at once. */
const liveRequestMs = minuteMs;
const queuedRequestMs = hourMs;
const longestQueueMs = 30 * 24 * hourMs;

/** How long an answer waits for the owner to take the request and begin. */
const acceptanceMs = 2_000;
const acceptancePollMs = 50;

export type WantedRun = {
  readonly job: { readonly id: string; readonly name: string; readonly overlap: Overlap };
  readonly queue: boolean | string | number;
  /** The first of the runs that repeat each other: its key is the key of them all. */
  readonly retryOf: string | null;
  /** The words that ask for it. */
  readonly typed: string;
};

/**
 * Asks the owner to run a job now. A process that is not the owner never runs it itself.
 *
 * @throws Refusal of kind `nothing-will-run` when no owner is there to take it and it was not to be queued; nothing is stored then
 */
export async function requestRun(context: OperationContext, wanted: WantedRun): Promise<Answer> {
  const queueMs = readQueue(wanted.queue);
  const view = await readReadiness(context);
  const isLive = hasLiveOwner(view);
  const isByTimer = view.readiness.code === 'will_run_by_timer';
  if (!isLive && !isByTimer && queueMs === null) throw nobodyThere(view, wanted);
  const validMs = queueMs ?? (isLive ? liveRequestMs : queuedRequestMs);
  const request = {
    ...newRequest(context, 'run', validMs),
    jobId: wanted.job.id,
    retryOf: wanted.retryOf,
  };
  const entry = {
    profile: context.profile,
    at: request.createdAt,
    actor: context.actor,
    kind: 'run.requested',
    subject: wanted.job.id,
    detail: { receipt: request.id, retryOf: wanted.retryOf },
  };
  const earlier = await context.store.requests.createOnce(request, entry, alikeOf(wanted));
  await pokeAll(context);
  const asked = earlier ?? request;
  const { request: answered, run } = isLive
    ? await waitForAcceptance(context, asked)
    : { request: asked, run: null };
  const [shown] = run === null ? [] : await runAnswers(context, [run]);
  return {
    word: wordFor(answered, run),
    request: requestAnswer(answered, wanted.job),
    run: shown ?? null,
    repeated: earlier !== null,
    owner: readinessAnswer(view.readiness).by,
    readiness: readinessAnswer(view.readiness),
    warnings: [...view.warnings],
  };
}

/**
 * A request that nobody answered yet stands for a second one. Where a second run would only be skipped, the run that goes on stands for
 * it too; where runs may follow or replace each other, the second one is meant.
 */
const alikeOf = ({ job }: WantedRun): 'waiting' | 'open' =>
  job.overlap === 'skip' ? 'open' : 'waiting';

function readQueue(queue: WantedRun['queue']): number | null {
  if (queue === false) return null;
  if (queue === true) return queuedRequestMs;
  return readDuration(queue, { field: 'queue', leastMs: 1_000, mostMs: longestQueueMs });
}

function nobodyThere({ profile, readiness }: ProfileView, { typed }: WantedRun): Refusal {
  return new Refusal(
    readiness.code,
    `Refused: nobody would run it now: ${readiness.message}. Nothing was stored. To store it until somebody can, for an hour: cronkeeper ${typed} --queue${profileOption(profile)}`,
    {
      kind: 'nothing-will-run',
      remedy: readiness.remedy ?? commandIn(profile, 'doctor'),
      details: { readiness: readinessAnswer(readiness) },
    },
  );
}

/** Looks until the run began, was dismissed, or the time is up. */
async function waitForAcceptance(
  context: OperationContext,
  asked: Request,
): Promise<{ readonly request: Request; readonly run: Run | null }> {
  const { clock, store, profile } = context;
  const endsAt = clock.now().boot + acceptanceMs;
  for (;;) {
    const request = (await store.requests.get(profile, asked.id)) ?? asked;
    const run = request.runId === null ? null : await store.runs.get(profile, request.runId);
    const isSettled = run === null ? request.state !== 'waiting' : run.state !== 'queued';
    const isAccepted = request.state === 'accepted' && run === null;
    if ((isSettled && !isAccepted) || clock.now().boot >= endsAt) return { request, run };
    await clock.sleep(acceptancePollMs);
  }
}

function wordFor(request: Request, run: Run | null): Answer['word'] {
  if (request.state === 'refused' || request.state === 'expired') return 'Refused';
  if (run === null || run.state === 'queued') return 'Queued';
  return run.state === 'running' || run.state === 'ended' ? 'Running' : 'Refused';
}

const runPollMs = 200;

/**
 * Waits until a run is final, for doors that were asked to wait.
 *
 * @param timeoutMs 0 looks once
 * @param signal ends the wait, not the run
 * @returns the run as it was at last: not final when the wait was over before; null when there is no such run
 */
export async function waitForRun(
  context: OperationContext,
  runId: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Run | null> {
  const { clock, store, profile } = context;
  const endsAt = clock.now().boot + timeoutMs;
  for (;;) {
    const run = await store.runs.get(profile, runId);
    const isOver = run === null || isFinal(run.state) || signal?.aborted === true;
    if (isOver || clock.now().boot >= endsAt) return run;
    await clock.sleep(runPollMs, signal);
  }
}

/**
 * Waits until a request was answered: its run has an id, or it was refused or expired.
 *
 * @param signal ends the wait, not the request
 * @returns the request as it was at last; null when there is no such request
 */
export async function waitForRequest(
  context: OperationContext,
  receipt: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Request | null> {
  const { clock, store, profile } = context;
  const endsAt = clock.now().boot + timeoutMs;
  for (;;) {
    const request = await store.requests.get(profile, receipt);
    const isOver = request?.state !== 'waiting' || signal?.aborted === true;
    if (isOver || clock.now().boot >= endsAt) return request;
    await clock.sleep(runPollMs, signal);
  }
}
