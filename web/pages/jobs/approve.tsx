import type { JobAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Confirm } from '../../parts/dialog.tsx';
import { toast } from '../../parts/toast.tsx';
import { makerWords } from './job-words.ts';

const powerWords: Readonly<Record<JobAnswer['unapproved'][number], string>> = {
  command: 'run a command',
  shell: 'run a line in a shell',
  http: 'speak to servers',
  protected: 'use what is protected',
};

/** All of what it would do, not the line that a list has room for. */
function whole({ does, shell, agent }: JobAnswer): string {
  if (agent === null) return shell ? `sh -c ${does}` : does;
  const gate = agent.gate === null ? [] : [`Gate: ${agent.gate}`];
  const tools = agent.tools.join(', ') || 'none';
  return [`${agent.name}: ${agent.prompt}`, `Tools: ${tools}`, ...gate].join('\n');
}

/** What a person says yes to, as it was when they looked. */
export function ApproveDialog({
  job,
  onClose,
}: {
  readonly job: JobAnswer;
  readonly onClose: () => void;
}) {
  const { mutate, isPending, error } = useAction(routes.approveJob, {
    done: () => {
      toast(`Approved: ${job.name}`);
      onClose();
    },
  });
  const targets = [...job.deliver, ...job.onFailure].join(', ');
  return (
    <Confirm
      title={`Approve ${job.name}`}
      act="Approve"
      look="primary"
      waiting={isPending}
      problem={error}
      onClose={onClose}
      onConfirm={() => mutate({ job: job.id, revision: job.revision })}
    >
      <p>
        Made or changed by {makerWords(job.madeBy) || 'others than a person'}. It may then{' '}
        {job.unapproved.map((power) => powerWords[power]).join(', ')}, {job.schedule.words}:
      </p>
      <pre className="overflow-x-auto rounded-box border border-line bg-sheet px-3 py-2 font-mono text-[0.93em] whitespace-pre-wrap [overflow-wrap:anywhere]">
        {whole(job)}
      </pre>
      <p className="text-soft">
        In {job.cwd}
        {targets === '' ? '' : `, results to ${targets}`}
        {job.env.length === 0 ? '' : `, with the variables ${job.env.join(', ')}`}. Changed
        afterwards, it waits again.
      </p>
    </Confirm>
  );
}
