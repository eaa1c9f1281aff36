import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';

/** What goes out is whole, so its length is known. */
export type Sending = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * Writes an answer to the connection itself: through a body of the web platform it would be copied three times, which takes longer than
 * to find out what a page of jobs says.
 *
 * @returns what tells the server that nothing is left to send, and the others with which status it was answered
 */
export function send(outgoing: ServerResponse, { status, headers, body }: Sending): Response {
  // The connection itself would take twice as long to make bytes of a text.
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.end(bytes);
  return new Response(null, { status, headers: RESPONSE_ALREADY_SENT.headers });
}
