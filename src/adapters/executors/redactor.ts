import { readSync, writeSync } from 'node:fs';
import { hiddenOf, StreamRedactor } from '../../core/redaction.ts';

const chunkBytes = 64 * 1024;

/**
 * Copies standard input to standard output without the values that its environment names, `limit` bytes at most; what follows is read
 * and dropped, so that the command never waits. Answers 1 when something was dropped, else 0.
 * Reading blocks on purpose: this process does nothing else, and the runtime's streams would buffer what a slow disk does not take.
 */
export function redactOutput(
  environment: Readonly<Record<string, string | undefined>>,
  limit: number,
): 0 | 1 {
  const redactor = new StreamRedactor(hiddenOf(environment));
  const chunk = new Uint8Array(chunkBytes);
  let left = limit;
  let dropped = false;
  const put = (bytes: Uint8Array): void => {
    const part = bytes.subarray(0, left);
    dropped ||= part.length < bytes.length;
    left -= part.length;
    if (part.length > 0 && !written(part)) [left, dropped] = [0, true];
  };
  for (;;) {
    const read = readSync(0, chunk);
    if (read === 0) break;
    put(redactor.push(chunk.slice(0, read)));
  }
  put(redactor.end());
  return dropped ? 1 : 0;
}

/** A disk that is full takes no more of it; the command goes on. */
function written(bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
    return true;
  } catch {
    return false;
  }
}
