import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { Loading } from '../../parts/empty.tsx';
import { Outcome } from '../../parts/outcome.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { CancelRun, RetryRun } from './acts.tsx';
import { Attempts } from './attempts.tsx';
import { Deliveries } from './deliveries.tsx';
import { Facts } from './facts.tsx';
import { Transcript } from './transcript.tsx';
import { Why } from './why.tsx';

const here = getRouteApi('/runs/$run');

const LogView = lazy(async () => ({ default: (await import('./log/log-view.tsx')).LogView }));

const undecided = 'undecided:';

/** One run; or an occurrence that nobody has decided yet, which has a place in the list but no row. */
export function RunPage() {
  const { run } = here.useParams();
  return run.startsWith(undecided) ? (
    <UndecidedPage job={run.slice(undecided.length)} />
  ) : (
    <DecidedPage id={run} />
  );
}

function DecidedPage({ id }: { readonly id: string }) {
  const { data, error, isPending } = useAnswer(routes.run, { run: id });
  if (isPending) return <Loading what="the run" />;
  if (data === undefined)
    return (
      <>
        <PageHead title="Run" />
        {error !== null && <ProblemNote problem={error} />}
      </>
    );
  const { run } = data;
  return (
    <>
      <PageHead
        title={run.job.name}
        eyebrow="Run"
        actions={
          <>
            <CancelRun run={run} />
            <RetryRun run={run} />
          </>
        }
      >
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Outcome run={run} />
          {run.message !== null && <span className="text-pretty text-ink">{run.message}</span>}
        </div>
      </PageHead>
      <Outdated problem={error} />
      <div className="space-y-8">
        <Facts run={run} />
        <Output key={run.id} run={run} />
        <Transcript run={run} />
        <Attempts run={run} />
        <Deliveries run={run.id} />
        <Why job={run.job.id} fireTime={run.fireTime} />
      </div>
    </>
  );
}

function Output({ run }: { readonly run: RunAnswer }) {
  const tried = run.attempts.filter(({ state }) => state !== 'not_started');
  const [attempt, setAttempt] = useState<number | null>(null);
  return (
    <section aria-labelledby="output" className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="output" className="text-lg font-semibold">
          Output
        </h2>
        {tried.length > 1 && (
          <label className="flex items-center gap-2 text-soft">
            of attempt
            <select
              className="control w-auto py-1"
              value={attempt ?? tried.at(-1)?.number}
              onChange={(event) => setAttempt(Number(event.currentTarget.value))}
            >
              {tried.map(({ number }) => (
                <option key={number} value={number}>
                  {number}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {tried.length === 0 ? (
        <p className="text-soft">
          {run.state === 'queued'
            ? 'It has not begun. What it writes will appear here while it runs.'
            : 'Nothing was started, so there is no output.'}
        </p>
      ) : (
        <Suspense fallback={<Loading what="the output" />}>
          <LogView key={attempt ?? `newest of ${tried.length}`} run={run} attempt={attempt} />
        </Suspense>
      )}
    </section>
  );
}

function UndecidedPage({ job }: { readonly job: string }) {
  const { data, error, isPending } = useAnswer(routes.why, { job });
  if (isPending) return <Loading what="the occurrence" />;
  return (
    <>
      <PageHead title={data?.job.name ?? 'Undecided'} eyebrow="Undecided">
        <p>
          Its time came and nobody has decided about it yet. The next owner does, first of all, and
          then there is a run here or the reason why not.
        </p>
      </PageHead>
      {error !== null && <ProblemNote problem={error} />}
      <Why job={job} fireTime={data?.fireTime ?? null} />
      <p className="mt-4">
        <Link to="/jobs/$job" params={{ job }} className="text-lamp hover:underline">
          To the job
        </Link>
      </p>
    </>
  );
}
