import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { StatusAnswer } from '../src/operations/answers.ts';
import { routes } from './api.ts';
import { keyOf } from './ask.ts';
import { base, queryText } from './http.ts';

type Change = { readonly sequence: number; readonly kind: string; readonly id: string };

/** Which answers a change of a kind makes stale, by the first part of their address. */
const stale: Readonly<Record<string, readonly string[]>> = {
  job: ['jobs', 'next', 'status', 'tonight'],
  run: ['runs', 'jobs', 'status', 'morning'],
  owner: ['owner', 'status', 'tonight', 'jobs'],
  instance: ['owner', 'status'],
  request: ['requests', 'status'],
  delivery: ['deliveries', 'inbox', 'runs'],
  inbox: ['inbox'],
  chat: ['chat'],
};

/** A job a second must not become a question a millisecond. */
const gatherMs = 400;
const longestWaitMs = 15_000;
/**
 * A browser opens six connections to a host that speaks HTTP/1.1, all its tabs together: streams of tabs that nobody looks at would
 * leave none for a question. To look something up elsewhere and come back is no reason to end one.
 */
const hiddenMs = 5_000;

export type Line = 'opening' | 'open' | 'lost';
let line: Line = 'opening';
const watchers = new Set<() => void>();
const setLine = (next: Line): void => {
  if (line === next) return;
  line = next;
  for (const tell of watchers) tell();
};

/** Whether news arrive. */
export const useLine = (): Line =>
  useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => line,
  );

/**
 * Listens for what changes in a profile: one connection, which resumes after the last event that it saw, and none while nobody looks.
 * What changed is only named; the answers that show it are asked for again.
 *
 * @returns what ends it
 */
export function listen(profile: string, client: QueryClient): () => void {
  const subjects = new Set<string>();
  let source: EventSource | null = null;
  /** Null before the first message: each has the sequence up to which everything was told. */
  let after: number | null = null;
  let waitMs = 1_000;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const gather = (names: readonly string[]): void => {
    for (const name of names) subjects.add(name);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      const named = [...subjects];
      subjects.clear();
      for (const subject of named) void client.invalidateQueries({ queryKey: [profile, subject] });
    }, gatherMs);
  };
  const everything = (): void => void client.invalidateQueries({ queryKey: [profile] });
  const heard = ({ data }: MessageEvent<string>): void => {
    const change: Change = JSON.parse(data);
    gather(stale[change.kind] ?? []);
  };
  const judged = ({ data }: MessageEvent<string>): void => {
    const readiness: StatusAnswer['readiness'] = JSON.parse(data);
    client.setQueryData<StatusAnswer>(keyOf(profile, routes.status, {}), (status) =>
      status === undefined ? status : { ...status, readiness },
    );
    gather(['status', 'jobs', 'tonight', 'owner']);
  };
  const open = (): void => {
    const opened = new EventSource(`${base}/events${queryText({ profile, after })}`);
    const on = (name: string, act: (message: MessageEvent<string>) => void): void =>
      opened.addEventListener(name, (message: MessageEvent<string>) => {
        // A reset may go back: the store is another one then.
        after = Number(message.lastEventId);
        act(message);
      });
    source = opened;
    opened.addEventListener('open', () => {
      waitMs = 1_000;
      setLine('open');
    });
    on('change', heard);
    on('readiness', judged);
    on('reset', everything);
    opened.addEventListener('error', () => {
      setLine('lost');
      // The browser tries again by itself unless it was told that it may not.
      if (opened.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: ['session'] });
      again = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
  };
  const close = (): void => {
    clearTimeout(again);
    source?.close();
    setLine('opening');
  };
  const end = whileLookedAt({
    open: (isReturn) => {
      // What no stream will tell is asked for.
      if (isReturn && after === null) everything();
      open();
    },
    close,
  });
  return () => {
    end();
    clearTimeout(gathering);
  };
}

/** Opens while somebody looks at the page, and closes when for a while nobody did. @returns what ends it */
function whileLookedAt(stream: {
  readonly open: (isReturn: boolean) => void;
  readonly close: () => void;
}): () => void {
  let isOpen = !document.hidden;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    clearTimeout(leaving);
    isOpen = false;
    stream.close();
  };
  const looked = (): void => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(close, hiddenMs);
    else if (!isOpen) {
      isOpen = true;
      stream.open(true);
    }
  };
  if (isOpen) stream.open(false);
  document.addEventListener('visibilitychange', looked);
  return () => {
    document.removeEventListener('visibilitychange', looked);
    close();
  };
}
