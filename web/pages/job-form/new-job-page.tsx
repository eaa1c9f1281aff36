import { getRouteApi, Link } from '@tanstack/react-router';
import { type AnswerOf, routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { PageHead } from '../../parts/page.tsx';
import { emptyDraft } from './draft.ts';
import { JobForm } from './job-form.tsx';
import { tellSaved } from './saved.tsx';

const here = getRouteApi('/jobs/new');

/** A new job. */
export function NewJobPage() {
  const navigate = here.useNavigate();
  const { mutate, isPending, isSuccess, error } = useAction(routes.addJob, {
    done: ({ job, readiness, warnings }) => {
      tellSaved(savedWords({ job, readiness, warnings }), { warnings }, !readiness.willRun);
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

/** "It will run" only where nothing that the answer warns of speaks against it. */
function savedWords({
  job,
  readiness,
  warnings,
}: Pick<AnswerOf<typeof routes.addJob>, 'job' | 'readiness' | 'warnings'>): string {
  const saved = `Saved: ${job.name}.`;
  if (!readiness.willRun) return `${saved} It will not run: ${readiness.message}.`;
  return warnings.length > 0 ? saved : `${saved} It will run.`;
}
