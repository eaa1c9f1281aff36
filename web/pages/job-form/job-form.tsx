import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import type { Problem } from '../../http.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { type Draft, saysWork, type Wrong, wishOf } from './draft.ts';
import { MoreFields, WhenFields } from './fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { usePreview } from './use-preview.ts';
import { splitWords } from './words.ts';
import { WorkFields } from './work-fields.tsx';

export type Wish = ReturnType<typeof wishOf>;

/** Adding or editing a job; beside it what would become of it. */
export function JobForm({
  start,
  job,
  act,
  isSaving,
  isSaved,
  problem,
  onSave,
  onCancel,
  aside,
}: {
  /** What the form begins with. */
  readonly start: Draft;
  /** The id of the job that is edited. */
  readonly job?: string;
  readonly act: string;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly problem: Problem | null;
  readonly onSave: (wish: Wish) => void;
  readonly onCancel: () => void;
  /** Beside a problem that came with saving. */
  readonly aside?: ReactNode;
}) {
  const [draft, setDraft] = useState(start);
  const base = job === undefined ? undefined : start;
  const wish = useMemo(() => wishOf(draft, base), [draft, base]);
  const preview = usePreview(job === undefined ? wish : { ...wish, job });
  const isChanged = Object.keys(wishOf(draft, start)).length > 0;
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const isWords = draft.kind === 'command' && !draft.isShell;
  const split = isWords ? splitWords(draft.command) : null;
  const shown = problem ?? preview.error;
  const wrong = fieldOf(shown);
  const isOpenQuote = split?.kind === 'open-quote';
  const isComplete = draft.when.trim() !== '' && saysWork(draft) && !isOpenQuote;
  return (
    <>
      <form
        noValidate
        className="grid items-start gap-8 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]"
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete && !isSaving) onSave(wish);
        }}
      >
        {/* On a phone the preview stands below the time, not below everything. */}
        <div className="contents lg:block lg:space-y-8">
          <WhenFields draft={draft} set={set} wrong={wrong} />
          <div className="order-2 space-y-8">
            <WorkFields draft={draft} set={set} wrong={isOpenQuote ? openQuote : wrong} />
            <MoreFields draft={draft} set={set} wrong={wrong} isEdit={job !== undefined} />
            {problem !== null && (
              <div className="space-y-2">
                <ProblemNote problem={problem} />
                {aside}
              </div>
            )}
            <div className="flex flex-wrap items-center gap-3">
              <Button type="submit" look="primary" waiting={isSaving} disabled={!isComplete}>
                {act}
              </Button>
              <Button onClick={onCancel}>Cancel</Button>
              {!isComplete && (
                <span className="text-soft">
                  {isOpenQuote
                    ? 'Close the quote in the command first.'
                    : 'It needs a time and something to do.'}
                </span>
              )}
            </div>
          </div>
        </div>
        <PreviewPanel
          preview={preview.data}
          problem={preview.error}
          argv={split?.kind === 'words' ? split.words : null}
        />
      </form>
      <Unsaved isChanged={isChanged && !isSaving && !isSaved} />
    </>
  );
}

const openQuote: Wrong = { field: 'command', message: 'A quote is not closed.' };

/** Which field a refusal is about. */
function fieldOf(problem: Problem | null): Wrong {
  if (problem === null) return null;
  const { code, message, details } = problem;
  if (code.startsWith('schedule_')) return { field: 'when', message };
  if (code === 'zone_unknown') return { field: 'tz', message };
  const field = details['field'];
  if (typeof field !== 'string') return null;
  return { field: field === 'shell' ? 'command' : field, message };
}

function Unsaved({ isChanged }: { readonly isChanged: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Confirm
      title="Leave without saving?"
      act="Leave"
      onConfirm={blocker.proceed}
      onClose={blocker.reset}
    >
      <p>What you typed is lost then.</p>
    </Confirm>
  );
}
