import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runHttpWork } from '../../src/adapters/http-jobs/http-jobs.ts';
import { makeNetwork, type Resolve } from '../../src/adapters/network/network.ts';
import { type HttpJobInput, parseHttpWork } from '../../src/core/http-job.ts';
import type { HttpWork, WorkReport } from '../../src/core/work.ts';
import type { Network } from '../../src/ports/network.ts';

export type Heard = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** Opens a server on a free loopback port until the test ends. */
export async function open(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.after(() => {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections();
    server.close();
  });
  return portOf(server.address());
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

type Respond = (response: ServerResponse, heard: Heard, count: number) => void;

/** A server that keeps what it was asked, once it has all of it. */
export async function serve(t: TestContext, respond: Respond, host = '127.0.0.1') {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(parts).toString() };
      heard.push(one);
      respond(response, one, heard.length);
    });
  });
  const port = await open(t, server, host);
  return { port, heard, url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
}

/** Work as a job has it; what has no default of its own may be set besides. */
export function workOf(input: HttpJobInput): HttpWork {
  const parsed = parseHttpWork(input);
  if (!('work' in parsed)) throw new Error(`${parsed.field}: ${parsed.why}`);
  return parsed.work;
}

export const startedAt = 1_000_000;

type Options = {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly resolve?: Resolve;
  readonly network?: Network;
};

/** Does the work here, and keeps what it wrote. */
export async function run(
  work: HttpWork,
  { env = {}, signal = AbortSignal.timeout(60_000), resolve, network }: Options = {},
): Promise<{ readonly report: WorkReport; readonly output: string }> {
  let output = '';
  const world = {
    folder: '/nonexistent',
    home: '/',
    env,
    write: (text: string) => {
      output += text;
    },
    now: () => startedAt,
    signal,
    sleep: async (ms: number) => {
      await sleep(ms);
    },
  };
  const report = await runHttpWork(work, world, network ?? makeNetwork(resolve));
  return { report, output };
}
