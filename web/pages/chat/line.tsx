import { Link } from '@tanstack/react-router';
import type {
  JobAnswer,
  ReadinessAnswer,
  UnderstoodAnswer,
} from '../../../src/operations/answers.ts';
import type { ChatLineAnswer } from '../../../src/operations/chat-answers.ts';
import { RemedyLine } from '../../parts/command.tsx';
import { ReadinessNote } from '../../parts/readiness.tsx';
import { Time } from '../../parts/time.tsx';

/** One piece of the conversation: what was said, by whom, or the answer of an operation as data. */
export function Line({ line: { part } }: { readonly line: ChatLineAnswer }) {
  switch (part.kind) {
    case 'asked':
      return (
        <p className="ml-auto w-fit max-w-[85%] rounded-box bg-line/70 px-3 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
          <span className="sr-only">You: </span>
          {part.text}
        </p>
      );
    case 'text':
      return <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{part.text}</p>;
    case 'card':
      return <Card answer={part.answer} />;
    case 'refused':
      return part.remedy === null ? null : <RemedyLine remedy={part.remedy} />;
    case 'end':
      return part.how === 'done' ? null : <p className="text-bad">This turn was {part.how}.</p>;
    case 'call':
      return null;
  }
}

/** What a card shows of an answer, as far as it has it. The door holds answers to their schemas. */
type Shown = {
  readonly job?: JobAnswer;
  readonly jobs?: readonly JobAnswer[];
  readonly understood?: UnderstoodAnswer;
  readonly readiness?: ReadinessAnswer;
  readonly removed?: boolean;
};

function Card({ answer }: { readonly answer: Shown }) {
  const { job, jobs, understood, readiness, removed = false } = answer;
  const listed = Array.isArray(jobs) ? jobs.filter((one) => 'schedule' in one) : [];
  return (
    <section
      aria-label={job?.name ?? 'Answer'}
      className="space-y-2 rounded-box border border-line bg-raised p-3"
    >
      {job !== undefined && <JobLine job={job} isRemoved={removed} />}
      {listed.length > 0 && (
        <ul className="space-y-1">
          {listed.map((one) => (
            <li key={one.id}>
              <JobLine job={one} isRemoved={false} />
            </li>
          ))}
        </ul>
      )}
      {understood !== undefined && !removed && (
        <ol aria-label="Next times" className="flex flex-wrap gap-x-4 text-soft">
          {understood.next.slice(0, 5).map(({ at }) => (
            <li key={at}>
              <Time at={at} />
            </li>
          ))}
        </ol>
      )}
      {readiness !== undefined && (
        <ReadinessNote readiness={readiness} subject={job === undefined ? 'Jobs' : 'It'} />
      )}
    </section>
  );
}

function JobLine({ job, isRemoved }: { readonly job: JobAnswer; readonly isRemoved: boolean }) {
  return (
    <p className="[overflow-wrap:anywhere]">
      {isRemoved ? (
        <s>{job.name}</s>
      ) : (
        <Link to="/jobs/$job" params={{ job: job.id }} className="font-semibold underline">
          {job.name}
        </Link>
      )}{' '}
      <span className="text-soft">
        {job.schedule.words}
        {job.state !== 'enabled' && `, ${job.state}`}
      </span>
    </p>
  );
}
