import type { Readable, Writable } from 'node:stream';

/** Longer lines are no messages of ours. The kernel itself refuses arguments and environments of more than 2 MiB. */
export const lineLimit = 8 * 1024 * 1024;

/** Calls `take` for each line of a stream. A line past the limit ends the reading with an error on the stream. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    rest += chunk;
    let from = 0;
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n', from)) {
      take(rest.slice(from, at));
      from = at + 1;
    }
    rest = from === 0 ? rest : rest.slice(from);
    if (rest.length > lineLimit) stream.destroy(new Error('A line is longer than its limit.'));
  });
}

/** The stream, so that all that is said in one turn goes out at once: each write is a wake-up at the other end. */
export function together(stream: Writable): Writable {
  if (stream.writableCorked > 0) return stream;
  stream.cork();
  process.nextTick(() => stream.uncork());
  return stream;
}
