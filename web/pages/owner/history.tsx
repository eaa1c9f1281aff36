import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditAnswer } from '../../../src/operations/answers.ts';
import { type AnswerOf, call, routes } from '../../api.ts';
import { keyOf } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import { Button } from '../../parts/button.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useProfile } from '../../session.ts';
import { changeOf, epochOf, titleOf } from './history-words.ts';

type HistoryAnswer = AnswerOf<typeof routes.ownerHistory>;

const limit = 20;

/** How the profile changed hands, the newest first. */
export function History() {
  const profile = useProfile();
  const first: number | null = null;
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery<
    HistoryAnswer,
    Problem,
    readonly AuditAnswer[],
    ReturnType<typeof keyOf>,
    number | null
  >({
    queryKey: keyOf(profile, routes.ownerHistory, { limit }),
    queryFn: ({ pageParam, signal }) =>
      call(
        routes.ownerHistory,
        { limit, ...(pageParam === null ? {} : { before: pageParam }) },
        { profile, signal },
      ),
    initialPageParam: first,
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ entries }) => entries),
  });
  return (
    <Section title="History">
      {error !== null && <ProblemNote problem={error} />}
      {data?.length === 0 && (
        <p className="text-soft">
          Nobody has held this profile yet. Each change of hands and of the rule is kept here.
        </p>
      )}
      {data !== undefined && data.length > 0 && (
        <ol className="divide-y divide-line border-y border-line">
          {data.map((entry) => (
            <Entry key={entry.sequence} entry={entry} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button small waiting={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Earlier
        </Button>
      )}
    </Section>
  );
}

function Entry({ entry }: { readonly entry: AuditAnswer }) {
  const epoch = epochOf(entry);
  const { words, actor } = changeOf(entry);
  return (
    <li className="grid gap-x-6 gap-y-0.5 py-2 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="text-soft">
        <Time at={entry.at} seconds />
      </div>
      <div className="min-w-0" title={entry.actor}>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <strong>{titleOf(entry)}</strong>
          {epoch !== null && <span className="text-soft">epoch {epoch}</span>}
          {actor !== null && <span className="break-all text-soft">by {actor}</span>}
        </p>
        {words !== '' && <p className="text-[0.92rem] break-words text-soft">{words}</p>}
      </div>
    </li>
  );
}
