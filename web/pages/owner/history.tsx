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

const words: Readonly<Record<string, string>> = {
  'owner.claim': 'Took the profile',
  'owner.claimed': 'Took the profile',
  'owner.preempt': 'Took over from a lower one',
  'owner.release': 'Released it',
  'owner.appointed': 'Rule changed',
  'owner.handover_requested': 'Asked to hand over',
};

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(String).join(', then ')
      : (JSON.stringify(value) ?? '');

function Entry({ entry }: { readonly entry: AuditAnswer }) {
  const { at, kind, actor, detail } = entry;
  const { epoch, before, after, ...rest } = detail;
  const told = Object.entries(rest).filter(
    ([, value]) => value !== null && value !== '' && value !== false,
  );
  return (
    <li className="grid gap-x-6 gap-y-0.5 py-2 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="text-soft">
        <Time at={at} seconds />
      </div>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <strong>{words[kind] ?? kind.replace(/^owner\./, '').replaceAll('_', ' ')}</strong>
          {epoch !== undefined && <span className="text-soft">epoch {textOf(epoch)}</span>}
          <span className="break-all text-soft">by {actor}</span>
        </p>
        {before !== undefined && after !== undefined && (
          <p className="break-words">
            from <code>{textOf(before)}</code> to <code>{textOf(after)}</code>
          </p>
        )}
        {told.length > 0 && (
          <p className="text-[0.92rem] break-words text-soft">
            {told.map(([name, value]) => `${name} ${textOf(value)}`).join(', ')}
          </p>
        )}
      </div>
    </li>
  );
}
