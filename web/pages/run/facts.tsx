import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { spanWords, useNow } from '../../parts/moment.ts';
import { Away, Time } from '../../parts/time.tsx';
import { causeWords, isLate, latenessWords } from '../runs/words.ts';
import { sizeWords } from './words.ts';

/** What is known of a run, as pairs. What does not apply is left out. */
export function Facts({ run }: { readonly run: RunAnswer }) {
  const { data } = useAnswer(routes.job, { job: run.job.id });
  const zone = data?.job.schedule.zone ?? null;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 border-y border-line py-4 sm:grid-cols-3 lg:grid-cols-4">
      <Fact name="Job">
        <Link to="/jobs/$job" params={{ job: run.job.id }} className="hover:underline">
          {run.job.name}
        </Link>
      </Fact>
      {run.fireTime !== null && (
        <Fact name="Fire time">
          <Time at={run.fireTime} zone={zone} seconds />
        </Fact>
      )}
      {run.count > 1 && run.fireTimeEnd !== null && (
        <Fact name="Stands for">
          {run.count} occurrences, until <Time at={run.fireTimeEnd} zone={zone} />
        </Fact>
      )}
      <Fact name="Cause">
        {causeWords[run.cause]}
        {run.retryOf !== null && (
          <>
            {' of '}
            <Link to="/runs/$run" params={{ run: run.retryOf }} className="underline">
              an earlier run
            </Link>
          </>
        )}
      </Fact>
      {run.decidedAt !== null && run.startedAt === null && (
        <Fact name={run.state === 'queued' ? 'Queued' : 'Decided'}>
          <Time at={run.decidedAt} seconds />
        </Fact>
      )}
      {run.startedAt !== null && (
        <Fact name="Started">
          <Time at={run.startedAt} seconds />
          {run.latenessMs !== null && (
            <span className={isLate(run) ? 'text-warn' : 'text-soft'}>
              {' '}
              {latenessWords(run.latenessMs)}
            </span>
          )}
        </Fact>
      )}
      <Duration run={run} />
      {run.exitCode !== null && <Fact name="Exit code">{run.exitCode}</Fact>}
      {run.outputBytes !== null && (
        <Fact name="Output">
          {sizeWords(run.outputBytes)}
          {run.outputTruncated && <span className="text-warn"> cut off</span>}
        </Fact>
      )}
      {run.reason !== null && (
        <Fact name="Reason code">
          <code>{run.reason}</code>
        </Fact>
      )}
      <Fact name="Run">
        <code className="break-all select-all">{run.id}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="eyebrow">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

function Duration({ run }: { readonly run: RunAnswer }) {
  const now = useNow();
  if (run.startedAt === null) return null;
  if (run.state === 'running')
    return (
      <Fact name="Runs since">
        {spanWords(Math.max(0, Math.floor((now - Date.parse(run.startedAt)) / 1_000) * 1_000))}
      </Fact>
    );
  if (run.durationMs === null || run.endedAt === null) return null;
  return (
    <Fact name="Took">
      {spanWords(run.durationMs)}, ended <Away at={run.endedAt} />
    </Fact>
  );
}
