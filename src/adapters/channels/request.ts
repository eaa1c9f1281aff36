import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Allowed, hostOf, mayReach, portOf } from '../../core/address.ts';
import { judgeStatus, readRetryAfter, type SendAnswer } from '../../core/delivery.ts';
import type { Clock } from '../../ports/clock.ts';

/** What is asked of a server. */
export type WebRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Requester = (request: WebRequest, signal: AbortSignal) => Promise<SendAnswer>;

type Address = { readonly address: string; readonly family: number };

export type RequesterOptions = {
  readonly clock: Clock;
  /** Asked at each send, so that a change of the setting needs no restart. */
  readonly allowed: () => Allowed;
  /** How long the whole try may last. */
  readonly limitMs: number;
  /** Every address of a name. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
};

const resolveAll = (host: string): Promise<readonly Address[]> => lookup(host, { all: true });

/**
 * Asks a server once. Every address of its name is looked at, and only those addresses are connected to: a name that answers otherwise the
 * second time leads nowhere else. Nothing is followed, no proxy is used, and nothing of the answer is read but its head.
 */
export function makeRequester(options: RequesterOptions): Requester {
  const { clock, limitMs, resolve = resolveAll } = options;
  return async (request, signal) => {
    const over = new AbortController();
    const limit = AbortSignal.any([signal, over.signal]);
    const url = new URL(request.url);
    const cut = new AbortController();
    const late = clock.sleep(Math.min(limitMs, 30_000), limit).then(() => cut.abort('late'));
    try {
      const found = await orCut(findAddresses(options, url, resolve), cut.signal);
      if ('kind' in found) return found;
      return await exchange(request, url, found.addresses, { clock, cut: cut.signal });
    } finally {
      over.abort();
      await late;
    }
  };
}

const notTaken = (cause: string): SendAnswer => ({ kind: 'not-taken', cause, retryAfterMs: null });

type Found = SendAnswer | { readonly addresses: readonly Address[] };

/** Names are asked for by threads that cannot be called back. */
function orCut(work: Promise<Found>, cut: AbortSignal): Promise<Found> {
  const late = new Promise<Found>((resolve) => {
    const end = (): void => resolve(notTaken('Its name was not resolved in time.'));
    cut.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, late]);
}

async function findAddresses(
  { allowed }: RequesterOptions,
  url: URL,
  resolve: (host: string) => Promise<readonly Address[]>,
): Promise<Found> {
  const host = hostOf(url);
  const family = isIP(host);
  let addresses: readonly Address[];
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  } catch (error) {
    return notTaken(`The name ${host} was not found: ${codeOf(error)}.`);
  }
  const known = allowed();
  const closed = addresses.find(
    ({ address }) => !mayReach(known, { host, address, port: portOf(url) }),
  );
  if (closed !== undefined)
    return {
      kind: 'refused',
      cause: `${host} leads to the private address ${closed.address}. To allow it: cronkeeper config set privateTargets ${closed.address}`,
    };
  return addresses.length === 0 ? notTaken(`The name ${host} has no address.`) : { addresses };
}

function exchange(
  { method, headers, body }: WebRequest,
  url: URL,
  addresses: readonly Address[],
  { clock, cut }: { readonly clock: Clock; readonly cut: AbortSignal },
): Promise<SendAnswer> {
  return new Promise((resolve) => {
    const isSecure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A connection of its own: one that is kept may have been closed by the other side, and then nobody knows what it took.
      agent: false,
      lookup: pinned(addresses),
    };
    const request = (isSecure ? httpsRequest : httpRequest)(url, options);
    let hasLeft = false;
    const end = (answer: SendAnswer): void => {
      cut.removeEventListener('abort', late);
      resolve(answer);
      request.destroy();
    };
    const failed = (cause: string): void =>
      end(hasLeft ? { kind: 'lost', cause } : notTaken(cause));
    const late = (): void =>
      failed(hasLeft ? 'The server took the connection and did not answer.' : 'No connection.');
    cut.addEventListener('abort', late, { once: true });
    request.once('socket', (socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        hasLeft = true;
      });
    });
    request.on('error', (error) => failed(`${codeOf(error)}.`));
    request.once('response', (response) => end(readHead(response, clock)));
    request.end(body);
    if (cut.aborted) late();
  });
}

function readHead(response: IncomingMessage, clock: Clock): SendAnswer {
  const { statusCode = 0, headers } = response;
  const asked = readRetryAfter(headers['retry-after'] ?? null, clock.now().wall);
  return judgeStatus(statusCode, asked);
}

/** Answers what was looked at, whatever it is asked for. */
const pinned =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, options, done) => {
    const [first = { address: '', family: 0 }] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };

/** The name of a failure, without what the far side may have put into its words. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It failed';
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
