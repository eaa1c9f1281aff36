import { useState } from 'react';
import type { StatusAnswer } from '../../../src/operations/answers.ts';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { toast } from '../../parts/toast.tsx';

/** Asks the holder to make room. What happens then depends on who stands by, so that is said first. */
export function HandOver({ status }: { readonly status: StatusAnswer }) {
  const [isAsking, setIsAsking] = useState(false);
  const { mutate, isPending, error, reset } = useAction(routes.handover, {
    done: ({ message }) => {
      setIsAsking(false);
      toast(message);
    },
  });
  const { holder, instances, running } = status;
  if (holder === null && !isAsking) return null;
  const standbys = instances.filter(({ standing }) => standing === 'standby');
  return (
    <>
      <Button
        onClick={() => {
          reset();
          setIsAsking(true);
        }}
      >
        Hand over …
      </Button>
      {isAsking && holder !== null && (
        <Confirm
          title="Hand over?"
          act="Ask it to hand over"
          look="primary"
          waiting={isPending}
          problem={error}
          onConfirm={() => mutate({})}
          onClose={() => setIsAsking(false)}
        >
          <p>
            The {holder.role} (pid {holder.pid}) starts nothing more and releases the profile.{' '}
            {running > 0
              ? `The ${running === 1 ? 'run' : `${running} runs`} under way go on; the next holder on this machine adopts them.`
              : 'Nothing is running just now.'}
          </p>
          {standbys.length > 0 ? (
            <p>
              Ready to take over: {standbys.map(({ role, pid }) => `${role} ${pid}`).join(', ')}.
            </p>
          ) : (
            <p className="text-warn">
              Nobody stands by. The same process may take the profile again at once, and if it does
              not, nothing runs.
            </p>
          )}
          <p className="text-soft">The rule stays as it is.</p>
        </Confirm>
      )}
    </>
  );
}
