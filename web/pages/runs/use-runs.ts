import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import { type AnswerOf, call, routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import type { Mark } from '../../parts/outcome.tsx';
import { useProfile } from '../../session.ts';

type RunsAnswer = AnswerOf<typeof routes.runs>;
export type RunsWanted = { readonly job: string | undefined; readonly became: Mark | undefined };

const headSize = 100;
/** Older pages begin after this row of the head, so that as many new ones may come before they have to begin elsewhere. */
const anchorRow = 50;
const pageSize = 200;
const mostPages = 100;
/** Old pages are only looked at again while something on them is not over. */
const openAgainMs = 10_000;

const states = ['running', 'queued', 'missed', 'refused', 'undecided', 'skipped'] as const;
const outcomes = ['succeeded', 'failed', 'timed_out', 'unknown', 'cancelled'] as const;

const filterOf = ({ job, became }: RunsWanted) => {
  const state = states.find((one) => one === became);
  const outcome = outcomes.find((one) => one === became);
  return {
    ...(job === undefined ? {} : { job }),
    ...(state === undefined ? {} : { state }),
    ...(outcome === undefined ? {} : { outcome }),
  };
};

const isOpen = ({ state }: RunAnswer): boolean => state === 'running' || state === 'queued';

/** The history as far as it was read. The newest runs are live; older ones are read when their turn comes. */
export function useRuns(wanted: RunsWanted) {
  const profile = useProfile();
  const filter = filterOf(wanted);
  const name = JSON.stringify([profile, filter]);
  const head = useAnswer(routes.runs, { ...filter, limit: headSize }, { keep: true });
  const newest = head.data?.runs ?? [];
  const [kept, setAnchor] = useState<{ readonly name: string; readonly id: string } | null>(null);
  const anchor = kept?.name === name ? kept.id : null;
  const reaches = newest.findIndex(({ id }) => id === anchor);
  const again = newest.filter(({ state }) => state !== 'undecided')[anchorRow]?.id ?? null;
  useEffect(() => {
    if (anchor !== null && reaches < 0 && again !== null) setAnchor({ name, id: again });
  }, [anchor, reaches, again, name]);
  const older = useInfiniteQuery<
    RunsAnswer,
    Problem,
    readonly RunAnswer[],
    readonly unknown[],
    string | null
  >({
    queryKey: [profile, 'history', filter, anchor],
    queryFn: ({ pageParam, signal }) =>
      call(routes.runs, { ...filter, limit: pageSize, before: pageParam }, { profile, signal }),
    initialPageParam: anchor,
    getNextPageParam: ({ next }) => next,
    maxPages: mostPages,
    enabled: anchor !== null,
    placeholderData: keepPreviousData,
    select: ({ pages }) => pages.flatMap(({ runs }) => runs),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ runs }) => runs.some(isOpen)) === true ? openAgainMs : false,
  });
  const isReadOn = anchor !== null && reaches >= 0 && older.data !== undefined;
  const mayReadOn = head.data !== undefined && head.data.next !== null && again !== null;
  return {
    runs: isReadOn ? [...newest.slice(0, reaches + 1), ...older.data] : newest,
    answer: head.data,
    error: head.error ?? older.error,
    isPending: head.isPending,
    isStale: head.isPlaceholderData,
    more: {
      has: isReadOn ? older.hasNextPage : mayReadOn,
      isLoading: older.isFetching,
      load: () => {
        if (isReadOn) void older.fetchNextPage();
        else if (again !== null) setAnchor({ name, id: again });
      },
    },
  };
}
