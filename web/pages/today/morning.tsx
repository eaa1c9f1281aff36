import { Link } from '@tanstack/react-router';
import type { MorningAnswer } from '../../../src/operations/outputs-evening.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { RemedyLine } from '../../parts/command.tsx';
import { Loading } from '../../parts/empty.tsx';
import { useNow } from '../../parts/moment.ts';
import { type Mark, sights } from '../../parts/outcome.tsx';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { sentence } from '../../parts/readiness.tsx';
import { Section } from '../../parts/section.tsx';
import { Away, Time } from '../../parts/time.tsx';
import { type Tone, Verdict } from './verdict.tsx';
import { codeWords, counted, happening, stretchWords } from './words.ts';

const refreshMs = 30_000;
const mostEvents = 8;
const mostLines = 6;

/** What became of the hours that lie behind. */
export function Morning() {
  const { data, error } = useAnswer(routes.morning, {}, { refreshMs, keep: true });
  const title = 'The last 12 hours';
  if (data === undefined)
    return (
      <Section title={title}>
        {error === null ? <Loading what="the last hours" /> : <ProblemNote problem={error} />}
      </Section>
    );
  return (
    <Section
      title={title}
      aside={
        <span className="text-soft">
          since <Time at={data.since} />
        </span>
      }
    >
      <Outdated problem={error} />
      <div className="space-y-5">
        <MorningVerdict answer={data} />
        <Counts answer={data} />
        <Needs answer={data} />
        <WentWrong answer={data} />
        <Meanwhile answer={data} />
        <Running answer={data} />
      </div>
    </Section>
  );
}

function verdictWords({ counts, needs }: MorningAnswer): {
  readonly tone: Tone;
  readonly words: string;
} {
  const { succeeded, failed, missed, refused, skipped, undecided } = counts;
  const ran = succeeded + failed;
  const underWay = counts.running + counts.queued;
  if (ran + missed + refused + skipped + undecided + underWay === 0)
    return needs.length > 0
      ? { tone: 'warn', words: 'Nothing was due.' }
      : { tone: 'good', words: 'Nothing was due, and nothing needs you.' };
  const wrong = failed + missed + refused + undecided;
  if (ran + wrong === 0)
    return {
      tone: 'warn',
      words: underWay > 0 ? 'Nothing that was due is over yet.' : 'Nothing ran: all was skipped.',
    };
  if (wrong === 0)
    return {
      tone: 'good',
      words: ran === 1 ? 'The one run went well.' : `All ${ran} runs went well.`,
    };
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    missed > 0 ? `${missed} missed` : '',
    refused > 0 ? `${refused} refused` : '',
    undecided > 0 ? `${undecided} due and decided by nobody` : '',
  ].filter((part) => part !== '');
  return { tone: 'bad', words: `${sentence(parts.join(', '))} ${succeeded} went well.` };
}

function MorningVerdict({ answer }: { readonly answer: MorningAnswer }) {
  const { tone, words } = verdictWords(answer);
  return (
    <Verdict tone={tone} words={words}>
      {answer.needs.length === 0 && tone !== 'good' && (
        <p className="text-soft">Nothing of it needs you.</p>
      )}
    </Verdict>
  );
}

const marks = [
  'succeeded',
  'failed',
  'timed_out',
  'unknown',
  'missed',
  'refused',
  'undecided',
  'cancelled',
  'skipped',
  'running',
  'queued',
] as const;

/** Failed runs are counted together; their lines tell how each ended. */
function countOf({ counts, failed }: MorningAnswer, mark: (typeof marks)[number]): number {
  switch (mark) {
    case 'failed':
    case 'timed_out':
    case 'unknown':
    case 'cancelled':
      return failed.reduce((sum, line) => sum + (line.outcome === mark ? line.occurrences : 0), 0);
    default:
      return counts[mark];
  }
}

/** How often what happened, each leading to the runs. What did not happen is left out. */
function Counts({ answer }: { readonly answer: MorningAnswer }) {
  const shown = marks.filter((mark) => countOf(answer, mark) > 0);
  if (shown.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-2">
      {shown.map((mark) => (
        <li key={mark}>
          <Link to="/runs" search={{ became: mark }} className="group block">
            <span className={`block text-2xl leading-tight font-semibold ${sights[mark].colour}`}>
              {countOf(answer, mark)}
            </span>
            <span className="text-soft group-hover:underline">{sights[mark].words}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Needs({ answer: { needs } }: { readonly answer: MorningAnswer }) {
  if (needs.length === 0) return null;
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">Needs you</h3>
      <ul className="divide-y divide-line border-y border-line">
        {needs.map(({ code, message, remedy, job }) => (
          <li key={`${code} ${message}`} className="space-y-1.5 py-2.5">
            <p className="text-pretty">
              {sentence(message)}{' '}
              {job !== null && (
                <Link to="/runs/$run" params={{ run: job.lastRun }} className="underline">
                  Show the run
                </Link>
              )}
            </p>
            {remedy !== null && <RemedyLine remedy={remedy} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

const wrong: readonly { readonly name: 'failed' | 'refused' | 'missed'; readonly mark: Mark }[] = [
  { name: 'failed', mark: 'failed' },
  { name: 'refused', mark: 'refused' },
  { name: 'missed', mark: 'missed' },
];

/** Job by job what did not go well, and why. */
function WentWrong({ answer }: { readonly answer: MorningAnswer }) {
  const now = useNow();
  const lines = wrong.flatMap(({ name, mark }) =>
    answer[name].slice(0, mostLines).map((line) => ({ line, mark: line.outcome ?? mark, name })),
  );
  const all = wrong.reduce((sum, { name }) => sum + answer[name].length, 0);
  if (lines.length === 0) return null;
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">What did not go well</h3>
      <ul className="divide-y divide-line border-y border-line">
        {lines.map(({ line, mark, name }) => (
          <li
            key={`${name} ${line.lastRun}`}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 py-1.5"
          >
            <Link
              to="/runs/$run"
              params={{ run: line.lastRun }}
              className="truncate font-semibold hover:underline"
            >
              {line.job.name}
            </Link>
            <span className={sights[mark].colour}>
              {sights[mark].words}
              {line.occurrences > 1 && ` ×${line.occurrences}`}
            </span>
            <span className="col-span-2 text-[0.92rem] break-words text-soft">
              {stretchWords(line.first, line.last, now)}
              {(line.message ?? line.reason) !== null &&
                `: ${sentence(line.message ?? codeWords(line.reason ?? ''))}`}
            </span>
          </li>
        ))}
      </ul>
      {all > lines.length && (
        <p>
          <Link to="/timeline" className="text-lamp hover:underline">
            {all - lines.length} more on the timeline
          </Link>
        </p>
      )}
    </div>
  );
}

function Meanwhile({ answer: { night } }: { readonly answer: MorningAnswer }) {
  const now = useNow();
  if (night.length === 0) return null;
  const shown = night.slice(-mostEvents);
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">Meanwhile</h3>
      <ol className="space-y-1">
        {shown.map((one) => (
          <li
            key={`${one.kind} ${one.from}`}
            className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 text-pretty"
          >
            <span className="text-soft">{stretchWords(one.from, one.until, now)}</span>
            <span>{happening(one)}</span>
          </li>
        ))}
      </ol>
      {night.length > shown.length && (
        <p className="text-soft">{counted(night.length - shown.length, 'earlier event')}.</p>
      )}
    </div>
  );
}

function Running({ answer: { running } }: { readonly answer: MorningAnswer }) {
  if (running.length === 0) return null;
  return (
    <div className="space-y-2">
      <h3 className="eyebrow">Still running</h3>
      <ul className="space-y-1">
        {running.slice(0, mostLines).map(({ run, job, startedAt }) => (
          <li key={run}>
            <Link to="/runs/$run" params={{ run }} className="hover:underline">
              {job.name}
            </Link>
            {startedAt !== null && (
              <span className="text-soft">
                {' '}
                started <Away at={startedAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
