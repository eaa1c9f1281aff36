import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { TimelineAnswer } from '../../../src/operations/outputs-timeline.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { Button, buttonClass } from '../../parts/button.tsx';
import { Empty, Loading } from '../../parts/empty.tsx';
import { type Mark, sights } from '../../parts/outcome.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { hasWrong, inOrder, isBad, type Line, totals } from './lanes.ts';
import { LineGrid } from './line-grid.tsx';
import { LineTable } from './line-table.tsx';
import { SpanChoice } from './span-choice.tsx';

const here = getRouteApi('/timeline');
const refreshMs = 20_000;
/** So many lines at once; the next ones on demand. */
const pageLines = 40;

const Charts = lazy(async () => ({ default: (await import('./charts/charts.tsx')).Charts }));

/** The hours behind and the hours ahead. */
export function TimelinePage() {
  const { hours = '24' } = here.useSearch();
  const { data, error } = useAnswer(
    routes.timeline,
    { hours: Number(hours) },
    { refreshMs, keep: true },
  );
  return (
    <>
      <PageHead title="Timeline">
        {data === undefined ? <p>What ran, and what will.</p> : <Summary answer={data} />}
      </PageHead>
      {error !== null && data === undefined && <ProblemNote problem={error} />}
      {data === undefined && error === null && <Loading what="the timeline" />}
      {data !== undefined && <Outdated problem={error} />}
      {data !== undefined && (data.jobs.length === 0 ? <NothingHere /> : <Whole answer={data} />)}
    </>
  );
}

function Whole({ answer }: { readonly answer: TimelineAnswer }) {
  const [onlyWrong, setOnlyWrong] = useState(false);
  const [pages, setPages] = useState(1);
  const { since, now, until, jobs } = answer;
  const stretch = useMemo(
    () => ({ since: Date.parse(since), now: Date.parse(now), until: Date.parse(until) }),
    [since, now, until],
  );
  const all = useMemo(() => inOrder(onlyWrong ? jobs.filter(hasWrong) : jobs), [jobs, onlyWrong]);
  const lines = useMemo(() => all.slice(0, pages * pageLines), [all, pages]);
  return (
    <div className="space-y-8">
      <div className="space-y-3">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <SpanChoice />
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={onlyWrong}
              onChange={(event) => setOnlyWrong(event.currentTarget.checked)}
            />
            Only jobs with something wrong
          </label>
        </div>
        {lines.length === 0 ? (
          <p className="text-soft">Nothing went wrong in this time.</p>
        ) : (
          <LineGrid lines={lines} answer={answer} stretch={stretch} />
        )}
        <More all={all.length} shown={lines.length} onMore={() => setPages(pages + 1)} />
        <Notes answer={answer} />
        {lines.length > 0 && (
          <details>
            <summary className="text-lamp hover:underline">The same as a table</summary>
            <div className="mt-2">
              <LineTable lines={lines} />
            </div>
          </details>
        )}
      </div>
      <Section title="How late, how long">
        <Suspense fallback={<Loading what="the charts" />}>
          <Charts jobs={charted(jobs)} />
        </Suspense>
      </Section>
    </div>
  );
}

const endedIn = ({ past }: Line): number => past.filter(({ state }) => state === 'ended').length;

/** Jobs that ran, the one with the most runs first. */
const charted = (jobs: readonly Line[]): readonly Line['job'][] =>
  jobs
    .filter((line) => endedIn(line) > 0)
    .sort((one, other) => endedIn(other) - endedIn(one))
    .map(({ job }) => job);

const order: readonly Mark[] = [
  'missed',
  'refused',
  'failed',
  'timed_out',
  'unknown',
  'undecided',
  'running',
];

/** What went wrong, as numbers that lead to the runs, before any line is looked at. */
function Summary({ answer: { jobs, readiness } }: { readonly answer: TimelineAnswer }) {
  const counts = totals(jobs);
  const shown = order.filter((mark) => counts.has(mark));
  const toCome = jobs.reduce((sum, { count }) => sum + count, 0);
  return (
    <p>
      {shown.map((mark) => (
        <span key={mark}>
          <Link
            to="/runs"
            search={{ became: mark }}
            className={`hover:underline ${isBad(mark) ? `font-semibold ${sights[mark].colour}` : ''}`}
          >
            {counts.get(mark)} {sights[mark].words.toLowerCase()}
          </Link>
          {' · '}
        </span>
      ))}
      {shown.every((mark) => !isBad(mark)) && 'nothing went wrong · '}
      {toCome} to come
      {!readiness.willRun && toCome > 0 && (
        <strong className="text-bad">, and nobody would run them</strong>
      )}
    </p>
  );
}

function More({
  all,
  shown,
  onMore,
}: {
  readonly all: number;
  readonly shown: number;
  readonly onMore: () => void;
}) {
  if (all <= shown) return null;
  return (
    <div className="flex items-center gap-3">
      <Button small onClick={onMore}>
        Show more
      </Button>
      <span className="text-soft">
        {shown} of {all} jobs
      </span>
    </div>
  );
}

/** What is not on the lines, said plainly. */
function Notes({
  answer: { since, completeSince, omittedJobs },
}: {
  readonly answer: TimelineAnswer;
}) {
  return (
    <>
      {completeSince !== since && (
        <p className="text-soft">
          There was so much that before <Time at={completeSince} /> only what went wrong is shown.
        </p>
      )}
      {omittedJobs > 0 && <p className="text-soft">{omittedJobs} more jobs are left out.</p>}
    </>
  );
}

const NothingHere = () => (
  <Empty
    title="Nothing in these hours"
    action={
      <Link to="/jobs" className={buttonClass()}>
        To the jobs
      </Link>
    }
  >
    <p>
      To the left of “now” stands what became of each occurrence, to the right when the next ones
      are due. A hollow bar is one that was missed or refused, a broken one failed.
    </p>
    <p>No job had anything to do lately, and none has in this time.</p>
  </Empty>
);
