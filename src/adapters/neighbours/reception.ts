import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Reception, ReceptionHandlers } from '../../ports/neighbours.ts';
import {
  longestQuestionBytes,
  type Reply,
  readFirstLine,
  readQuestion,
  toLine,
} from './messages.ts';
import {
  chooseSocketPath,
  isListening,
  openSocketFolder,
  removeIfThere,
  sweepSockets,
} from './socket-folder.ts';

/** Connections that are asking, and connections that only wait for this process to end. */
const mostAsking = 64;
const mostWatching = 256;
/** To send the question, and for the loop to answer it. */
const questionDeadlineMs = 2_000;
const answerDeadlineMs = 10_000;

/**
 * This instance's socket.
 *
 * @param options.home the path of the opened home
 * @param options.fallbackDir a folder for the socket when the one in the home has too long a path
 */
export function makeReception(options: {
  readonly home: string;
  readonly instanceId: string;
  readonly fallbackDir: string;
  readonly clock: Clock;
}): Reception {
  const { clock } = options;
  const path = chooseSocketPath(options.home, options.instanceId, options.fallbackDir);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  return {
    path,
    async open(handlers) {
      const folder = dirname(path);
      openSocketFolder(folder);
      await sweepSockets(folder, clock.now().wall);
      if (await isListening(path)) throw new Error(`Another process listens at ${path}`);
      removeIfThere(path);
      const desk = makeDesk(clock, handlers);
      server = await listen(path, (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        desk(socket);
      });
      chmodSync(path, 0o600);
    },
    async close() {
      const closing = server;
      server = null;
      if (!closing) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection);
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      // A connection that could not be accepted, as when files run out, is the asker's loss: it asks again.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

/** Serves one connection after another, within the limits. */
function makeDesk(clock: Clock, handlers: ReceptionHandlers): (socket: Socket) => void {
  let asking = 0;
  let watching = 0;
  return (socket) => {
    const over = new AbortController();
    let isWatch = false;
    asking += 1;
    const leaveAsking = (): void => {
      if (!isWatch) asking -= 1;
    };
    // The other end may go away at any time; `close` follows.
    socket.on('error', () => {});
    socket.once('close', () => {
      over.abort();
      leaveAsking();
      if (isWatch) watching -= 1;
    });
    const send = (reply: Reply): void => {
      socket.write(toLine(reply));
      socket.destroySoon();
    };
    if (asking > mostAsking) {
      socket.resume();
      return send({ kind: 'busy' });
    }
    const heard = new AbortController();
    closeAfter(clock, socket, questionDeadlineMs, AbortSignal.any([over.signal, heard.signal]));
    readFirstLine(
      socket,
      (line) => {
        heard.abort();
        const question = line === null ? null : readQuestion(line);
        if (question === null) socket.destroy();
        else if (question.kind === 'poke') {
          handlers.poked();
          send({ kind: 'ok' });
        } else if (question.kind === 'environment') {
          send({ kind: 'environment', names: handlers.environment() });
        } else if (question.kind === 'examine') {
          closeAfter(clock, socket, answerDeadlineMs, over.signal);
          handlers.examine(question.look).then(
            (hindrance) => send({ kind: 'examined', hindrance }),
            () => socket.destroy(),
          );
        } else if (question.kind === 'ask') {
          closeAfter(clock, socket, answerDeadlineMs, over.signal);
          handlers.answer().then(
            (answer) => send({ kind: 'answer', answer }),
            // The loop could not answer: no answer is the answer.
            () => socket.destroy(),
          );
        } else if (watching >= mostWatching) send({ kind: 'busy' });
        else {
          leaveAsking();
          isWatch = true;
          watching += 1;
          socket.write(toLine({ kind: 'watching' }));
        }
      },
      longestQuestionBytes,
    );
  };
}

function closeAfter(clock: Clock, socket: Socket, ms: number, signal: AbortSignal): void {
  void clock.sleep(ms, signal).then(() => {
    if (!signal.aborted) socket.destroy();
  });
}
