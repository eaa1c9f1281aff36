import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isRecord } from './records.ts';

/** One answer of the fake server. */
export type Reply =
  | { readonly kind: 'text'; readonly pieces: readonly string[]; readonly finish?: string }
  | { readonly kind: 'calls'; readonly calls: readonly FakeCall[]; readonly text?: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Bytes as they are, after the head of a good answer. */
  | { readonly kind: 'raw'; readonly text: string; readonly after: 'end' | 'hang' | 'cut' };

export type FakeCall = { readonly name: string; readonly input: unknown };

/** What it was asked. */
export type Asked = {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
};

export type FakeServer = {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
};

/** What each answer is said to have used. */
export const usage = { input: 100, output: 20 };

/** Answers one question after the other; the last reply again for every further one. */
export type Script = readonly Reply[] | ((asked: Asked, index: number) => Reply);

/** Begins a server on loopback that writes each reply of a script in its own protocol. */
export async function serve(
  script: Script,
  write: (reply: Reply, response: ServerResponse) => void,
): Promise<FakeServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body: unknown = text === '' ? {} : JSON.parse(text);
    const question = {
      path: request.url ?? '',
      headers: request.headers,
      body: isRecord(body) ? body : {},
    };
    asked.push(question);
    const index = asked.length - 1;
    const reply =
      typeof script === 'function' ? script(question, index) : (script[index] ?? script.at(-1));
    if (reply === undefined) throw new Error('The script of the fake server is empty.');
    if (reply.kind === 'error') {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(JSON.stringify(reply.body));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (reply.kind !== 'raw') {
      write(reply, response);
      response.end();
      return;
    }
    response.write(reply.text);
    if (reply.after === 'end') response.end();
    if (reply.after === 'cut') setImmediate(() => response.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** One event of a chat completion that streams. */
export const chunk = (delta: unknown, finish: string | null = null, more: object = {}): string =>
  event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'fake-1',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });

const ending = (finish: string): string =>
  `${chunk({}, finish)}${event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'fake-1',
    choices: [],
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
    },
  })}data: [DONE]\n\n`;

/** Speaks the protocol of `POST /v1/chat/completions` with `stream: true`. */
export const serveOpenAi = (script: Script): Promise<FakeServer> =>
  serve(script, (reply, response) => {
    response.write(chunk({ role: 'assistant', content: '' }));
    if (reply.kind === 'text') {
      for (const piece of reply.pieces) response.write(chunk({ content: piece }));
      response.write(ending(reply.finish ?? 'stop'));
    } else if (reply.kind === 'refusal') {
      response.write(chunk({ refusal: reply.text }));
      response.write(ending('stop'));
    } else if (reply.kind === 'calls') {
      if (reply.text !== undefined) response.write(chunk({ content: reply.text }));
      for (const [index, { name, input }] of reply.calls.entries()) {
        const whole = typeof input === 'string' ? input : JSON.stringify(input);
        const id = `call_${index}_${name}`;
        const first = { index, id, type: 'function', function: { name, arguments: '' } };
        response.write(chunk({ tool_calls: [first] }));
        // Arguments come in pieces.
        for (const part of whole.match(/.{1,7}/gs) ?? [])
          response.write(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
      }
      response.write(ending('tool_calls'));
    }
  });
