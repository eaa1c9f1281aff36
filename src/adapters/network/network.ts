import { lookup } from 'node:dns/promises';
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Allowed, hostOf, mayReach, portOf } from '../../core/address.ts';
import type { Network, NetworkAnswer, NetworkHead, NetworkRequest } from '../../ports/network.ts';

export type Address = { readonly address: string; readonly family: number };

/** Every address of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

const resolveAll: Resolve = (host) => lookup(host, { all: true });

export const makeNetwork = (resolve: Resolve = resolveAll): Network => ({
  async ask(request, allowed, signal) {
    const found = await orAborted(findAddresses(request.url, allowed, resolve), signal);
    if ('kind' in found) return found;
    let made: ClientRequest;
    try {
      made = make(request, found.addresses);
    } catch (error) {
      return notSent(`No such request can be made: ${codeOf(error)}.`);
    }
    return exchange(made, request, signal);
  },
});

const notSent = (cause: string): NetworkAnswer => ({ kind: 'not-sent', cause });

type Found = NetworkAnswer | { readonly addresses: readonly Address[] };

/** Names are asked for by threads that cannot be called back. */
function orAborted(work: Promise<Found>, signal: AbortSignal): Promise<Found> {
  const aborted = new Promise<Found>((resolve) => {
    const end = (): void => resolve(notSent('Its name was not resolved in time.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return Promise.race([work, aborted]);
}

async function findAddresses(url: URL, allowed: Allowed, resolve: Resolve): Promise<Found> {
  const host = hostOf(url);
  const family = isIP(host);
  let addresses: readonly Address[];
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  } catch (error) {
    return notSent(`The name ${host} was not found: ${codeOf(error)}.`);
  }
  const places = addresses.map(({ address }) => ({ host, address, port: portOf(url) }));
  const closed = places.find((place) => !mayReach(allowed, place));
  if (closed !== undefined) return { kind: 'closed', place: closed };
  return addresses.length === 0 ? notSent(`The name ${host} has no address.`) : { addresses };
}

/** Connects a moment later. @throws for what no request may hold, as two lines in a header */
function make(
  { method, url, headers, body }: NetworkRequest,
  addresses: readonly Address[],
): ClientRequest {
  const options: RequestOptions = {
    method,
    headers:
      body === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A connection of its own: one that is kept may have been closed by the other side, and then nobody knows what it took.
    agent: false,
    lookup: pinned(addresses),
  };
  // Whatever the environment says about certificates.
  return isSecure(url)
    ? httpsRequest(url, { ...options, rejectUnauthorized: true })
    : httpRequest(url, options);
}

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:';

function exchange(
  request: ClientRequest,
  { url, body }: NetworkRequest,
  signal: AbortSignal,
): Promise<NetworkAnswer> {
  return new Promise((resolve) => {
    let hasLeft = false;
    const end = (answer: NetworkAnswer): void => {
      signal.removeEventListener('abort', late);
      resolve(answer);
    };
    const failed = (cause: string): void => {
      end({ kind: hasLeft ? 'lost' : 'not-sent', cause });
      request.destroy();
    };
    const late = (): void =>
      failed(hasLeft ? 'The server took the connection and did not answer.' : 'No connection.');
    signal.addEventListener('abort', late, { once: true });
    request.once('socket', (socket) => {
      socket.once(isSecure(url) ? 'secureConnect' : 'connect', () => {
        hasLeft = true;
      });
    });
    request.on('error', (error) => failed(`${codeOf(error)}.`));
    request.once('close', () => failed('The connection ended without an answer.'));
    request.once('response', (response) => end(answerOf(response, signal)));
    request.end(body ?? undefined);
    if (signal.aborted) late();
  });
}

function answerOf(response: IncomingMessage, signal: AbortSignal): NetworkAnswer {
  const stop = (): void => void response.destroy(new Error('It was told to end.'));
  signal.addEventListener('abort', stop, { once: true });
  response.once('close', () => signal.removeEventListener('abort', stop));
  // Whoever reads gets the error; one that nobody waits for must not end the process.
  response.on('error', () => {});
  const { statusCode = 0, statusMessage = '' } = response;
  return {
    kind: 'answered',
    head: { status: statusCode, words: statusMessage, headers: headersOf(response) },
    body: response,
    close: () => void response.destroy(),
  };
}

const headersOf = (response: IncomingMessage): NetworkHead['headers'] =>
  Object.fromEntries(
    Object.entries(response.headersDistinct).map(([name, values = []]) => [
      name,
      values.join(', '),
    ]),
  );

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
