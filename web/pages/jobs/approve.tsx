import { useState } from 'react';
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
function whole({ does, shell, agent, http }: JobAnswer): string {
  if (agent !== null) return wholePrompt(agent);
  if (http !== null) return wholeCall(http);
  return shell ? `sh -c ${does}` : does;
}

const listOf = (texts: readonly string[]): string => texts.join(', ');

function wholePrompt(agent: NonNullable<JobAnswer['agent']>): string {
  const { name, model, prompt, tools, gate, contextFrom } = agent;
  const told = contextFrom.map((job) => (job === 'last' ? 'its own last success' : job));
  return [
    `${name}: ${prompt}`,
    ...(model === null ? [] : [`Model: ${model}`]),
    `Tools: ${listOf(tools) || 'none'}`,
    ...(told.length === 0 ? [] : [`Told of: ${listOf(told)}`]),
    ...(gate === null ? [] : [`Gate: ${gate}`]),
  ].join('\n');
}

function wholeCall(http: NonNullable<JobAnswer['http']>): string {
  const { method, url, headers, hasBody, allow } = http;
  return [
    `${method} ${url}${hasBody ? ', with a body' : ''}`,
    ...(headers.length === 0 ? [] : [`Headers: ${listOf(headers)}`]),
    ...(allow.length === 0 ? [] : [`Private addresses that it may reach: ${listOf(allow)}`]),
  ].join('\n');
}

/** What a person says yes to, as it was when they looked. */
export function ApproveDialog({
  job: current,
  onClose,
}: {
  readonly job: JobAnswer;
  readonly onClose: () => void;
}) {
  // Whoever reads must not have the text changed under their eyes, and then say yes to the new one: the door refuses the old revision.
  const [job] = useState(current);
  const { mutate, isPending, error } = useAction(routes.approveJob, {
    done: () => {
      toast(`Approved: ${job.name}`);
      onClose();
    },
  });
  const targets = listOf([...job.deliver, ...job.onFailure]);
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
        {job.ping === null ? '' : `, starts and ends told to ${job.ping}`}
        {job.env.length === 0 ? '' : `, with the variables ${listOf(job.env)}`}. Changed afterwards,
        it waits again.
      </p>
    </Confirm>
  );
}
