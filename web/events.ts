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
 * Listens for what changes in a profile: one connection, which resumes after the last event that it saw.
 * What changed is only named; the answers that show it are asked for again.
 *
 * @returns what ends it
 */
export function listen(profile: string, client: QueryClient): () => void {
  const subjects = new Set<string>();
  let source: EventSource | null = null;
  let after = 0;
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
  const heard = ({ data }: MessageEvent<string>): void => {
    const change: Change = JSON.parse(data);
    after = Math.max(after, change.sequence);
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
    const from = after === 0 ? {} : { after };
    source = new EventSource(`${base}/events${queryText({ profile, ...from })}`);
    source.addEventListener('open', () => {
      waitMs = 1_000;
      setLine('open');
    });
    source.addEventListener('change', heard);
    source.addEventListener('readiness', judged);
    source.addEventListener('reset', () => void client.invalidateQueries({ queryKey: [profile] }));
    source.addEventListener('error', () => {
      setLine('lost');
      // The browser tries again by itself unless it was told that it may not.
      if (source?.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: ['session'] });
      again = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
  };
  open();
  return () => {
    clearTimeout(gathering);
    clearTimeout(again);
    source?.close();
    setLine('opening');
  };
}
