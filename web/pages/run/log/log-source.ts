import { useEffect, useRef, useState } from 'react';
import { call, routes } from '../../../api.ts';
import { Problem } from '../../../http.ts';
import { useProfile } from '../../../session.ts';
import { type LogLine, openLog } from './log-text.ts';

export type LogWanted = {
  readonly run: string;
  /** Null: the newest attempt. */
  readonly attempt: number | null;
  readonly fromByte: number;
};

export type Log = {
  readonly lines: readonly LogLine[];
  /** The first byte that is shown, and the one after the last. */
  readonly fromByte: number;
  readonly nextByte: number;
  /** Lines that were left out again, because only the newest are kept. */
  readonly dropped: number;
  readonly state: 'reading' | 'following' | 'whole' | 'paused' | 'absent';
  readonly problem: Error | null;
};

const pieceBytes = 262_144;
/** After so much the reader is asked whether to read on, unless the run still goes. */
const pageBytes = 2 * 1_048_576;
const mostLines = 50_000;
const followMs = 1_000;
const againMs = 4_000;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const pause = (ms: number, over: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  over.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
};

const nothing = (fromByte: number): Log => ({
  lines: [],
  fromByte,
  nextByte: fromByte,
  dropped: 0,
  state: 'reading',
  problem: null,
});

/**
 * Output from a byte on, a piece at a time: to the end while the run goes on and after it, else a page of it. `readOn` asks for the
 * next page.
 */
export function useLog({ run, attempt, fromByte }: LogWanted): Log & { readOn(): void } {
  const profile = useProfile();
  const [log, setLog] = useState(() => nothing(fromByte));
  const gate = useRef<Gate>(closedGate());
  useEffect(() => {
    const over = new AbortController();
    const asked = { profile, run, attempt, fromByte };
    const own = closedGate();
    gate.current = own;
    setLog(nothing(fromByte));
    void follow(asked, { over: over.signal, gate: own, tell: setLog });
    return () => over.abort();
  }, [profile, run, attempt, fromByte]);
  return {
    ...log,
    readOn: () => {
      gate.current.pages += 1;
      gate.current.open();
    },
  };
}

/** How many pages may be read, and what lets the reader go on. */
type Gate = { pages: number; open: () => void };
const closedGate = (): Gate => ({ pages: 1, open: () => {} });

async function follow(
  { profile, run, attempt, fromByte }: LogWanted & { readonly profile: string },
  {
    over,
    gate,
    tell,
  }: {
    readonly over: AbortSignal;
    readonly gate: Gate;
    readonly tell: (log: Log) => void;
  },
): Promise<void> {
  const reader = openLog();
  let lines: readonly LogLine[] = [];
  let log = nothing(fromByte);
  const show = (fields: Partial<Log>): void => {
    const rest = reader.rest();
    log = { ...log, problem: null, lines: rest === null ? lines : [...lines, rest], ...fields };
    if (!over.aborted) tell(log);
  };
  while (!over.aborted) {
    try {
      const answer = await call(
        routes.log,
        { subject: run, attempt, fromByte: log.nextByte, maxBytes: pieceBytes },
        { profile, signal: over },
      );
      const isOver = answer.run.state !== 'running' && answer.run.state !== 'queued';
      const read = answer.nextByte - log.nextByte;
      if (read > 0) {
        const some = reader.take(bytesOf(answer.base64));
        // What begins in the middle begins in the middle of a line, too.
        const isTorn = log.nextByte === fromByte && fromByte > 0;
        lines = [...lines, ...(isTorn ? some.slice(1) : some)];
      }
      const dropped = log.dropped + Math.max(0, lines.length - mostLines);
      lines = lines.slice(-mostLines);
      const isEnd = read < pieceBytes;
      const isFull = answer.nextByte - fromByte >= gate.pages * pageBytes;
      const { nextByte } = answer;
      if (isEnd && isOver) {
        show({ nextByte, dropped, state: answer.isAbsent ? 'absent' : 'whole' });
        return;
      }
      if (isFull && isOver) {
        show({ nextByte, dropped, state: 'paused' });
        await opened(gate, over);
      } else {
        show({ nextByte, dropped, state: isEnd ? 'following' : 'reading' });
        if (isEnd) await pause(followMs, over);
      }
    } catch (cause) {
      if (over.aborted) return;
      const problem = cause instanceof Error ? cause : new Error(String(cause));
      show({ problem });
      if (problem instanceof Problem && problem.status >= 400 && problem.status < 500) return;
      await pause(againMs, over);
    }
  }
}

/** Until somebody wants to read on. */
function opened(gate: Gate, over: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.open = resolve;
  over.addEventListener('abort', () => resolve());
  return promise;
}
