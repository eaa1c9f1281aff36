import { hourMs, type Instant, secondMs } from './instant.ts';
import type { ProcessIdentity } from './provenance.ts';

/** `result`: what a run said. `alert`: that something is wrong, or right again. `ping`: a sign of life for a monitor. */
export type DeliveryKind = 'result' | 'alert' | 'ping';

/** What a message tells. The words are for ever: receivers sort by them. */
export const deliveryEvents = [
  'succeeded',
  'failed',
  'missed',
  'refused',
  'recovered',
  'owner_absent',
  'owner_present',
  'undelivered',
] as const;

export type DeliveryEvent = (typeof deliveryEvents)[number];

/**
 *     pending ──► sending ──► delivered | failed | unknown
 *        └───────────┘ not taken: again later
 *
 * `sending` is written before the message leaves this machine. Who dies there leaves it `unknown`: it may have arrived, and is not
 * sent again by itself.
 */
export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'failed' | 'unknown';

export type Claim = {
  readonly instanceId: string;
  readonly process: ProcessIdentity;
  /** After this the try counts as lost, whatever became of its process. */
  readonly until: Instant;
};

/** One message owed to one target. */
export type Delivery = {
  /** The id of its run or incident, a point, and a number: the same for every try, so that the far side can tell repetitions. */
  readonly id: string;
  readonly profile: string;
  readonly kind: DeliveryKind;
  readonly event: DeliveryEvent;
  readonly target: string;
  readonly runId: string | null;
  readonly jobId: string | null;
  readonly jobName: string | null;
  /** One line. */
  readonly title: string;
  /** What happened, in words; the output of the run is added when it is sent. */
  readonly text: string;
  readonly state: DeliveryState;
  /** Tries that began. */
  readonly tries: number;
  readonly createdAt: Instant;
  readonly nextTryAt: Instant;
  readonly claim: Claim | null;
  readonly settledAt: Instant | null;
  /** Why the last try did not deliver, at most 500 letters. */
  readonly cause: string | null;
  /** What the far side said when it took the message. */
  readonly receipt: string | null;
  /** In the inbox: when somebody read it. */
  readonly readAt: Instant | null;
};

/**
 * What became of one try.
 * - `accepted`: the far side said that it has the message.
 * - `refused`: it will not take it, however often it is asked.
 * - `not-taken`: it certainly has not got it; it may be asked again.
 * - `lost`: it may have it; nobody knows.
 */
export type SendAnswer =
  | { readonly kind: 'accepted'; readonly receipt: string | null }
  | { readonly kind: 'refused'; readonly cause: string }
  | { readonly kind: 'not-taken'; readonly cause: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'lost'; readonly cause: string };

/**
 * Who a delivery is for, by which tries are shared out and troubles are told: its target; of a ping the monitor of its job, because its
 * address is another one for each run.
 */
export const recipientOf = ({
  kind,
  target,
  jobId,
}: Pick<Delivery, 'kind' | 'target' | 'jobId'>): string =>
  kind === 'ping' && jobId !== null ? `ping:${jobId}` : target;

/** What a try writes. */
export type Sent = Pick<Delivery, 'state' | 'nextTryAt' | 'settledAt' | 'cause' | 'receipt'>;

const firstWaitMs = 500;
const longestWaitMs = hourMs;
const longestCause = 500;

/**
 * The wait after a message was not taken: doubles from half a second up to an hour, with a tenth of chance so that many do not come
 * back together; never less than the far side asked for.
 *
 * @param tries that began, this one included
 * @param chance in [0, 1)
 */
export function retryWaitMs(tries: number, retryAfterMs: number | null, chance: number): number {
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
  return Math.max(Math.round(waitMs * (1 + chance / 10)), retryAfterMs ?? 0);
}

/** What one try means for the delivery. One that may have arrived is not sent again: the store does not know it as owed any more. */
export function settleSend(
  delivery: Pick<Delivery, 'tries' | 'createdAt'>,
  answer: SendAnswer,
  when: { readonly now: Instant; readonly chance: number; readonly giveUpMs: number },
): Sent {
  const { now } = when;
  const settled = { nextTryAt: now, settledAt: now, receipt: null };
  if (answer.kind === 'accepted')
    return { ...settled, state: 'delivered', cause: null, receipt: shortened(answer.receipt) };
  const cause = shortened(answer.cause);
  if (answer.kind === 'lost') return { ...settled, state: 'unknown', cause };
  if (answer.kind === 'refused') return { ...settled, state: 'failed', cause };
  const nextTryAt = now + retryWaitMs(delivery.tries, answer.retryAfterMs, when.chance);
  if (nextTryAt - delivery.createdAt > when.giveUpMs) return givenUp(delivery, answer.cause, now);
  return { state: 'pending', nextTryAt, settledAt: null, cause, receipt: null };
}

const givenUp = ({ tries }: Pick<Delivery, 'tries'>, cause: string, now: Instant): Sent => ({
  state: 'failed',
  nextTryAt: now,
  settledAt: now,
  cause: shortened(`${cause} It was tried ${tries} times.`),
  receipt: null,
});

/** What is written of a delivery that is given up without another try. */
export const giveUp = (delivery: Pick<Delivery, 'tries' | 'cause'>, now: Instant): Sent =>
  givenUp(delivery, delivery.cause ?? 'Its time was over before its turn came.', now);

/** A try whose process is gone, or that lasted longer than any may. */
export const lostSend: Extract<SendAnswer, { kind: 'lost' }> = {
  kind: 'lost',
  cause: 'The process that sent it ended before it knew the answer.',
};

function shortened<T extends string | null>(text: T): T | string {
  return text === null ? text : text.slice(0, longestCause);
}

/** What a web server's answer means. A gateway that lost the answer of the server behind it (504) has lost it for us, too. */
export function judgeStatus(status: number, retryAfterMs: number | null): SendAnswer {
  const cause = `The server answered ${status}.`;
  if (status >= 200 && status < 300) return { kind: 'accepted', receipt: `HTTP ${status}` };
  if (status === 504) return { kind: 'lost', cause };
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    return { kind: 'not-taken', cause, retryAfterMs };
  if (status >= 300 && status < 400)
    return { kind: 'refused', cause: `${cause} Redirections are not followed.` };
  return { kind: 'refused', cause };
}

/** The header `Retry-After`, in seconds or as a date; null when there is none that can be read. */
export function readRetryAfter(header: string | null, now: Instant): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * secondMs;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Whether an output says by its first or last line that there is nothing to tell. */
export function saysSilent(head: string, tail: string): boolean {
  const first = head.trimStart().split('\n', 1)[0] ?? '';
  const last = tail.trimEnd().split('\n').at(-1) ?? '';
  return first.trim() === silentMark || last.trim() === silentMark;
}

const silentMark = '[SILENT]';

/** Bytes of the beginning and the end of an output in which the mark is looked for. */
export const silentWindow = 256;
