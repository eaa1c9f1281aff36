import { useQueryClient } from '@tanstack/react-query';
import type { Problem } from '../http.ts';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/command.tsx';
import { Loading } from '../parts/empty.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Lamp } from './lamp.tsx';
import { useOpenedLink } from './link.ts';

/** What those see who are not signed in: how to get in, exactly. Where nobody can say who is, it says that, and no way in. */
export function Entrance({
  isLooking,
  problem,
}: {
  readonly isLooking: boolean;
  readonly problem: Problem | null;
}) {
  const client = useQueryClient();
  const { isUnderWay: isPending, refused: error } = useOpenedLink();
  const unanswered = problem !== null && problem.status !== 401 ? problem : null;
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-5 py-10">
      <Lamp state={isLooking || isPending || unanswered !== null ? 'unknown' : 'out'} size={44} />
      <h1 className="mt-4 text-2xl font-semibold tracking-tight">cronkeeper</h1>
      {isLooking || isPending ? (
        <Loading what="the session" />
      ) : unanswered !== null ? (
        <div className="mt-2 space-y-4 text-pretty">
          <p className="text-soft">
            Whether you are signed in is not known: the dashboard could not say.
          </p>
          <ProblemNote problem={unanswered} />
          <Button onClick={() => client.resetQueries({ queryKey: ['session'] })}>Ask again</Button>
        </div>
      ) : (
        <div className="mt-2 space-y-4 text-pretty">
          <p className="text-soft">
            You are not signed in. The dashboard opens with a link that works once, within ten
            minutes.
          </p>
          {error !== null && <ProblemNote problem={error} />}
          <p>Type this on the machine where it runs, and open the link that it prints:</p>
          <Command text="cronkeeper dashboard link" />
          <p className="text-[0.92rem] text-soft">
            Over SSH it also prints the line that brings the dashboard to this machine. Jobs run
            whether or not anybody is signed in here.
          </p>
        </div>
      )}
    </main>
  );
}
