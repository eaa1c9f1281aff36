import type { Claim, Delivery, SendAnswer, Sent } from '../core/delivery.ts';
import { lostSend, recipientOf, settleSend } from '../core/delivery.ts';
import type { Instant } from '../core/instant.ts';
import { letterText, outputNeeded } from '../core/letter.ts';
import { parseTarget, pingKeptMs } from '../core/target.ts';
import type { Letter } from '../ports/channels.ts';
import { errorText, type InstanceState } from './state.ts';
import type { World } from './world.ts';

/** Tries at once, in all and to one recipient: one that hangs must not keep the others waiting. */
const atOnce = 8;
const atOnceToOne = 2;
/** And to all together whose last message did not arrive: four addresses of one dead host would otherwise take every place. */
const atOnceInTrouble = 4;
/** Recipients of which it is remembered how they were served. */
const mostRemembered = 1_000;
/** How much longer than any send a claim lasts, for the record of its answer. */
const claimMarginMs = 15_000;
/** The holder delivers; others help when something has waited for so long. */
const helpAfterMs = 10_000;
/** Whether another process that sends is still there. */
const holderLooksMs = 30_000;
/** Whatever is written wakes this, so that nothing is left to be found. */
const holderLooksAgainMs = 300_000;
const othersLookMs = 10_000;
const troublePauseMs = 1_000;
/** What becomes due shortly after each other is looked up together: a thousand runs a second end, and few owe anything. */
const gatherMs = 10;
/** How long a send that is under way may last when this process stops. */
const lastMs = 5_000;

/** What this process has under way. `answers` are known, but not written yet: the store did not say so. */
type Desk = {
  readonly state: InstanceState;
  readonly sending: Map<string, { readonly recipient: string; readonly work: Promise<void> }>;
  readonly answers: Map<string, { readonly delivery: Delivery; readonly sent: Sent }>;
  /** When the last try for a recipient began, since boot. */
  readonly turns: Map<string, number>;
  /** Recipients whose last message did not arrive. */
  readonly troubled: Set<string>;
  readonly cut: AbortController;
};

/**
 * Sends what is owed, until `signal` aborts; what is under way then gets five seconds. It shares nothing with the loop that starts jobs but
 * the store: a target that hangs costs no run, and a send is never waited for under a lease.
 */
export async function deliverOwed(state: InstanceState, signal: AbortSignal): Promise<void> {
  const desk: Desk = {
    state,
    sending: new Map(),
    answers: new Map(),
    turns: new Map(),
    troubled: new Set(),
    cut: new AbortController(),
  };
  while (!signal.aborted) {
    const isWoken = await state.mail.wait(await onePass(desk));
    if (isWoken) await state.world.clock.sleep(gatherMs, signal);
  }
  await finish(desk);
}

async function finish(desk: Desk): Promise<void> {
  const over = new AbortController();
  const late = desk.state.world.clock
    .sleep(lastMs, over.signal)
    .then(() => desk.cut.abort('stopping'));
  await Promise.all([...desk.sending.values()].map(({ work }) => work));
  over.abort();
  await late;
  await onePass(desk, false);
}

/** Answers how long to wait for the next one. A store that cannot answer now is asked again soon. */
async function onePass(desk: Desk, begins = true): Promise<number> {
  const { state } = desk;
  try {
    await writeAnswers(desk);
    const waitMs = begins ? await workOff(desk) : 0;
    state.mailTrouble = null;
    return waitMs;
  } catch (error) {
    const trouble = errorText(error);
    if (trouble !== state.mailTrouble) state.world.log.warn('delivery-failed', { error: trouble });
    state.mailTrouble = trouble;
    return troublePauseMs;
  }
}

async function writeAnswers(desk: Desk): Promise<void> {
  const { store, log } = desk.state.world;
  for (const [id, { delivery, sent }] of desk.answers) {
    await store.outbox.record(delivery, sent);
    desk.answers.delete(id);
    const { state, cause } = sent;
    if (state !== 'delivered') log.info('not-delivered', { delivery: id, state, cause });
  }
}

async function workOff(desk: Desk): Promise<number> {
  const { state } = desk;
  const { store, self, clock } = state.world;
  const isHolder = state.term !== null;
  const now = clock.now().wall;
  const until = isHolder ? now : now - helpAfterMs;
  const { sending, due, nextTryAt } = await store.outbox.look(self.profile, {
    until,
    mayExecute: self.schedules,
  });
  const hasSettled = await settleLost(desk, sending);
  const { owed, hasGivenUp } = await giveUpLate(desk, due);
  const wasOutrun = await beginSends(desk, owed);
  // There may be more where something was settled here, or taken by another process.
  if (hasSettled || hasGivenUp || wasOutrun) return troublePauseMs;
  if (!isHolder) return othersLookMs;
  const lookInMs = sending.length > 0 ? holderLooksMs : holderLooksAgainMs;
  const dueInMs = nextTryAt === null ? lookInMs : nextTryAt - clock.now().wall;
  // What is due and was not begun waits for a send that is under way, whose end wakes this.
  return dueInMs <= 0 ? othersLookMs : Math.min(lookInMs, dueInMs);
}

/** Tries whose process is gone, or that took longer than any may: nobody knows whether they arrived. */
async function settleLost(desk: Desk, sending: readonly Delivery[]): Promise<boolean> {
  const { store, clock } = desk.state.world;
  let hasSettled = false;
  for (const delivery of sending) {
    if (desk.sending.has(delivery.id) || desk.answers.has(delivery.id)) continue;
    const answer = fateOf(desk, delivery, clock.now().wall);
    if (answer === null) continue;
    await store.outbox.record(delivery, settled(desk, delivery, answer));
    hasSettled = true;
  }
  return hasSettled;
}

function fateOf(desk: Desk, { claim }: Delivery, now: Instant): SendAnswer | null {
  const { self, processes } = desk.state.world;
  // A claim of this process whose answer was lost: nothing was sent for it.
  if (claim?.instanceId === self.id)
    return { kind: 'not-taken', cause: 'The store did not answer.', retryAfterMs: null };
  const isOver = claim === null || now > claim.until || processes.life(claim.process) === 'dead';
  return isOver ? lostSend : null;
}

/** What waited longer than it is worth sends nothing any more; otherwise what waits for a dead target would only grow. */
async function giveUpLate(
  desk: Desk,
  due: readonly Delivery[],
): Promise<{ readonly owed: readonly Delivery[]; readonly hasGivenUp: boolean }> {
  const { store, clock } = desk.state.world;
  const now = clock.now().wall;
  const asked = new Map<string, boolean>();
  for (const delivery of due) {
    const owedBefore = now - keptMs(desk, delivery);
    const recipient = recipientOf(delivery);
    if (asked.has(recipient) || delivery.createdAt >= owedBefore) continue;
    asked.set(recipient, (await store.outbox.giveUp(delivery, owedBefore, now)) > 0);
  }
  const owed = due.filter((delivery) => asked.get(recipientOf(delivery)) !== true);
  return { owed, hasGivenUp: owed.length < due.length };
}

/** Answers whether another process was quicker with one of them. */
async function beginSends(desk: Desk, due: readonly Delivery[]): Promise<boolean> {
  const { state } = desk;
  const { store, self, clock } = state.world;
  let wasOutrun = false;
  for (const delivery of inTurn(desk, due)) {
    if (desk.sending.size >= atOnce) break;
    const recipient = recipientOf(delivery);
    if (!hasPlace(desk, recipient)) continue;
    const claim: Claim = {
      instanceId: self.id,
      process: state.world.processes.self(),
      until: clock.now().wall + state.world.settings.outbox.sendLimitMs + claimMarginMs,
    };
    const claimed = await store.outbox.claim(delivery, claim);
    if (claimed === null) {
      wasOutrun = true;
      continue;
    }
    desk.turns.set(recipient, clock.now().boot);
    begin(desk, claimed);
  }
  return wasOutrun;
}

/** Who was not served for longest comes first; what one has too much of would otherwise always be the earliest. */
function inTurn({ turns, troubled }: Desk, due: readonly Delivery[]): readonly Delivery[] {
  if (turns.size > mostRemembered) {
    turns.clear();
    troubled.clear();
  }
  const turnOf = (delivery: Delivery): number => turns.get(recipientOf(delivery)) ?? -1;
  return due.toSorted((one, other) => turnOf(one) - turnOf(other));
}

function begin(desk: Desk, delivery: Delivery): void {
  const { id } = delivery;
  const recipient = recipientOf(delivery);
  const work = send(desk, delivery).then((answer) => {
    desk.answers.set(id, { delivery, sent: settled(desk, delivery, answer) });
    desk.sending.delete(id);
    if (answer.kind === 'accepted') desk.troubled.delete(recipient);
    else desk.troubled.add(recipient);
    desk.state.mail.wake();
  });
  desk.sending.set(id, { recipient, work });
}

function hasPlace({ sending, troubled }: Desk, recipient: string): boolean {
  const underWay = [...sending.values()];
  if (underWay.filter((one) => one.recipient === recipient).length >= atOnceToOne) return false;
  const inTrouble = underWay.filter((one) => troubled.has(one.recipient)).length;
  return !troubled.has(recipient) || inTrouble < atOnceInTrouble;
}

function settled(desk: Desk, delivery: Delivery, answer: SendAnswer): Sent {
  const { clock, random } = desk.state.world;
  return settleSend(delivery, answer, {
    now: clock.now().wall,
    chance: random(),
    giveUpMs: keptMs(desk, delivery),
  });
}

function keptMs({ state }: Desk, { kind }: Delivery): number {
  const { deliverForMs } = state.world.settings.outbox;
  return kind === 'ping' ? Math.min(pingKeptMs, deliverForMs) : deliverForMs;
}

/** Never rejects: what goes wrong before the message leaves means that it was not taken. */
async function send(desk: Desk, delivery: Delivery): Promise<SendAnswer> {
  const { world } = desk.state;
  const parsed = parseTarget(delivery.target);
  if ('why' in parsed) return { kind: 'refused', cause: `It has no such target: ${parsed.why}.` };
  let letter: Letter;
  try {
    letter = await letterOf(world, delivery);
  } catch (error) {
    return { kind: 'not-taken', cause: errorText(error), retryAfterMs: null };
  }
  try {
    return await world.channels.send(parsed.target, letter, desk.cut.signal);
  } catch (error) {
    return { kind: 'lost', cause: errorText(error) };
  }
}

async function letterOf(world: World, delivery: Delivery): Promise<Letter> {
  const { id, kind, event, createdAt, profile, runId, jobId, jobName, title } = delivery;
  const run = runId === null ? null : await world.store.runs.get(profile, runId);
  const needed = outputNeeded(delivery, run);
  let output = '';
  if (needed !== null && runId !== null) {
    const part = await world.output.read(runId, null, needed.fromByte, needed.maxBytes);
    output = new TextDecoder().decode(part.bytes);
  }
  return {
    id,
    kind,
    event,
    createdAt,
    profile,
    job: jobId === null || jobName === null ? null : { id: jobId, name: jobName },
    run:
      run === null
        ? null
        : {
            id: run.id,
            state: run.state,
            outcome: run.outcome,
            exitCode: run.exitCode,
            startedAt: run.startedAt,
            endedAt: run.endedAt,
          },
    title,
    text: letterText(delivery, output),
    isCut: needed?.isCut ?? false,
  };
}
