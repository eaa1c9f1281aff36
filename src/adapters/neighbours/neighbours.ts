import { connect } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { Neighbours, Watch } from '../../ports/neighbours.ts';
import {
  longestEnvironmentBytes,
  longestLineBytes,
  type Question,
  type Reply,
  readFirstLine,
  readReply,
  toLine,
} from './messages.ts';

const pokeDeadlineMs = 1_000;
const watchAgainMs = 1_000;

/** Errors of `connect` that say nothing about the other process: it does not keep up, or this one has run out of something. */
const passing: ReadonlySet<unknown> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** Talks to the receptions of other instances on this host. */
export function makeNeighbours(clock: Clock): Neighbours {
  return {
    async ask(socket, deadlineMs) {
      const reply = await exchange(clock, socket, { kind: 'ask' }, deadlineMs);
      return reply?.kind === 'answer' ? reply.answer : null;
    },
    async environment(socket, deadlineMs) {
      const reply = await exchange(clock, socket, { kind: 'environment' }, deadlineMs);
      return reply?.kind === 'environment' ? reply.names : null;
    },
    async examine(socket, look, deadlineMs) {
      const reply = await exchange(clock, socket, { kind: 'examine', look }, deadlineMs);
      return reply?.kind === 'examined' ? { hindrance: reply.hindrance } : null;
    },
    async poke(socket) {
      await exchange(clock, socket, { kind: 'poke' }, pokeDeadlineMs);
    },
    watch: (socket, onGone) => watch(clock, socket, onGone),
  };
}

/** Null when there was no reply in time, whatever the reason. */
function exchange(
  clock: Clock,
  path: string,
  question: Question,
  deadlineMs: number,
): Promise<Reply | null> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const socket = connect(path);
    const finish = (reply: Reply | null): void => {
      over.abort();
      socket.destroy();
      resolve(reply);
    };
    socket.on('error', () => finish(null));
    socket.once('close', () => finish(null));
    socket.once('connect', () => socket.write(toLine(question)));
    const longest = question.kind === 'environment' ? longestEnvironmentBytes : longestLineBytes;
    readFirstLine(socket, (line) => finish(line === null ? null : readReply(line)), longest);
    void clock.sleep(deadlineMs, over.signal).then(() => finish(null));
  });
}

/**
 * The states of a watch: connecting ──► watching ──► gone.
 * `busy`, and an error that says nothing about the other process, lead back to connecting after a pause.
 */
function watch(clock: Clock, path: string, onGone: () => void): Watch {
  const closed = new AbortController();
  let current: { destroy(): void } | null = null;
  const begin = (): void => {
    const socket = connect(path);
    current = socket;
    let isAlive = false;
    socket.on('error', (error) => {
      if ('code' in error && passing.has(error.code)) isAlive = true;
    });
    socket.once('connect', () => socket.write(toLine({ kind: 'watch' })));
    readFirstLine(socket, (line) => {
      if (line !== null && readReply(line)?.kind === 'busy') isAlive = true;
    });
    socket.once('close', () => {
      if (closed.signal.aborted) return;
      if (isAlive) return beginLater();
      closed.abort();
      onGone();
    });
  };
  const beginLater = (): void => {
    void clock.sleep(watchAgainMs, closed.signal).then(() => {
      if (!closed.signal.aborted) begin();
    });
  };
  begin();
  return {
    close() {
      closed.abort();
      current?.destroy();
    },
  };
}
