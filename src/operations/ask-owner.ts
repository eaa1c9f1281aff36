import { hourMs, minuteMs, secondMs } from '../core/instant.ts';
import { nextTickMs } from '../core/next-tick.ts';
import type { Findings } from '../core/probe.ts';
import { newRequest } from './new-request.ts';
import type { OperationContext } from './operation.ts';
import { pokeAll } from './poke.ts';
import { hasLiveOwner, type ProfileView } from './readiness.ts';

/** The owner looks for 15 s at most and then says what it did not get to. */
const answerWithinMs = 20 * secondMs;
const pollMs = 50;
/** A timer that ticks later is asked, and not waited for. */
const longestWaitMs = 2 * minuteMs;
/** What it found at a tick counts for so long. */
const findingsKeptMs = hourMs;
/** How much later than expected a tick may come. */
const tickMarginMs = minuteMs;

/** What the owner answered; without findings it did not, and `message` says why. */
export type OwnerAnswer =
  | { readonly kind: 'answered'; readonly receipt: string; readonly findings: Findings }
  | { readonly kind: 'unanswered'; readonly receipt: string | null; readonly message: string };

/**
 * Asks the owner to look, by a durable request, what stands in the way of the jobs of the profile. Takes as long as it takes the
 * owner, 20 s at most; for a timer, until after its next tick when that comes soon. One that ticks seldom answers at its tick:
 * what it found then counts for an hour.
 */
export async function askOwner(context: OperationContext, view: ProfileView): Promise<OwnerAnswer> {
  if (hasLiveOwner(view)) return ask(context, answerWithinMs);
  const { now, ticks, services } = view;
  const inMs = nextTickMs({ now, ticks, installed: services.installed });
  if (inMs !== null && inMs <= longestWaitMs) return ask(context, inMs + answerWithinMs);
  return askAtTick(context, inMs ?? findingsKeptMs);
}

async function ask(context: OperationContext, waitMs: number): Promise<OwnerAnswer> {
  const request = newRequest(context, 'probe', waitMs);
  await context.store.requests.create(request, null);
  await pokeAll(context);
  return waitForFindings(context, request.id, waitMs);
}

async function askAtTick(context: OperationContext, inMs: number): Promise<OwnerAnswer> {
  const { store, clock, profile } = context;
  const request = newRequest(context, 'probe', inMs + tickMarginMs);
  await store.requests.create(request, null);
  const last = await store.requests.lastAnswered(profile);
  const findings = last?.findings;
  if (last !== null && findings !== undefined && clock.now().wall - findings.at <= findingsKeptMs)
    return { kind: 'answered', receipt: last.id, findings };
  const minutes = Math.max(1, Math.round(inMs / minuteMs));
  const message = `The timer was asked and answers at its next tick, in ${minutes} min; ask again then.`;
  return { kind: 'unanswered', receipt: request.id, message };
}

async function waitForFindings(
  { store, clock, profile }: OperationContext,
  receipt: string,
  waitMs: number,
): Promise<OwnerAnswer> {
  const endsAt = clock.now().boot + waitMs;
  for (;;) {
    const request = await store.requests.get(profile, receipt);
    const findings = request?.findings;
    if (findings !== undefined) return { kind: 'answered', receipt, findings };
    if (request?.state === 'expired' || clock.now().boot >= endsAt) {
      const did = request?.state === 'accepted' ? 'began to look' : 'did not take the question';
      const message = `The owner ${did}, and said nothing within ${Math.round(waitMs / secondMs)} s.`;
      return { kind: 'unanswered', receipt, message };
    }
    await clock.sleep(pollMs);
  }
}
