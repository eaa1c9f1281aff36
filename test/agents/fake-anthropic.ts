import { type FakeServer, type Script, serve, usage } from './fake-openai.ts';

const event = (type: string, more: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

const block = (index: number, start: object, deltas: readonly object[]): string =>
  [
    event('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ].join('');

const begin = event('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'fake-1',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: usage.input, output_tokens: 1 },
  },
});

const end = (reason: string): string =>
  [
    event('message_delta', {
      delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: usage.output },
    }),
    event('message_stop', {}),
  ].join('');

/** Speaks the protocol of `POST /v1/messages` with `stream: true`. */
export const serveAnthropic = (script: Script): Promise<FakeServer> =>
  serve(script, (reply, response) => {
    response.write(begin);
    response.write(event('ping', {}));
    if (reply.kind === 'text') {
      const deltas = reply.pieces.map((text) => ({ type: 'text_delta', text }));
      response.write(block(0, { type: 'text', text: '' }, deltas));
      response.write(end(reply.finish ?? 'end_turn'));
    } else if (reply.kind === 'calls') {
      for (const [index, { name, input }] of reply.calls.entries()) {
        const parts = JSON.stringify(input).match(/.{1,7}/gs) ?? [];
        const deltas = parts.map((part) => ({ type: 'input_json_delta', partial_json: part }));
        const start = { type: 'tool_use', id: `toolu_${index}`, name, input: {} };
        response.write(block(index, start, deltas));
      }
      response.write(end('tool_use'));
    } else response.write(end('refusal'));
  });
