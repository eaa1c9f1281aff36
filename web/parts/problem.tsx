import { Problem } from '../http.ts';
import { RemedyLine } from './command.tsx';

/** Why something was refused or failed, and what to do now. Read out when it appears. */
export function ProblemNote({
  problem,
  lead = '',
}: {
  readonly problem: Error;
  /** What it means for what stands below. */
  readonly lead?: string;
}) {
  const remedy = problem instanceof Problem ? problem.remedy : null;
  return (
    <div role="alert" className="space-y-2 rounded-box border-l-4 border-bad bg-bad/10 px-3 py-2">
      <p className="text-pretty">{lead === '' ? problem.message : `${lead} ${problem.message}`}</p>
      {remedy !== null && <RemedyLine remedy={remedy} />}
    </div>
  );
}

/** Above an answer that could not be asked for anew. When nothing answers at all, the banner says so for the whole page. */
export function Outdated({ problem }: { readonly problem: Problem | null }) {
  if (problem === null || problem.status === 0) return null;
  return (
    <div className="mb-4">
      <ProblemNote problem={problem} lead="What stands here may be old." />
    </div>
  );
}
