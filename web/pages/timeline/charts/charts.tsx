import { getRouteApi } from '@tanstack/react-router';
import { useId, useMemo } from 'react';
import type { RunAnswer } from '../../../../src/operations/answers.ts';
import { routes } from '../../../api.ts';
import { useAnswer } from '../../../ask.ts';
import { Loading } from '../../../parts/empty.tsx';
import { spanWords } from '../../../parts/moment.ts';
import { Outcome } from '../../../parts/outcome.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { Time } from '../../../parts/time.tsx';
import { Plot, type Point } from './plot.tsx';

const here = getRouteApi('/timeline');
const limit = 200;
const tableRows = 50;

/** How late the runs of one job began and how long they took. */
export function Charts({
  jobs,
}: {
  readonly jobs: readonly { readonly id: string; readonly name: string }[];
}) {
  const { job: wanted } = here.useSearch();
  const navigate = here.useNavigate();
  const id = useId();
  const job = jobs.find((one) => one.id === wanted) ?? jobs[0];
  if (job === undefined)
    return (
      <p className="text-soft">
        When runs have ended, this shows how late each began and how long it took.
      </p>
    );
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor={id} className="text-soft">
          Runs of
        </label>
        <select
          id={id}
          className="control w-auto max-w-full min-w-48"
          value={job.id}
          onChange={(event) => {
            const { value } = event.currentTarget;
            void navigate({ replace: true, search: (search) => ({ ...search, job: value }) });
          }}
        >
          {jobs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <OfJob job={job.id} />
    </div>
  );
}

function OfJob({ job }: { readonly job: string }) {
  const { data, error } = useAnswer(routes.runs, { job, state: 'ended', limit }, { keep: true });
  const runs = useMemo(() => (data?.runs ?? []).filter(isMeasured).reverse(), [data]);
  const late = useMemo(() => pointsOf(runs, ({ latenessMs }) => latenessMs), [runs]);
  const long = useMemo(() => pointsOf(runs, ({ durationMs }) => durationMs), [runs]);
  if (error !== null) return <ProblemNote problem={error} />;
  if (data === undefined) return <Loading what="the runs" />;
  return (
    <>
      <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
        <Chart title="Lateness" words="How long after its time it began" points={late} />
        <Chart title="Duration" words="How long it took" points={long} />
      </div>
      <details>
        <summary className="text-lamp hover:underline">The numbers as a table</summary>
        <RunTable runs={runs} />
      </details>
    </>
  );
}

const isMeasured = ({ startedAt }: RunAnswer): boolean => startedAt !== null;

const pointsOf = (
  runs: readonly RunAnswer[],
  measure: (run: RunAnswer) => number | null,
): readonly Point[] =>
  runs.flatMap((run) => {
    const ms = measure(run);
    return run.startedAt === null || ms === null
      ? []
      : [{ at: Date.parse(run.startedAt), ms, isGood: run.outcome === 'succeeded' }];
  });

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

function Chart({
  title,
  words,
  points,
}: {
  readonly title: string;
  readonly words: string;
  readonly points: readonly Point[];
}) {
  const sorted = points.map(({ ms }) => ms).sort((one, other) => one - other);
  const told =
    points.length === 0
      ? 'Nothing to measure yet'
      : `Half under ${spanWords(at(sorted, 0.5))}, 95 of 100 under ${spanWords(at(sorted, 0.95))}, at most ${spanWords(at(sorted, 1))}`;
  return (
    <figure className="min-w-0">
      <figcaption>
        <span className="font-semibold">{title}</span> <span className="text-soft">{words}</span>
        <span className="block text-[0.92rem] text-soft">{told}</span>
      </figcaption>
      {points.length > 0 && <Plot points={points} label={`${title}: ${told}`} />}
    </figure>
  );
}

function RunTable({ runs }: { readonly runs: readonly RunAnswer[] }) {
  return (
    <table className="mt-2 text-left">
      <caption className="sr-only">Lateness and duration of the newest runs</caption>
      <thead>
        <tr className="eyebrow border-b border-edge">
          {['Started', 'Outcome', 'Lateness', 'Duration'].map((title) => (
            <th key={title} scope="col" className="py-1.5 pr-6">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {runs
          .slice(-tableRows)
          .reverse()
          .map((run) => (
            <tr key={run.id}>
              <td className="py-1 pr-6">
                {run.startedAt !== null && <Time at={run.startedAt} seconds />}
              </td>
              <td className="py-1 pr-6">
                <Outcome run={run} />
              </td>
              <td className="py-1 pr-6">
                {run.latenessMs === null ? '–' : spanWords(run.latenessMs)}
              </td>
              <td className="py-1 pr-6">
                {run.durationMs === null ? '–' : spanWords(run.durationMs)}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
