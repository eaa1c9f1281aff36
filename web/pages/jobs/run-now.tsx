import { Link } from '@tanstack/react-router';
import { Check, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import { type AnswerOf, routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { RemedyLine } from '../../parts/command.tsx';
import { announce, toast } from '../../parts/toast.tsx';

/** A hand that goes on clicking means one run. Each further click begins this time anew. */
export const oneWishMs = 3_000;

/** Asks the owner to run a job now, once, however often it is pressed. */
export function RunNow({
  job,
  small = false,
  tabIndex,
}: {
  readonly job: Pick<JobAnswer, 'id' | 'name'>;
  readonly small?: boolean;
  readonly tabIndex?: number;
}) {
  const { press, isWaiting, wasAsked } = useRunNow(job);
  return (
    <Button
      small={small}
      waiting={isWaiting}
      aria-label={`Run now: ${job.name}`}
      title="Run now (r)"
      tabIndex={tabIndex}
      onClick={press}
    >
      {wasAsked ? <Check size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      {!small && 'Run now'}
    </Button>
  );
}

export function useRunNow(job: Pick<JobAnswer, 'id' | 'name'>) {
  const [wasAsked, setWasAsked] = useState(false);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isResting = useRef(false);
  const { mutate, isPending } = useAction(routes.runJob, {
    done: (answer) => toast(<Asked name={job.name} answer={answer} />),
    failed: (problem) => {
      isResting.current = false;
      setWasAsked(false);
      toast(
        <div className="space-y-2">
          <p>
            <strong>{job.name}</strong> was not run: {problem.message}
          </p>
          {problem.remedy !== null && <RemedyLine remedy={problem.remedy} />}
        </div>,
        { isBad: true },
      );
    },
  });
  useEffect(() => () => clearTimeout(rest.current), []);
  return {
    isWaiting: isPending,
    wasAsked,
    press: () => {
      clearTimeout(rest.current);
      rest.current = setTimeout(() => {
        isResting.current = false;
        setWasAsked(false);
      }, oneWishMs);
      if (isResting.current) {
        announce(`${job.name} was asked for already`);
        return;
      }
      isResting.current = true;
      setWasAsked(true);
      mutate({ job: job.id });
    },
  };
}

function Asked({
  name,
  answer: { word, run, owner },
}: {
  readonly name: string;
  readonly answer: AnswerOf<typeof routes.runJob>;
}) {
  const by = owner === null ? '' : ` by ${owner.role} ${owner.pid}`;
  return (
    <p>
      {word}: <strong>{name}</strong>
      {by}.{' '}
      {run !== null && (
        <Link to="/runs/$run" params={{ run: run.id }} className="underline">
          Show the run
        </Link>
      )}
    </p>
  );
}
