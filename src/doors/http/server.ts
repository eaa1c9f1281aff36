import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { advice, Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { makeApp } from './app.ts';
import { premisesOf, type Reach, refuseOpenBinding, urlOf } from './binding.ts';
import type { McpMount } from './env.ts';
import { makeReception } from './reception.ts';
import { makeTally } from './tally.ts';

export type HttpDoorOptions = {
  /** An address, not a name. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly reach: Reach;
  /** The profile that is meant when none is named. */
  readonly profile: string;
  /** What operations may use when this actor asks in this profile. Cheap: it is called for each request. */
  contextFor(profile: string, actor: string): OperationContext;
  /** Where the built page is; null when there is none. */
  readonly pageFolder: string | null;
  /** Answers agents at `/mcp`; null where none are answered. */
  readonly mcp: McpMount | null;
  /** The line that leads here from another machine, for people who came by SSH; null when that is not known. */
  readonly tunnelFor: ((port: number) => string | null) | null;
  readonly log: Log;
};

export type HttpDoor = {
  /** Where a person opens the page. */
  readonly url: string;
  readonly port: number;
  /** Ends streams and answers; resolves when the port is free. Twice is fine. */
  close(): Promise<void>;
};

const maxHeaderBytes = 16_384;
/** A request that is not there by then is dropped. Answers may take as long as they need. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
const keepAliveMs = 65_000;
const mostConnections = 4_000;
const closeGraceMs = 1_000;

/**
 * Opens the door over HTTP. It knows who asks before it asks on, and executes nothing.
 *
 * @throws Refusal `address_unusable` when others could listen in, or the address is taken
 */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { host, reach } = options;
  refuseOpenBinding(host, reach);
  const server = makeServer(reach);
  const { port } = await listen(server, host, options.port);
  const premises = premisesOf(host, port, reach);
  const tally = makeTally();
  const reception = makeReception({ ...options, premises, port, tally });
  const app = makeApp({ ...options, port, isSecure: reach.kind !== 'loopback', reception, tally });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (reception.turnsAway(incoming, outgoing)) return;
    void listener(incoming, outgoing);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    void reception.refuseUpgrade(incoming, socket);
  });
  let closing: Promise<void> | null = null;
  return {
    url: urlOf(host, port, reach),
    port,
    close: () => {
      closing ??= closeServer(server, app.close, options.contextFor(options.profile, 'http').clock);
      return closing;
    },
  };
}

function makeServer(reach: Reach): Server {
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveMs,
  };
  const server =
    reach.kind === 'tls'
      ? createTlsServer({ ...limits, key: reach.key, cert: reach.cert, minVersion: 'TLSv1.2' })
      : createServer(limits);
  server.maxConnections = mostConnections;
  return server;
}

async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<{ readonly port: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port, exclusive: true }, resolve);
  try {
    await promise;
  } catch (error) {
    throw unusable(host, port, error);
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The server has no address.');
  return address;
}

const unusable = (host: string, port: number, cause: unknown): Refusal =>
  new Refusal(
    'address_unusable',
    `The dashboard cannot listen on ${host}, port ${port}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    { kind: 'failed', remedy: advice('Choose another port with --port.'), cause },
  );

/** What is being answered may end; a reader that does not read must not hold the port for ever. */
async function closeServer(
  server: Server,
  closeStreams: () => Promise<void>,
  clock: Clock,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  await closeStreams();
  server.closeIdleConnections();
  const over = new AbortController();
  await Promise.race([promise, clock.sleep(closeGraceMs, over.signal)]);
  over.abort();
  server.closeAllConnections();
  await promise;
}
