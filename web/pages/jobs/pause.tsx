import { useState } from 'react';
import type { JobAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Confirm } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { toast } from '../../parts/toast.tsx';

type Named = Pick<JobAnswer, 'id' | 'name'>;

/** Pauses a job, with the reason that everybody will see. */
export function PauseDialog({
  job,
  onClose,
}: {
  readonly job: Named;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useAction(routes.pauseJob, {
    done: () => {
      toast(`Paused: ${job.name}`);
      onClose();
    },
  });
  return (
    <Confirm
      title={`Pause ${job.name}`}
      act="Pause"
      look="primary"
      waiting={isPending}
      problem={error}
      onClose={onClose}
      onConfirm={() =>
        mutate({ job: job.id, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
      }
    >
      <p>It fires again when somebody resumes it. A run that is under way goes on.</p>
      <ReasonField reason={reason} onChange={setReason} />
    </Confirm>
  );
}

export function ReasonField({
  reason,
  onChange,
}: {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
}) {
  return (
    <Field label="Why?" hint="Shown with the job until it is resumed. May stay empty.">
      {(ties) => (
        <input
          {...ties}
          className="control"
          maxLength={500}
          value={reason}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Removes a job. What its runs did stays. */
export function RemoveDialog({
  job,
  onClose,
  onRemoved,
}: {
  readonly job: Named;
  readonly onClose: () => void;
  readonly onRemoved?: () => void;
}) {
  const { mutate, isPending, error } = useAction(routes.removeJob, {
    done: () => {
      toast(`Removed: ${job.name}`);
      onClose();
      onRemoved?.();
    },
  });
  return (
    <Confirm
      title={`Remove ${job.name}`}
      act="Remove the job"
      waiting={isPending}
      problem={error}
      onClose={onClose}
      onConfirm={() => mutate({ job: job.id })}
    >
      <p>It never fires again. Its history stays, and a run that is under way goes on.</p>
    </Confirm>
  );
}
