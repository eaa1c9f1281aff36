import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';
import type { Log } from '../../ports/log.ts';
import { isLoopback, type Reach } from './binding.ts';
import { callerOf, cookieName, notSignedIn } from './callers.ts';
import { type Arrival, judgeArrival, type Premises } from './gatekeeper.ts';
import { addressRate, failureRate, flooded, makeLimiter } from './limits.ts';
import { explain, problemOf, problemType } from './problem.ts';
import type { Tally } from './tally.ts';

/**
 * Everything on every answer, the refused ones included. The page may load from here only, run no script that stands in it, and be
 * framed by nobody.
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const oneYear = 'max-age=31536000';

export type Reception = {
  /** Answers what may not come in at all, before anything of it is read; answers whether it did. */
  turnsAway(incoming: IncomingMessage, outgoing: ServerResponse): boolean;
  /** The same for what wants to become a socket. There is none here, so nothing comes in that way. */
  refuseUpgrade(incoming: IncomingMessage, socket: Duplex): Promise<void>;
  /** Counts an attempt that failed. @returns what to answer: 401, or 429 when there were too many */
  failed(incoming: IncomingMessage, refusal: Refusal): Refusal;
};

export type ReceptionOptions = {
  readonly reach: Reach;
  readonly premises: Premises;
  readonly profile: string;
  readonly port: number;
  readonly tally: Tally;
  readonly log: Log;
  contextFor(profile: string, actor: string): OperationContext;
};

export function makeReception(options: ReceptionOptions): Reception {
  const { reach, premises, profile, port, tally } = options;
  const context = options.contextFor(profile, 'http');
  const addresses = makeLimiter(addressRate, context.clock);
  const failures = makeLimiter(failureRate, context.clock);
  const judge = (incoming: IncomingMessage, isUpgrade: boolean): Refusal | null =>
    refuseStranger(incoming, reach) ??
    flooded(addresses, addressOf(incoming, reach)) ??
    judgeArrival(arrivalOf(incoming, isUpgrade), premises);
  const failed = (incoming: IncomingMessage, refusal: Refusal): Refusal =>
    flooded(failures, addressOf(incoming, reach)) ?? refusal;
  return {
    turnsAway(incoming, outgoing) {
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
      if (reach.kind !== 'loopback') outgoing.setHeader('strict-transport-security', oneYear);
      const refusal = judge(incoming, false);
      if (refusal === null) return false;
      const { status, body } = answerOf(refusal);
      tally.count(status);
      // What was not read is not worth reading.
      outgoing.writeHead(status, { 'content-type': problemType, connection: 'close' });
      outgoing.end(body);
      return true;
    },
    async refuseUpgrade(incoming, socket) {
      socket.on('error', () => socket.destroy());
      const refusal = judge(incoming, true) ?? (await whyNoSocket(incoming));
      const { status, body } = answerOf(refusal);
      tally.count(status);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: ${problemType}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
    failed,
  };

  async function whyNoSocket(incoming: IncomingMessage): Promise<Refusal> {
    try {
      const caller = await callerOf(context, incoming.headers, cookieName(profile, port));
      if (caller === null) return failed(incoming, notSignedIn());
    } catch (error) {
      // Nobody awaits what becomes of an upgrade, so what goes up from here would end the process.
      return explain(error, { method: incoming.method ?? '', route: 'upgrade' }, options.log);
    }
    return new Refusal('not_found', 'There is no socket here; changes come as an event stream.');
  }
}

function answerOf(refusal: Refusal): { readonly status: number; readonly body: string } {
  const problem = problemOf(refusal);
  return { status: problem.status, body: JSON.stringify(problem) };
}

/** Behind a proxy nobody but the proxy speaks to us; whoever is on this machine may, to look after it. */
function refuseStranger(incoming: IncomingMessage, reach: Reach): Refusal | null {
  if (reach.kind !== 'proxy') return null;
  const peer = peerOf(incoming);
  if (reach.addresses.includes(peer) || isLoopback(peer)) return null;
  return new Refusal('origin_refused', 'Only the proxy of this dashboard may come in here.');
}

const peerOf = ({ socket }: IncomingMessage): string =>
  (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

/** Only a trusted proxy is believed about who is behind it; it adds the address it saw at the end. */
function addressOf(incoming: IncomingMessage, reach: Reach): string {
  const peer = peerOf(incoming);
  if (reach.kind !== 'proxy' || !reach.addresses.includes(peer)) return peer;
  const forwarded = incoming.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.at(-1) : forwarded)?.split(',').at(-1)?.trim();
  return last === undefined || last === '' ? peer : last;
}

function arrivalOf(incoming: IncomingMessage, isUpgrade: boolean): Arrival {
  const { rawHeaders, method = '', url = '' } = incoming;
  const one = (name: string): string | null => {
    const value = incoming.headers[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    method,
    target: url,
    hosts: rawHeaders.filter(
      (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
    ),
    origin: one('origin'),
    secFetchSite: one('sec-fetch-site'),
    secFetchMode: one('sec-fetch-mode'),
    secFetchDest: one('sec-fetch-dest'),
    hasBearer: /^Bearer /i.test(one('authorization') ?? ''),
    isUpgrade,
  };
}
