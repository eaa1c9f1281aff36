import { Link, useNavigate } from '@tanstack/react-router';
import { RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { toast } from '../../parts/toast.tsx';
import { useMay } from '../../session.ts';

const isOpen = ({ state }: RunAnswer): boolean => state === 'running' || state === 'queued';

/** Ends a run that is under way, after a question. */
export function CancelRun({ run }: { readonly run: RunAnswer }) {
  const [isAsking, setIsAsking] = useState(false);
  const mayOperate = useMay('operate');
  const { mutate, isPending, error, reset } = useAction(routes.cancelRun, {
    done: ({ message }) => {
      setIsAsking(false);
      toast(message);
    },
  });
  const isShown = mayOperate && isOpen(run);
  if (!isShown && !isAsking) return null;
  return (
    <>
      {isShown && (
        <Button
          look="danger"
          onClick={() => {
            reset();
            setIsAsking(true);
          }}
        >
          <Square size={14} aria-hidden /> Cancel run
        </Button>
      )}
      {isAsking && (
        <Confirm
          title="Cancel this run?"
          act="Cancel the run"
          dismiss="Let it go on"
          waiting={isPending}
          problem={error}
          onConfirm={() => mutate({ run: run.id })}
          onClose={() => setIsAsking(false)}
        >
          {run.state === 'queued' ? (
            <p>
              <strong>{run.job.name}</strong> has not begun and will not begin.
            </p>
          ) : (
            <p>
              <strong>{run.job.name}</strong> and everything that it started is told to end, and
              ended by force after 5 seconds. What it did until then is not taken back.
            </p>
          )}
          <p className="text-soft">The schedule goes on: the next occurrence comes at its time.</p>
        </Confirm>
      )}
    </>
  );
}

/** Runs the same job again now, after a question. */
export function RetryRun({ run }: { readonly run: RunAnswer }) {
  const [isAsking, setIsAsking] = useState(false);
  const [isQueued, setIsQueued] = useState(false);
  const mayOperate = useMay('operate');
  const navigate = useNavigate();
  const { mutate, isPending, error, reset } = useAction(routes.retryRun, {
    done: ({ run: made, word }) => {
      setIsAsking(false);
      toast(
        <p>
          {word}: <strong>{run.job.name}</strong>.{' '}
          <Link to="/runs/$run" params={{ run: run.id }} className="underline">
            The earlier run
          </Link>
        </p>,
      );
      if (made !== null) void navigate({ to: '/runs/$run', params: { run: made.id } });
    },
  });
  if (!mayOperate || isOpen(run)) return null;
  return (
    <>
      <Button
        onClick={() => {
          reset();
          setIsAsking(true);
        }}
      >
        <RotateCcw size={14} aria-hidden /> Retry
      </Button>
      {isAsking && (
        <Confirm
          title="Run it again?"
          act="Run it again"
          look="primary"
          waiting={isPending}
          problem={error}
          onConfirm={() => mutate({ run: run.id, ...(isQueued ? { queue: true } : {}) })}
          onClose={() => setIsAsking(false)}
        >
          <p>
            The owner starts <strong>{run.job.name}</strong> now, as it is defined today, as a new
            run that names this one. The schedule does not move.
          </p>
          {run.outcome === 'unknown' && (
            <p className="text-warn">
              Nobody saw how this run ended. If it did its work, retrying does it a second time.
            </p>
          )}
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-1"
              checked={isQueued}
              onChange={(event) => setIsQueued(event.currentTarget.checked)}
            />
            Keep the request for an hour, should nobody be there to run it now
          </label>
        </Confirm>
      )}
    </>
  );
}
