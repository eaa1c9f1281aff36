import { type FakeServer, type Script, serve, usage } from './fake-openai.ts';

/** Speaks as much of `POST /v1/responses` with `stream: true` as codex needs for an answer of words. */
export const serveResponses = (script: Script): Promise<FakeServer> =>
  serve(script, (reply, response) => {
    const event = (type: string, more: object): void => {
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    };
    const text = reply.kind === 'text' ? reply.pieces.join('') : '';
    const content = [{ type: 'output_text', text }];
    const counted = {
      input_tokens: usage.input,
      input_tokens_details: null,
      output_tokens: usage.output,
      output_tokens_details: null,
      total_tokens: usage.input + usage.output,
    };
    event('response.created', { response: { id: 'resp_1' } });
    const item = { type: 'message', role: 'assistant', id: 'msg_1', content };
    event('response.output_item.done', { output_index: 0, item });
    event('response.completed', { response: { id: 'resp_1', usage: counted } });
  });
