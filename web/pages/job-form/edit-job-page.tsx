import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction, useAnswer } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { draftOf } from './draft.ts';
import { JobForm } from './job-form.tsx';
import { tellSaved } from './saved.tsx';

const here = getRouteApi('/jobs/$job/edit');

/**
 * A job that is there, to be changed. It is held as it was when the form was opened, so that a change by others is noticed; never as
 * it was kept from before, when others may have changed it already.
 */
export function EditJobPage() {
  const { job: id } = here.useParams();
  const { data, error, isStale } = useAnswer(routes.job, { job: id });
  const [held, hold] = useState<JobAnswer>();
  useEffect(() => {
    if (held === undefined && data !== undefined && !isStale) hold(data.job);
  }, [held, data, isStale]);
  if (held === undefined)
    return (
      <>
        <PageHead title="Edit" />
        {error === null ? <Loading what="the job" /> : <ProblemNote problem={error} />}
      </>
    );
  return <Edit key={held.revision} job={held} onAgain={() => hold(undefined)} />;
}

function Edit({ job, onAgain }: { readonly job: JobAnswer; readonly onAgain: () => void }) {
  const navigate = here.useNavigate();
  const toJob = { to: '/jobs/$job', params: { job: job.id } } as const;
  const { mutate, isPending, isSuccess, error } = useAction(routes.editJob, {
    done: ({ changed, warnings }) => {
      const words =
        changed.length === 0 ? 'Nothing was different.' : `Saved: ${changed.join(', ')}`;
      tellSaved(words, { warnings });
      void navigate(toJob);
    },
  });
  return (
    <>
      <PageHead
        title={`Edit ${job.name}`}
        eyebrow={
          <Link {...toJob} className="hover:underline">
            {job.name}
          </Link>
        }
      />
      <JobForm
        start={draftOf(job)}
        job={job.id}
        act="Save"
        isSaving={isPending}
        isSaved={isSuccess}
        problem={error}
        onSave={(wish) => mutate({ ...wish, job: job.id, revision: job.revision })}
        onCancel={() => void navigate(toJob)}
        aside={
          error?.code === 'revision_conflict' && (
            <Button onClick={onAgain}>Show the job as it is now, and drop what I typed</Button>
          )
        }
      />
    </>
  );
}
