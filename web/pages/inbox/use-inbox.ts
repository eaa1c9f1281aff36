import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type AnswerOf, call, routes } from '../../api.ts';
import { keyOf } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import { useProfile } from '../../session.ts';

export type InboxAnswer = AnswerOf<typeof routes.inbox>;
export type InboxEntry = InboxAnswer['entries'][number];

const limit = 40;
const mostPages = 50;

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
