import { Link } from '@tanstack/react-router';
import type { TonightAnswer } from '../../../src/operations/outputs-evening.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { RemedyLine } from '../../parts/command.tsx';
import { Loading } from '../../parts/empty.tsx';
import { pointInTime, useNow, viewerZone } from '../../parts/moment.ts';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { sentence } from '../../parts/readiness.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Tone, Verdict } from './verdict.tsx';
import { counted, stretchWords } from './words.ts';

/** The owner is asked to look each time, so not more often than somebody would want to know. */
const refreshMs = 60_000;
const mostJobs = 12;
const mostNamed = 5;

/** What will run in the hours to come, and what stands in the way. */
export function Tonight() {
  const { data, error } = useAnswer(routes.tonight, {}, { refreshMs, keep: true });
  const title = 'The next 12 hours';
  if (data === undefined)
    return (
      <Section title={title}>
        {error === null ? <Loading what="the night" /> : <ProblemNote problem={error} />}
      </Section>
    );
  return (
    <Section
      title={title}
      aside={
        <span className="text-soft">
          until <Time at={data.until} />
        </span>
      }
    >
      <Outdated problem={error} />
      <div className="space-y-5">
        <TonightVerdict answer={data} />
        <Obstacles answer={data} />
        <Outlook answer={data} />
        <Jobs answer={data} />
      </div>
    </Section>
  );
}

function verdictWords({ verdict }: TonightAnswer): { readonly tone: Tone; readonly words: string } {
  const { occurrences, willRun, willNotRun, unknown } = verdict;
  if (occurrences === 0) return { tone: 'good', words: 'Nothing is due.' };
  if (willNotRun === occurrences)
    return { tone: 'bad', words: `None of ${counted(occurrences, 'occurrence')} will run.` };
  if (willNotRun > 0)
    return {
      tone: 'bad',
      words: `${willNotRun} of ${counted(occurrences, 'occurrence')} will not run.`,
    };
  if (unknown > 0)
    return { tone: 'warn', words: `Of ${unknown} of ${occurrences} nobody can say.` };
  return {
    tone: 'good',
    words:
      occurrences === 1 ? 'The one that is due will run.' : `All ${willRun} that are due will run.`,
  };
}

function TonightVerdict({ answer }: { readonly answer: TonightAnswer }) {
  const now = useNow();
  const { verdict, readiness, probe, paused } = answer;
  const { tone, words } = verdictWords(answer);
  const { by } = readiness;
  const parts = [
    verdict.unknown > 0 && verdict.willNotRun > 0
      ? `Of ${verdict.unknown} more nobody can say.`
      : '',
    verdict.willNotRun > 0 && verdict.willRun > 0 ? `${verdict.willRun} will run.` : '',
    paused > 0 ? `${counted(paused, 'job')} paused.` : '',
  ].filter((part) => part !== '');
  return (
    <Verdict tone={tone} words={words}>
      {parts.length > 0 && <p>{parts.join(' ')}</p>}
      {by !== null && readiness.willRun && (
        <p className="text-soft">
          Run by the {by.role} (pid {by.pid},{' '}
          {by.service === null ? 'started by hand' : `${by.service}, ${by.level}`}).
          {probe.state === 'answered' &&
            probe.at !== null &&
            ` It looked at ${pointInTime(Date.parse(probe.at), viewerZone, now)} whether it has what each job needs.`}
        </p>
      )}
      {probe.state === 'unanswered' && probe.message !== null && (
        <p className="text-warn">{sentence(probe.message)}</p>
      )}
    </Verdict>
  );
}

/** What stands in the way, with what makes it go away. */
function Obstacles({
  answer: { obstacles, omittedObstacles },
}: {
  readonly answer: TonightAnswer;
}) {
  if (obstacles.length === 0) return null;
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">What stands in the way</h3>
      <ul className="divide-y divide-line border-y border-line">
        {obstacles.map(({ code, message, remedy, occurrences, jobs, jobCount }) => (
          <li key={`${code} ${message}`} className="space-y-1.5 py-2.5">
            <p className="text-pretty">
              <strong>{sentence(message)}</strong>{' '}
              <span className="text-soft">{counted(occurrences, 'occurrence')} of </span>
              {jobs.slice(0, mostNamed).map(({ id, name }, at) => (
                <span key={id}>
                  {at > 0 && ', '}
                  <Link to="/jobs/$job" params={{ job: id }} className="underline">
                    {name}
                  </Link>
                </span>
              ))}
              {jobCount > mostNamed && (
                <span className="text-soft"> and {jobCount - mostNamed} more</span>
              )}
            </p>
            {remedy !== null && <RemedyLine remedy={remedy} />}
          </li>
        ))}
      </ul>
      {omittedObstacles > 0 && <p className="text-soft">And {omittedObstacles} more reasons.</p>}
    </div>
  );
}

/** What the machine is going to do, as far as it tells. */
function Outlook({ answer: { outlook } }: { readonly answer: TonightAnswer }) {
  const { notes, unknown } = outlook;
  if (notes.length === 0 && unknown.length === 0) return null;
  return (
    <div className="space-y-2">
      {notes.length > 0 && (
        <>
          <h3 className="eyebrow">What the machine will do</h3>
          <ul className="space-y-2">
            {notes.map(({ code, at, stopsAt, message, remedy }) => (
              <li
                key={`${code} ${message}`}
                className={`space-y-1.5 border-l-4 px-3 py-1 ${stopsAt === null ? 'border-warn' : 'border-bad'}`}
              >
                <p className="text-pretty">
                  {at !== null && (
                    <strong>
                      <Time at={at} />{' '}
                    </strong>
                  )}
                  {sentence(message)}
                </p>
                {remedy !== null && <RemedyLine remedy={remedy} />}
              </li>
            ))}
          </ul>
        </>
      )}
      {unknown.length > 0 && (
        <p className="text-[0.92rem] text-pretty text-soft">
          The machine did not tell: {unknown.join(', ')}.
        </p>
      )}
    </div>
  );
}

function willWords({ occurrences, willRun, unknown }: TonightAnswer['jobs'][number]) {
  if (willRun === occurrences) return { words: 'will run', colour: 'text-good' };
  if (willRun > 0) return { words: `only ${willRun} will run`, colour: 'text-bad' };
  return unknown > 0
    ? { words: 'not known', colour: 'text-warn' }
    : { words: 'will not run', colour: 'text-bad' };
}

function Jobs({ answer: { jobs, omittedJobs } }: { readonly answer: TonightAnswer }) {
  const now = useNow();
  if (jobs.length === 0)
    return (
      <p className="text-pretty text-soft">
        No enabled job has an occurrence until then. Jobs that are paused or done are not counted.
      </p>
    );
  const shown = jobs.slice(0, mostJobs);
  const more = jobs.length - shown.length + omittedJobs;
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">What is due</h3>
      <ul className="divide-y divide-line border-y border-line">
        {shown.map((line) => {
          const { words, colour } = willWords(line);
          return (
            <li
              key={line.job.id}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 py-1.5"
            >
              <Link
                to="/jobs/$job"
                params={{ job: line.job.id }}
                className="truncate font-semibold hover:underline"
              >
                {line.job.name}
              </Link>
              <span className={colour}>{words}</span>
              <span className="col-span-2 text-[0.92rem] text-soft">
                {stretchWords(line.first, line.last, now)}
                {line.occurrences > 1 && `, ${line.occurrences} times`}
              </span>
            </li>
          );
        })}
      </ul>
      <p>
        <Link to="/timeline" className="text-lamp hover:underline">
          {more > 0 ? `${more} more on the timeline` : 'On the timeline'}
        </Link>
      </p>
    </div>
  );
}
