import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread that opens event streams, reads what they say, and answers `end` with how many bytes that was. */
const {
  port,
  token,
  streams,
}: { readonly port: number; readonly token: string; readonly streams: number } = workerData;
let bytes = 0;
for (let count = 0; count < streams; count += 1) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(
    {
      host: '127.0.0.1',
      port,
      path: '/api/v1/events',
      headers: { authorization: `Bearer ${token}` },
      agent: false,
    },
    resolve,
  ).on('error', reject);
  const answer = await promise;
  assert.equal(answer.statusCode, 200);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
}
assert.ok(parentPort !== null);
parentPort.postMessage('open');
await once(parentPort, 'message');
parentPort.postMessage(bytes);
