import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type AnswerOf, call, routes } from '../../api.ts';
import { keyOf } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import { useProfile } from '../../session.ts';

export type InboxAnswer = AnswerOf<typeof routes.inbox>;
export type InboxEntry = InboxAnswer['entries'][number];

const limit = 100;
const mostPages = 50;

/** Results of one job, the newest first. */
export type Results = { readonly newest: InboxEntry; readonly earlier: readonly InboxEntry[] };

/** A job that ran every minute all night has one place here; an alert has always one of its own. */
export function sorted(entries: readonly InboxEntry[]): {
  readonly alerts: readonly InboxEntry[];
  readonly results: readonly Results[];
} {
  const results = new Map<string, Results>();
  for (const entry of entries) {
    if (entry.kind !== 'result') continue;
    const name = entry.job?.id ?? entry.id;
    const held = results.get(name);
    results.set(
      name,
      held === undefined
        ? { newest: entry, earlier: [] }
        : { newest: held.newest, earlier: [...held.earlier, entry] },
    );
  }
  return {
    alerts: entries.filter(({ kind }) => kind !== 'result'),
    results: [...results.values()],
  };
}

/** The inbox as far as it was read. */
export function useInbox(all: boolean) {
  const profile = useProfile();
  const filter = { limit, ...(all ? { all } : {}) };
  const first: string | null = null;
  return useInfiniteQuery<
    InboxAnswer,
    Problem,
    { readonly entries: readonly InboxEntry[]; readonly first: InboxAnswer | undefined },
    ReturnType<typeof keyOf>,
    string | null
  >({
    queryKey: keyOf(profile, routes.inbox, filter),
    queryFn: ({ pageParam, signal }) =>
      call(routes.inbox, { ...filter, before: pageParam }, { profile, signal }),
    initialPageParam: first,
    getNextPageParam: ({ next }) => next,
    maxPages: mostPages,
    placeholderData: keepPreviousData,
    select: ({ pages }) => ({
      entries: pages.flatMap(({ entries }) => entries),
      first: pages[0],
    }),
  });
}
