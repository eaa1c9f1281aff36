import type { ReactNode } from 'react';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import { spanWords } from '../../parts/moment.ts';
import { Time } from '../../parts/time.tsx';
import { makerWords } from '../jobs/job-words.ts';

const listOf = (texts: readonly string[]): string => texts.join(', ');
const isSaid = (fact: Fact): boolean => fact[1] !== null && fact[1] !== '';
type Fact = readonly [name: string, value: ReactNode];

const factsOf = (job: JobAnswer): readonly Fact[] => [
  ['Schedule', <code key="s">{job.schedule.canonical}</code>],
  ['Made by', makerWords(job.madeBy)],
  ['Approved by', job.approval === null ? '' : job.approval.by],
  ['Folder', <code key="c">{job.cwd}</code>],
  ['Results go to', listOf(job.deliver)],
  ['Failures go to', listOf(job.onFailure)],
  ['When it was missed', catchUpWords(job.catchUp)],
  ['Late is fine for', spanWords(job.graceMs)],
  ['While one still runs', overlapWords[job.overlap]],
  ['Ended after', spanWords(job.timeoutMs)],
  [
    'Ended after silence of',
    job.noOutputTimeoutMs === null ? '' : spanWords(job.noOutputTimeoutMs),
  ],
  [
    'Tried again',
    job.retries === 0 ? 'never' : `${job.retries} times, from ${spanWords(job.retryDelayMs)}`,
  ],
  ['When its end is unknown', job.onLoss === 'rerun' ? 'run again' : 'reported like a failure'],
  ['Needs', listOf(job.require)],
  ['Start varies by', job.jitterMs === 0 ? '' : spanWords(job.jitterMs)],
  ['Not before', job.startAt === null ? '' : <Time key="a" at={job.startAt} />],
  ['Not after', job.endAt === null ? '' : <Time key="e" at={job.endAt} />],
  ['Done after', job.maxRuns === null ? '' : `${job.maxRuns} runs (${job.scheduledRuns} so far)`],
  ['Variables', job.env.length === 0 ? '' : <code key="v">{listOf(job.env)}</code>],
  ['Id', <code key="i">{job.id}</code>],
  ['Revision', `${job.revision}`],
];

export const overlapWords = {
  skip: 'skip the new one',
  queue: 'wait for it',
  replace: 'end it, run the new one',
  allow: 'run both',
} as const;

export const catchUpWords = (catchUp: string): string =>
  catchUp === 'none'
    ? 'not made up for'
    : catchUp === 'latest'
      ? 'the latest is run'
      : `${catchUp} are run`;

/** How a job is set, in the words of people. */
export function Settings({ job }: { readonly job: JobAnswer }) {
  return (
    <>
      <pre className="overflow-x-auto rounded-box border border-line bg-sheet px-3 py-2 font-mono text-[0.93em] whitespace-pre-wrap [overflow-wrap:anywhere]">
        {job.shell && <span className="text-soft">sh -c </span>}
        {job.agent?.prompt ?? job.does}
      </pre>
      <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {factsOf(job)
          .filter(isSaid)
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}
