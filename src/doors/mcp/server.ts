import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable, Writable } from 'node:stream';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { type Asker, call } from './calls.ts';
import { onlyMessages } from './frames.ts';
import { listResources, readResource, templatesOf } from './resources.ts';
import { toolsFor } from './tools.ts';

/** As large as a file of jobs may be over HTTP. */
const messageLimitBytes = 8 * 1_048_576;
const longestClientName = 60;

const instructions = [
  'cronkeeper runs scheduled jobs, also when no chat is open.',
  'Every result has "readiness": whether anything will run the jobs. When a result begins with a "warning", tell the person so, with the remedy: a stored job is not a running one.',
  'To answer "will everything run tonight?", call the tool "tonight".',
  'Times are plain English or cron: "every weekday at 9am", "in 2 hours", "0 9 * * 1-5"; "jobs_preview" tells how one is understood.',
].join(' ');

/** The server of one asker. `askerOf` is told what the client calls itself. */
function makeServer(version: string, askerOf: (client: string) => Asker): Server {
  const server = new Server(
    { name: 'cronkeeper', version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  const asker = (): Asker => {
    const name = server.getClientVersion()?.name ?? '';
    return askerOf(name.replace(/[^\w.-]+/g, '-').slice(0, longestClientName) || 'client');
  };
  server.setRequestHandler('tools/list', () => ({
    tools: toolsFor(asker().scope).map(({ listed }) => ({ ...listed })),
  }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    // What was taken back before it began is not done.
    mcpReq.signal.throwIfAborted();
    return call(asker(), params.name, params.arguments ?? {});
  });
  server.setRequestHandler('resources/list', ({ params }) =>
    listResources(asker(), params?.cursor),
  );
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: templatesOf(asker()),
  }));
  server.setRequestHandler('resources/read', ({ params }) => readResource(asker(), params.uri));
  return server;
}

/** Serves one client over streams until it goes or the signal comes. Nothing but the protocol is written to `output`. */
export async function serveMcpOverStreams(options: {
  readonly version: string;
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  askerFor(client: string): Asker;
}): Promise<void> {
  const { version, input, output, signal, askerFor } = options;
  const messages = onlyMessages(messageLimitBytes, (error) => {
    output.write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n`);
  });
  const transport = new StdioServerTransport(input.pipe(messages), output);
  const ended = Promise.withResolvers<void>();
  const handle = serveStdio(() => makeServer(version, askerFor), { transport });
  const stop = (): void => ended.resolve();
  input.once('end', stop);
  input.once('close', stop);
  output.once('error', stop);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await ended.promise;
  await handle.close();
}

export type McpOverHttp = {
  answer(request: Request, asker: Asker): Promise<Response>;
  close(): Promise<void>;
};

/** Serves whoever was let in over HTTP; each request stands for itself, nothing is kept between them. */
export function openMcpOverHttp(version: string): McpOverHttp {
  const asking = new AsyncLocalStorage<Asker>();
  const handler = createMcpHandler(
    () => {
      const asker = asking.getStore();
      if (asker === undefined) throw new Error('Nobody is known to ask.');
      return makeServer(version, () => asker);
    },
    { maxRequestBodySize: messageLimitBytes },
  );
  return {
    answer: (request, asker) => asking.run(asker, () => handler.fetch(request)),
    close: () => handler.close(),
  };
}
