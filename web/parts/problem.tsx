import { Problem } from '../http.ts';
import { RemedyLine } from './command.tsx';

/** Why something was refused or failed, and what to do now. Read out when it appears. */
export function ProblemNote({ problem }: { readonly problem: Error }) {
  const remedy = problem instanceof Problem ? problem.remedy : null;
  return (
    <div role="alert" className="space-y-2 rounded-box border-l-4 border-bad bg-bad/10 px-3 py-2">
      <p className="text-pretty">{problem.message}</p>
      {remedy !== null && <RemedyLine remedy={remedy} />}
    </div>
  );
}
