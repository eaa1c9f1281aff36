import { Link } from '@tanstack/react-router';
import type { ReadinessAnswer } from '../../../src/operations/answers.ts';
import { placeOf, viewerZone } from '../../parts/moment.ts';
import { Badge, markOf, OutcomeStrip, sights } from '../../parts/outcome.tsx';
import type { Column } from '../../parts/table.tsx';
import { Away, Time } from '../../parts/time.tsx';
import { JobMenu } from './job-menu.tsx';
import { RunNow } from './run-now.tsx';
import type { Listed } from './use-jobs.ts';

type Chosen = {
  readonly has: (job: Listed) => boolean;
  readonly toggle: (job: Listed) => void;
};

/** What, when, next, last, by whom. */
export const columnsOf = (
  by: ReadinessAnswer['by'],
  willRun: boolean,
  chosen: Chosen,
): readonly Column<Listed>[] => [
  {
    id: 'choose',
    title: <span className="sr-only">Select</span>,
    track: '1.25rem',
    phone: 'none',
    cell: (job, isCurrent) => (
      <input
        type="checkbox"
        className="size-4 align-middle accent-lamp"
        aria-label={`Select ${job.name}`}
        tabIndex={isCurrent ? 0 : -1}
        checked={chosen.has(job)}
        onChange={() => chosen.toggle(job)}
      />
    ),
  },
  {
    id: 'what',
    title: 'Job',
    track: 'minmax(0,2.2fr)',
    phone: 'title',
    cell: (job, isCurrent) => <What job={job} isCurrent={isCurrent} />,
  },
  { id: 'when', title: 'When', track: 'minmax(0,1.6fr)', cell: (job) => <When job={job} /> },
  {
    id: 'next',
    title: 'Next',
    track: 'minmax(0,1.25fr)',
    phone: 'half',
    cell: (job) => <Next job={job} />,
  },
  {
    id: 'last',
    title: 'Last runs',
    track: '6rem',
    phone: 'mark',
    cell: (job) => <Last job={job} />,
  },
  {
    id: 'by',
    title: 'Runs by',
    track: '6.5rem',
    phone: 'none',
    cell: () =>
      by === null ? (
        <span className={willRun ? 'text-soft' : 'font-semibold text-bad'}>
          {willRun ? 'the timer' : 'nobody'}
        </span>
      ) : (
        <span className={willRun ? 'text-soft' : 'text-bad'} title={by.service ?? by.host}>
          {by.role} {by.pid}
        </span>
      ),
  },
  {
    id: 'acts',
    title: <span className="sr-only">Acts</span>,
    track: '4.75rem',
    phone: 'half',
    align: 'right',
    cell: (job, isCurrent) => (
      <span className="inline-flex items-center gap-1">
        <RunNow job={job} small tabIndex={isCurrent ? 0 : -1} />
        <JobMenu job={job} tabIndex={isCurrent ? 0 : -1} />
      </span>
    ),
  },
];

function What({ job, isCurrent }: { readonly job: Listed; readonly isCurrent: boolean }) {
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2">
        <Link
          to="/jobs/$job"
          params={{ job: job.id }}
          tabIndex={isCurrent ? 0 : -1}
          className="truncate font-semibold hover:underline"
        >
          {job.name}
        </Link>
        {job.state === 'paused' && <Badge tone="warn">paused</Badge>}
        {job.state === 'pending' && <Badge tone="warn">to approve</Badge>}
        {job.state === 'done' && <Badge>done</Badge>}
      </div>
      <code className="block truncate text-soft" title={job.does}>
        {job.does}
      </code>
    </div>
  );
}

function When({ job: { schedule } }: { readonly job: Listed }) {
  // Its time is the next one, and stands beside it.
  if (schedule.kind === 'at') return <span>once</span>;
  const isElsewhere = schedule.zone !== null && schedule.zone !== viewerZone;
  return (
    <div className="min-w-0" title={schedule.canonical}>
      <div className="line-clamp-2 text-pretty">{schedule.words}</div>
      {isElsewhere && schedule.zone !== null && (
        <div className="text-[0.86rem] text-soft">{placeOf(schedule.zone)} time</div>
      )}
    </div>
  );
}

function Next({ job }: { readonly job: Listed }) {
  if (job.state === 'paused')
    return (
      <span className="line-clamp-2 text-soft">
        {job.pausedReason === null ? 'Paused' : `Paused: ${job.pausedReason}`}
      </span>
    );
  if (job.state === 'pending') return <span className="text-soft">Once a person approves it</span>;
  if (job.nextFireAt === null) return <span className="text-soft">Never again</span>;
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 sm:block">
      <div>
        <Away at={job.nextFireAt} />
      </div>
      <div className="text-[0.86rem] text-soft">
        <Time at={job.nextFireAt} zone={job.schedule.zone} />
      </div>
    </div>
  );
}

function Last({ job: { lastRuns } }: { readonly job: Listed }) {
  const [latest] = lastRuns;
  return (
    <div>
      <OutcomeStrip runs={lastRuns} />
      {latest !== undefined && (
        <span className={`text-[0.86rem] ${sights[markOf(latest)].colour}`} aria-hidden>
          {sights[markOf(latest)].words}
        </span>
      )}
    </div>
  );
}
