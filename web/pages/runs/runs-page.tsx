import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReadinessAnswer } from '../../../src/operations/answers.ts';
import { buttonClass } from '../../parts/button.tsx';
import { RemedyLine } from '../../parts/command.tsx';
import { Empty, Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Table } from '../../parts/table.tsx';
import { columns } from './columns.tsx';
import { Filter } from './filter.tsx';
import { useRuns } from './use-runs.ts';

const here = getRouteApi('/runs');

/** Every decision of the profile, the newest first. */
export function RunsPage() {
  const { job, became } = here.useSearch();
  const navigate = here.useNavigate();
  const found = useRuns({ job, became });
  const { runs, more } = found;
  const isFiltered = job !== undefined || became !== undefined;
  const jobName = runs.find((run) => run.job.id === job)?.job.name;
  return (
    <>
      <PageHead title="Runs">
        <p>Every occurrence and every request, with the one decision that was made about it.</p>
      </PageHead>
      {(runs.length > 0 || isFiltered) && (
        <Filter jobName={jobName} count={runs.length} hasMore={more.has} isStale={found.isStale} />
      )}
      {found.error !== null && <ProblemNote problem={found.error} />}
      {found.isPending && found.error === null && <Loading what="the runs" />}
      {runs.length > 0 && (
        <Table
          label="Runs"
          rows={runs}
          columns={columns}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/runs/$run', params: { run: id } })}
          more={more}
        />
      )}
      {found.answer !== undefined &&
        runs.length === 0 &&
        (isFiltered ? <NoneFound /> : <NoRuns readiness={found.answer.readiness} />)}
    </>
  );
}

function NoRuns({ readiness: { willRun, remedy } }: { readonly readiness: ReadinessAnswer }) {
  return (
    <Empty
      title="Nothing has been decided yet"
      action={
        <Link to="/jobs" className={buttonClass()}>
          To the jobs
        </Link>
      }
    >
      <p>
        When the time of a job comes, one row appears here: it ran and how that ended, or it did not
        and why. Nothing is left out, also not what was missed while this machine slept.
      </p>
      <p>
        {willRun
          ? 'An owner is there and waits for the first one.'
          : 'Nobody runs jobs in this profile now, so that all you will see here is what was missed.'}
      </p>
      {remedy !== null && <RemedyLine remedy={remedy} />}
    </Empty>
  );
}

function NoneFound() {
  return (
    <Empty
      title="No run is like that"
      action={
        <Link to="/runs" search={{}} className={buttonClass()}>
          Show every decision
        </Link>
      }
    >
      <p>
        Runs are kept as long as the settings say; the newest decision about each job is always
        kept.
      </p>
    </Empty>
  );
}
