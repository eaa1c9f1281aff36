import { getRouteApi, Link } from '@tanstack/react-router';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { PageHead } from '../../parts/page.tsx';
import { toast } from '../../parts/toast.tsx';
import { emptyDraft } from './draft.ts';
import { JobForm } from './job-form.tsx';

const here = getRouteApi('/jobs/new');

/** A new job. */
export function NewJobPage() {
  const navigate = here.useNavigate();
  const { mutate, isPending, isSuccess, error } = useAction(routes.addJob, {
    done: ({ job, readiness }) => {
      toast(
        readiness.willRun ? (
          <>Saved: {job.name}. It will run.</>
        ) : (
          <>
            Saved: {job.name}. It will not run: {readiness.message}.
          </>
        ),
        { isBad: !readiness.willRun },
      );
      void navigate({ to: '/jobs/$job', params: { job: job.id } });
    },
  });
  return (
    <>
      <PageHead
        title="New job"
        eyebrow={
          <Link to="/jobs" className="hover:underline">
            Jobs
          </Link>
        }
      />
      <JobForm
        start={emptyDraft}
        act="Save the job"
        isSaving={isPending}
        isSaved={isSuccess}
        problem={error}
        onSave={(wish) => mutate({ ...wish, when: wish.when ?? '' })}
        onCancel={() => void navigate({ to: '/jobs' })}
      />
    </>
  );
}
