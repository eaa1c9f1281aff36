import { useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { IconButton } from '../../parts/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../parts/menu.tsx';
import { toast } from '../../parts/toast.tsx';
import { useMay } from '../../session.ts';
import { ApproveDialog } from './approve.tsx';
import { PauseDialog, RemoveDialog } from './pause.tsx';

/** What can be done with one job of a list. */
export function JobMenu({
  job,
  tabIndex,
}: {
  readonly job: JobAnswer;
  readonly tabIndex?: number;
}) {
  const [open, setOpen] = useState<'approve' | 'pause' | 'remove' | null>(null);
  const navigate = useNavigate();
  const mayEdit = useMay('edit');
  const mayApprove = useMay('admin');
  const { mutate: resume } = useResume(job);
  const to = { params: { job: job.id } } as const;
  return (
    <>
      <Menu
        trigger={
          <IconButton small tabIndex={tabIndex} label={`More for ${job.name}`}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onChoose={() => void navigate({ to: '/jobs/$job', ...to })}>Open</MenuItem>
        <MenuItem
          disabled={!mayEdit}
          onChoose={() => void navigate({ to: '/jobs/$job/edit', ...to })}
        >
          Edit
        </MenuItem>
        {job.unapproved.length > 0 && (
          <MenuItem disabled={!mayApprove} onChoose={() => setOpen('approve')}>
            Approve…
          </MenuItem>
        )}
        {(job.state === 'enabled' || job.state === 'pending') && (
          <MenuItem disabled={!mayEdit} onChoose={() => setOpen('pause')}>
            Pause…
          </MenuItem>
        )}
        {job.state === 'paused' && (
          <MenuItem disabled={!mayEdit} onChoose={() => resume({ job: job.id })}>
            Resume
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem danger disabled={!mayEdit} onChoose={() => setOpen('remove')}>
          Remove…
        </MenuItem>
      </Menu>
      {open === 'approve' && <ApproveDialog job={job} onClose={() => setOpen(null)} />}
      {open === 'pause' && <PauseDialog job={job} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog job={job} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Lets a paused job fire again. */
export const useResume = (job: Pick<JobAnswer, 'name'>) =>
  useAction(routes.resumeJob, {
    done: () => toast(`Resumed: ${job.name}`),
    failed: (problem) => toast(problem.message, { isBad: true }),
  });
