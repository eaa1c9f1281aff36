import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { announce, toast } from '../../parts/toast.tsx';
import { useMay } from '../../session.ts';
import { PauseDialog, RemoveDialog } from './pause.tsx';
import { oneWishMs } from './run-now.tsx';
import type { Listed } from './use-jobs.ts';

/** What single keys do with the row that the keyboard is on. */
export function useKeys() {
  const [shown, setShown] = useState<{ readonly act: 'pause' | 'remove'; readonly job: Listed }>();
  const navigate = useNavigate();
  const mayEdit = useMay('edit');
  /** Until when a further press of the key means the same wish, by job. */
  const asked = useRef(new Map<string, number>());
  const run = useAction(routes.runJob, {
    subject: ({ job }) => job,
    done: ({ word, request }) => toast(`${word}: ${request.job?.name ?? ''}`),
    failed: (problem, { job }) => {
      asked.current.delete(job);
      toast(problem.message, { isBad: true });
    },
  });
  const resume = useAction(routes.resumeJob, {
    subject: ({ job }) => job,
    done: ({ job }) => announce(`Resumed ${job.name}`),
    failed: (problem) => toast(problem.message, { isBad: true }),
  });
  const close = (): void => setShown(undefined);
  const open = (key: string, job: Listed): boolean => {
    const act = acts(job)[key];
    if (act === undefined || !(mayEdit || key === 'r')) return false;
    act();
    return true;
  };
  const acts = (job: Listed): Readonly<Record<string, () => void>> => ({
    r: () => {
      const now = performance.now();
      for (const [id, until] of asked.current) if (until <= now) asked.current.delete(id);
      const isAgain = asked.current.has(job.id);
      asked.current.set(job.id, now + oneWishMs);
      if (isAgain) announce(`${job.name} was asked for already`);
      else run.mutate({ job: job.id });
    },
    e: () => void navigate({ to: '/jobs/$job/edit', params: { job: job.id } }),
    Delete: () => setShown({ act: 'remove', job }),
    p: () => {
      if (job.state === 'enabled') setShown({ act: 'pause', job });
      if (job.state === 'paused') resume.mutate({ job: job.id });
    },
  });
  const dialogs =
    shown === undefined ? null : shown.act === 'pause' ? (
      <PauseDialog job={shown.job} onClose={close} />
    ) : (
      <RemoveDialog job={shown.job} onClose={close} />
    );
  return { open, dialogs };
}
