import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread that opens as many streams as it is told by this request, reads what they say, and answers `end` with how many bytes that was. */
const { request, streams }: { readonly request: RequestOptions; readonly streams: number } =
  workerData;
let bytes = 0;
for (let count = 0; count < streams; count += 1) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(request, resolve).on('error', reject);
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
