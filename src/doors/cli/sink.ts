import type { Writable } from 'node:stream';
import type { Sink } from './host.ts';

/** A stream as a sink: a write is over when the stream took it, so output is complete before the process ends. */
export function sinkOf(stream: Writable): Sink {
  // Each failure is answered to its write; without a listener the stream would end the process as well.
  stream.on('error', () => {});
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}
