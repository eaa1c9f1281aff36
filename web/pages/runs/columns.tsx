import { Link } from '@tanstack/react-router';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import { spanWords } from '../../parts/moment.ts';
import { Outcome } from '../../parts/outcome.tsx';
import type { Column } from '../../parts/table.tsx';
import { Away, Time } from '../../parts/time.tsx';
import { byWords, causeWords, isLate, latenessWords, placeOf } from './words.ts';

/** What became of it, of which job, when, how late, how long, by whom. */
export const columns: readonly Column<RunAnswer>[] = [
  {
    id: 'became',
    title: 'Outcome',
    track: '8rem',
    phone: 'mark',
    cell: (run) => <Outcome run={run} />,
  },
  {
    id: 'job',
    title: 'Job',
    track: 'minmax(0,2.2fr)',
    phone: 'title',
    cell: (run, isCurrent) => <Job run={run} isCurrent={isCurrent} />,
  },
  {
    id: 'when',
    title: 'When',
    track: 'minmax(0,1.2fr)',
    phone: 'half',
    cell: (run) => <When run={run} />,
  },
  {
    id: 'lateness',
    title: 'Started',
    track: '6.5rem',
    phone: 'half',
    cell: (run) => (
      <div className="max-sm:text-right">
        <Lateness run={run} />
      </div>
    ),
  },
  {
    id: 'duration',
    title: 'Took',
    track: '5.5rem',
    phone: 'none',
    align: 'right',
    cell: (run) => <Took run={run} />,
  },
  {
    id: 'by',
    title: 'By',
    track: 'minmax(0,1fr)',
    phone: 'none',
    cell: (run) => <By run={run} />,
  },
];

function Job({ run, isCurrent }: { readonly run: RunAnswer; readonly isCurrent: boolean }) {
  return (
    <div className="min-w-0">
      <div className="flex items-baseline gap-2">
        <Link
          to="/runs/$run"
          params={{ run: run.id }}
          tabIndex={isCurrent ? 0 : -1}
          className="truncate font-semibold hover:underline"
        >
          {run.job.name}
        </Link>
        {run.cause !== 'schedule' && (
          <span className="shrink-0 text-[0.86rem] text-soft">{causeWords[run.cause]}</span>
        )}
      </div>
      {run.message !== null && (
        <div className="truncate text-[0.92rem] text-soft" title={run.message}>
          {run.message}
        </div>
      )}
    </div>
  );
}

function When({ run }: { readonly run: RunAnswer }) {
  const at = placeOf(run);
  if (at === null) return null;
  return (
    <div className="min-w-0">
      <Time at={at} seconds />
      {run.count > 1 && run.fireTimeEnd !== null && (
        <div className="text-[0.86rem] text-soft">
          {run.count} until <Time at={run.fireTimeEnd} />
        </div>
      )}
    </div>
  );
}

function Lateness({ run }: { readonly run: RunAnswer }) {
  if (run.startedAt === null) return <span className="text-soft">not started</span>;
  if (run.latenessMs === null)
    return (
      <span className="text-soft">
        <Away at={run.startedAt} />
      </span>
    );
  return (
    <span className={isLate(run) ? 'text-warn' : 'text-soft'}>{latenessWords(run.latenessMs)}</span>
  );
}

function Took({ run }: { readonly run: RunAnswer }) {
  const tries = run.attempts.filter(({ state }) => state !== 'not_started').length;
  return (
    <div className="text-soft">
      {run.durationMs === null ? '' : spanWords(run.durationMs)}
      {tries > 1 && <div className="text-[0.86rem]">{tries} attempts</div>}
    </div>
  );
}

function By({ run }: { readonly run: RunAnswer }) {
  const last = run.attempts.at(-1);
  if (last === undefined) return <span className="text-soft">–</span>;
  const { level, words } = last.provenance;
  return (
    <div className="min-w-0 text-soft" title={words}>
      <div className="truncate">{byWords(last)}</div>
      <div className={`text-[0.86rem] ${level === 'mismatch' ? 'text-bad' : ''}`}>
        {level}, epoch {last.epoch}
      </div>
    </div>
  );
}
