import type { Allowed, Place } from '../../core/address.ts';
import { judgeStatus, readRetryAfter, type SendAnswer } from '../../core/delivery.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Network, NetworkAnswer } from '../../ports/network.ts';

/** What is asked of a server. */
export type WebRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Requester = (request: WebRequest, signal: AbortSignal) => Promise<SendAnswer>;

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
  return async (request, signal) => {
    const over = new AbortController();
    const limit = AbortSignal.any([signal, over.signal]);
    const cut = new AbortController();
    const late = clock.sleep(Math.min(limitMs, 30_000), limit).then(() => cut.abort('late'));
    try {
      const url = new URL(request.url);
      return judge(await network.ask({ ...request, url }, allowed(), cut.signal), clock);
    } finally {
      over.abort();
      await late;
    }
  };
}

function judge(answer: NetworkAnswer, clock: Clock): SendAnswer {
  switch (answer.kind) {
    case 'closed':
      return { kind: 'refused', cause: whyClosed(answer.place) };
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

const whyClosed = ({ host, address }: Place): string =>
  `${host} leads to the private address ${address}. To allow it: cronkeeper config set privateTargets ${address}`;
