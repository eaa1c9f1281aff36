import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/**
 * - `whole`: everything came and was written. - `too-large`: more came than may, on the wire or decoded; the part that may was written.
 * - `cut`: the connection ended first, or what came does not decode. - `unreadable`: it came, in an encoding that we do not read.
 */
export type BodyEnd = 'whole' | 'too-large' | 'cut' | 'unreadable';

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Hands on the body of an answer, decoded, piece by piece; never holds more than one piece. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  most: number,
  take: (piece: Uint8Array) => void,
): Promise<BodyEnd> {
  const decoder = decoderFor(encoding);
  const wire = capped(body, most);
  const write = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of capped(pieces, most)) take(piece);
  };
  try {
    const first = await wire.next();
    // Answers without a body may name an encoding all the same.
    if (first.done === true) return 'whole';
    const pieces = follow(first.value, wire);
    if (decoder === 'plain') await write(pieces);
    else if (decoder === 'unknown') await drain(pieces);
    else await pipeline(Readable.from(pieces), decoder, write);
    return decoder === 'unknown' ? 'unreadable' : 'whole';
  } catch (error) {
    // Whatever else goes wrong here is the far side's: it hung up, or what it sent does not decode.
    return error instanceof TooLarge ? 'too-large' : 'cut';
  }
}

/** One encoding, never several: each of several could be a bomb of its own. */
function decoderFor(encoding: string): Transform | 'plain' | 'unknown' {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return 'plain';
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return 'unknown';
  }
}

/** The first `most` bytes; more of them is an error, after those were handed on. */
async function* capped(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array, void> {
  let left = most;
  for await (const piece of pieces) {
    if (piece.length > left) {
      if (left > 0) yield piece.subarray(0, left);
      throw new TooLarge();
    }
    left -= piece.length;
    yield piece;
  }
}

async function* follow(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield first;
  yield* rest;
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of pieces);
}
