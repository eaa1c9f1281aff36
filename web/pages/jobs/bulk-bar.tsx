import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, type Route, routes } from '../../api.ts';
import { newKey, Problem } from '../../http.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { toast } from '../../parts/toast.tsx';
import { useMay, useProfile } from '../../session.ts';
import { ReasonField } from './pause.tsx';
import type { Listed } from './use-jobs.ts';

type Act = 'pause' | 'resume' | 'run' | 'remove';

const acts: Readonly<
  Record<
    Act,
    { readonly words: string; readonly route: Route<{ job: string; reason?: string }, unknown> }
  >
> = {
  run: { words: 'Run now', route: routes.runJob },
  pause: { words: 'Pause', route: routes.pauseJob },
  resume: { words: 'Resume', route: routes.resumeJob },
  remove: { words: 'Remove', route: routes.removeJob },
};

/** What can be done with all the selected jobs at once; stands at the lower edge while some are selected. */
export function BulkBar({
  chosen,
  onClear,
  onAsked,
}: {
  readonly chosen: readonly Listed[];
  readonly onClear: () => void;
  /** These were asked for, and need not stay selected. */
  readonly onAsked: (jobs: readonly Listed[]) => void;
}) {
  const [asked, setAsked] = useState<Act>();
  const mayEdit = useMay('edit');
  if (chosen.length === 0) return null;
  return (
    <section
      aria-label="Selected jobs"
      className="sticky bottom-28 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-lg border border-edge bg-raised px-3 py-2 shadow-xl sm:bottom-4"
    >
      <span role="status" className="mr-2 font-semibold">
        {chosen.length} selected
      </span>
      <Button small onClick={() => setAsked('run')}>
        Run now
      </Button>
      <Button small disabled={!mayEdit} onClick={() => setAsked('pause')}>
        Pause
      </Button>
      <Button small disabled={!mayEdit} onClick={() => setAsked('resume')}>
        Resume
      </Button>
      <Button small look="danger" disabled={!mayEdit} onClick={() => setAsked('remove')}>
        Remove
      </Button>
      <Button small look="quiet" onClick={onClear}>
        Clear
      </Button>
      {asked !== undefined && (
        <BulkDialog
          act={asked}
          chosen={chosen}
          onClose={() => setAsked(undefined)}
          onAsked={onAsked}
        />
      )}
    </section>
  );
}

function BulkDialog({
  act,
  chosen,
  onClose,
  onAsked,
}: {
  readonly act: Act;
  readonly chosen: readonly Listed[];
  readonly onClose: () => void;
  readonly onAsked: (jobs: readonly Listed[]) => void;
}) {
  const profile = useProfile();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<number>();
  const isStopped = useRef(false);
  const { words, route } = acts[act];
  const many = `${chosen.length} ${chosen.length === 1 ? 'job' : 'jobs'}`;
  const close = (): void => {
    isStopped.current = true;
    onClose();
  };
  const carryOut = async (): Promise<void> => {
    const refused: string[] = [];
    let count = 0;
    // One after the other: each is a change of its own, which can be refused on its own.
    for (const job of chosen) {
      if (isStopped.current) break;
      setDone(count);
      const input = act === 'pause' && reason.trim() !== '' ? { reason: reason.trim() } : {};
      await call(route, { job: job.id, ...input }, { profile, key: newKey() }).catch(
        (problem: unknown) => {
          refused.push(`${job.name}: ${problem instanceof Problem ? problem.message : 'failed'}`);
        },
      );
      count += 1;
    }
    await client.invalidateQueries({ queryKey: [profile, 'jobs'] });
    if (count < chosen.length) toast(`${words}: stopped after ${count} of ${chosen.length}`);
    report(words, count - refused.length, refused);
    onAsked(chosen.slice(0, count));
    // By then another dialog may be open.
    if (!isStopped.current) onClose();
  };
  return (
    <Confirm
      title={`${words}: ${many}`}
      act={done === undefined ? `${words} ${many}` : `${done + 1} of ${chosen.length} …`}
      look={act === 'remove' ? 'danger' : 'primary'}
      waiting={done !== undefined}
      onClose={close}
      onConfirm={() => void carryOut()}
    >
      <ul className="max-h-52 list-inside list-disc overflow-auto">
        {chosen.map(({ id, name }) => (
          <li key={id} className="truncate">
            {name}
          </li>
        ))}
      </ul>
      {act === 'pause' && <ReasonField reason={reason} onChange={setReason} />}
      {act === 'remove' && <p>They never fire again. Their history stays.</p>}
    </Confirm>
  );
}

function report(words: string, count: number, refused: readonly string[]): void {
  if (count > 0) toast(`${words}: done for ${count}`);
  if (refused.length === 0) return;
  toast(
    <>
      <p className="font-semibold">Not for {refused.length}:</p>
      <ul>
        {refused.slice(0, 5).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>,
    { isBad: true },
  );
}
