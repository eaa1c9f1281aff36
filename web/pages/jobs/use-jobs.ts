import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type AnswerOf, call, routes } from '../../api.ts';
import { keyOf } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import { useProfile } from '../../session.ts';

export type JobsAnswer = AnswerOf<typeof routes.jobs>;
export type Listed = JobsAnswer['jobs'][number];
export type JobState = Listed['state'];

export type Wanted = { readonly search: string; readonly state: JobState | undefined };

const pageSize = 100;
const mostPages = 200;

/** The list as far as it was read; it reads on when its end comes near. */
export function useJobs({ search, state }: Wanted) {
  const profile = useProfile();
  const filter = {
    limit: pageSize,
    ...(search === '' ? {} : { search }),
    ...(state === undefined ? {} : { state }),
  };
  const first: string | null = null;
  return useInfiniteQuery<
    JobsAnswer,
    Problem,
    { readonly jobs: readonly Listed[]; readonly first: JobsAnswer | undefined },
    ReturnType<typeof keyOf>,
    string | null
  >({
    queryKey: keyOf(profile, routes.jobs, filter),
    queryFn: ({ pageParam, signal }) =>
      call(routes.jobs, { ...filter, after: pageParam }, { profile, signal }),
    initialPageParam: first,
    getNextPageParam: ({ next }) => next,
    maxPages: mostPages,
    placeholderData: keepPreviousData,
    select: ({ pages }) => ({ jobs: pages.flatMap(({ jobs }) => jobs), first: pages[0] }),
  });
}
