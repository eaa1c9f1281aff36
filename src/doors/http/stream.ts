import type { ServerResponse } from 'node:http';
import type { Credential } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Log } from '../../ports/log.ts';
import type { Hub, Stream } from './hub.ts';

/** More streams than this are refused: each costs memory for as long as it is open. */
const mostStreams = 2_000;
/** What a reader may leave unread before it is cut off. It resumes from the last event that it got. */
const mostUnreadBytes = 262_144;

/** From where a stream goes on: what the reader says it got last, or from now on. @throws Refusal when that is no sequence */
export function startOf(after: string | null, lastEventId: string | undefined): number | null {
  const text = lastEventId ?? after;
  if (text === null || text === '') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal('usage', 'after: it must be the sequence of an event.', {
    kind: 'usage',
    details: { field: 'after' },
  });
}

export type Opening = {
  readonly profile: string;
  readonly caller: Credential;
  readonly cursor: number;
};

/**
 * Answers with an event stream that stays open. Written to the connection itself, because a thousand streams of the web platform
 * would cost several times as much memory.
 *
 * @throws Refusal when there are too many
 */
export function openStream(hub: Hub, outgoing: ServerResponse, opening: Opening, log: Log): void {
  if (hub.size >= mostStreams) {
    throw new Refusal('too_many_requests', `There are ${mostStreams} streams open already.`, {
      details: { retryAfterMs: 5_000 },
    });
  }
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy that collects what it hands on would hold events back.
    'x-accel-buffering': 'no',
  });
  const stream: Stream = {
    ...opening,
    write(text) {
      if (outgoing.destroyed || outgoing.writableEnded) return;
      outgoing.write(text);
      if (outgoing.writableLength <= mostUnreadBytes) return;
      log.info('stream_cut', { profile: opening.profile, caller: opening.caller.id });
      outgoing.destroy();
    },
    end() {
      outgoing.end();
      // The reader need not take part in that.
      outgoing.destroy();
    },
  };
  outgoing.once('close', () => hub.leave(stream));
  outgoing.flushHeaders();
  stream.write('retry: 2000\n\n');
  hub
    .join(stream, () => drained(outgoing))
    .catch((error: unknown) => {
      log.warn('stream_failed', { error: String(error) });
      stream.end();
    });
}

/** Resolves when the reader took what was written; false when it went away instead. */
async function drained(outgoing: ServerResponse): Promise<boolean> {
  if (outgoing.destroyed) return false;
  if (!outgoing.writableNeedDrain) return true;
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = (): void => resolve();
  outgoing.once('drain', over);
  outgoing.once('close', over);
  await promise;
  outgoing.off('drain', over);
  outgoing.off('close', over);
  return !outgoing.destroyed;
}
