import { getRouteApi, Link } from '@tanstack/react-router';
import { Pause, Pencil, Play, ShieldCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type AnswerOf, routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { Button, buttonClass } from '../../parts/button.tsx';
import { Loading } from '../../parts/empty.tsx';
import { Badge } from '../../parts/outcome.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Outdated, ProblemNote } from '../../parts/problem.tsx';
import { ReadinessNote } from '../../parts/readiness.tsx';
import { useMay } from '../../session.ts';
import { ApproveDialog } from '../jobs/approve.tsx';
import { useResume } from '../jobs/job-menu.tsx';
import { PauseDialog, RemoveDialog } from '../jobs/pause.tsx';
import { RunNow } from '../jobs/run-now.tsx';
import { NextFires } from './next-fires.tsx';
import { RecentRuns } from './recent-runs.tsx';
import { Settings } from './settings.tsx';

type Shown = AnswerOf<typeof routes.job>;
const here = getRouteApi('/jobs/$job');

/** One job: will it run, when, what it did, how it is set. */
export function JobPage() {
  const { job: id } = here.useParams();
  const { data, error } = useAnswer(routes.job, { job: id }, { keep: false });
  // A job that was removed is none that may run, whatever was known of it.
  if (data === undefined || error?.status === 404)
    return (
      <>
        <PageHead title="Job" eyebrow={<BackToJobs />} />
        {error === null ? <Loading what="the job" /> : <ProblemNote problem={error} />}
      </>
    );
  return (
    <>
      <Outdated problem={error} />
      <Job shown={data} />
    </>
  );
}

const BackToJobs = () => (
  <Link to="/jobs" className="hover:underline">
    Jobs
  </Link>
);

function Job({ shown: { job, understood, readiness, recent } }: { readonly shown: Shown }) {
  return (
    <>
      <PageHead title={job.name} eyebrow={<BackToJobs />} actions={<Acts job={job} />}>
        <p className="flex flex-wrap items-center gap-2">
          {job.state === 'paused' && <Badge tone="warn">paused</Badge>}
          {job.state === 'pending' && <Badge tone="warn">to approve</Badge>}
          {job.state === 'done' && <Badge>done</Badge>}
          <span>{understood.words}</span>
          {job.schedule.zone !== null && <span>· {job.schedule.zone}</span>}
        </p>
      </PageHead>
      <ReadinessNote readiness={readiness} />
      <div className="mt-6 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
        <div className="space-y-8">
          <Section title="Recent runs">
            <RecentRuns runs={recent} job={job} />
          </Section>
        </div>
        <div className="space-y-8">
          <Section title={job.state === 'enabled' ? 'Next' : 'Would fire next'}>
            <NextFires understood={understood} />
          </Section>
          <Section title="What it is">
            <Settings job={job} />
          </Section>
        </div>
      </div>
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="eyebrow mb-2">{title}</h2>
      {children}
    </section>
  );
}

function Acts({ job }: { readonly job: Shown['job'] }) {
  const [open, setOpen] = useState<'approve' | 'pause' | 'remove' | null>(null);
  const navigate = here.useNavigate();
  const mayEdit = useMay('edit');
  const mayApprove = useMay('admin');
  const mayRun = useMay('operate');
  const resume = useResume(job);
  return (
    <>
      {job.unapproved.length > 0
        ? mayApprove && (
            <Button look="primary" onClick={() => setOpen('approve')}>
              <ShieldCheck size={14} aria-hidden /> Approve
            </Button>
          )
        : mayRun && <RunNow job={job} />}
      {mayEdit && (
        <>
          {(job.state === 'enabled' || job.state === 'pending') && (
            <Button onClick={() => setOpen('pause')}>
              <Pause size={14} aria-hidden /> Pause
            </Button>
          )}
          {job.state === 'paused' && (
            <Button waiting={resume.isPending} onClick={() => resume.mutate({ job: job.id })}>
              <Play size={14} aria-hidden /> Resume
            </Button>
          )}
          <Link to="/jobs/$job/edit" params={{ job: job.id }} className={buttonClass()}>
            <Pencil size={14} aria-hidden /> Edit
          </Link>
          <Button look="danger" onClick={() => setOpen('remove')}>
            Remove
          </Button>
        </>
      )}
      {open === 'approve' && <ApproveDialog job={job} onClose={() => setOpen(null)} />}
      {open === 'pause' && <PauseDialog job={job} onClose={() => setOpen(null)} />}
      {open === 'remove' && (
        <RemoveDialog
          job={job}
          onClose={() => setOpen(null)}
          onRemoved={() => void navigate({ to: '/jobs' })}
        />
      )}
    </>
  );
}
