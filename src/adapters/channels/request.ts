import type { Allowed, Place } from '../../core/address.ts';
import { judgeStatus, readRetryAfter, type SendAnswer } from '../../core/delivery.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Network, NetworkAnswer } from '../../ports/network.ts';
import { allowToo } from './target-check.ts';

/** What is asked of a server. */
export type WebRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Sends what was made ready. Before it is called nothing has left; it throws for nothing that it expects. */
export type Ready = (signal: AbortSignal) => Promise<SendAnswer>;

/** Makes ready to ask. @throws when that cannot be done now */
export type Requester = (request: WebRequest) => Ready;

export type RequesterOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Asked at each send, so that a change of the setting needs no restart. */
  readonly allowed: () => Allowed;
  /** How long the whole try may last. */
  readonly limitMs: number;
};

/** Asks a server once, for so long. Nothing is followed, and nothing of the answer is read but its head. */
export function makeRequester(options: RequesterOptions): Requester {
  const { clock, network, limitMs, allowed } = options;
  return (request) => {
    const asked = { ...request, url: new URL(request.url) };
    const places = allowed();
    return async (signal) => {
      const over = new AbortController();
      const limit = AbortSignal.any([signal, over.signal]);
      const cut = new AbortController();
      const late = clock.sleep(Math.min(limitMs, 30_000), limit).then(() => cut.abort('late'));
      try {
        return judge(await network.ask(asked, places, cut.signal), clock, places);
      } finally {
        over.abort();
        await late;
      }
    };
  };
}

function judge(answer: NetworkAnswer, clock: Clock, allowed: Allowed): SendAnswer {
  switch (answer.kind) {
    case 'closed':
      return { kind: 'refused', cause: whyClosed(answer.place, allowed) };
    case 'not-sent':
      return { kind: 'not-taken', cause: answer.cause, retryAfterMs: null };
    case 'lost':
      return { kind: 'lost', cause: answer.cause };
    case 'answered': {
      answer.close();
      const { status, headers } = answer.head;
      return judgeStatus(status, readRetryAfter(headers['retry-after'] ?? null, clock.now().wall));
    }
  }
}

const whyClosed = ({ host, address }: Place, allowed: Allowed): string =>
  `${host} leads to the private address ${address}. To allow it: ${allowToo(allowed, address)}`;
