import { Link } from '@tanstack/react-router';
import type { JobAnswer, RunAnswer } from '../../../src/operations/answers.ts';
import { spanWords } from '../../parts/moment.ts';
import { Outcome } from '../../parts/outcome.tsx';
import { Time } from '../../parts/time.tsx';

/** The newest decisions about a job, runs and those that did not run alike. */
export function RecentRuns({
  runs,
  job,
}: {
  readonly runs: readonly RunAnswer[];
  readonly job: Pick<JobAnswer, 'id' | 'schedule'>;
}) {
  if (runs.length === 0)
    return (
      <p className="text-soft">
        Nothing yet. Every occurrence of this job will be listed here, also those that were missed
        or refused, with the reason.
      </p>
    );
  return (
    <>
      <ol className="divide-y divide-line border-y border-line">
        {runs.map((run) => (
          <Line key={run.id} run={run} zone={job.schedule.zone} />
        ))}
      </ol>
      <p className="mt-2">
        <Link to="/runs" search={{ job: job.id }} className="text-lamp hover:underline">
          All runs of this job
        </Link>
      </p>
    </>
  );
}

function Line({ run, zone }: { readonly run: RunAnswer; readonly zone: string | null }) {
  const at = run.fireTime ?? run.startedAt ?? run.decidedAt;
  return (
    <li className="grid grid-cols-[7.5rem_minmax(0,1fr)_auto] items-start gap-x-3 py-1.5">
      <Outcome run={run} />
      <div className="min-w-0">
        <Link to="/runs/$run" params={{ run: run.id }} className="hover:underline">
          {at === null ? run.id : <Time at={at} zone={zone} />}
        </Link>
        <span className="text-soft">
          {run.cause !== 'schedule' && ` · ${run.cause}`}
          {run.count > 1 && ` · stands for ${run.count}`}
        </span>
        {run.message !== null && (
          <p className="truncate text-soft" title={run.message}>
            {run.message}
          </p>
        )}
      </div>
      <span className="text-soft">{run.durationMs === null ? '' : spanWords(run.durationMs)}</span>
    </li>
  );
}
