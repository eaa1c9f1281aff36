import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { IconButton } from '../../parts/button.tsx';
import { Away } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { useMay } from '../../session.ts';
import { Piece } from './piece.tsx';
import type { InboxEntry } from './use-inbox.ts';

const events: Readonly<
  Record<
    InboxEntry['event'],
    { readonly words: string; readonly edge: string; readonly ink: string }
  >
> = {
  succeeded: { words: 'Result', edge: 'border-l-good', ink: 'text-good' },
  failed: { words: 'Failed', edge: 'border-l-bad', ink: 'text-bad' },
  missed: { words: 'Missed', edge: 'border-l-missed', ink: 'text-missed' },
  refused: { words: 'Refused', edge: 'border-l-warn', ink: 'text-warn' },
  recovered: { words: 'Well again', edge: 'border-l-good', ink: 'text-good' },
  owner_absent: { words: 'Nobody owns', edge: 'border-l-bad', ink: 'text-bad' },
  owner_present: { words: 'Owned again', edge: 'border-l-good', ink: 'text-good' },
  undelivered: { words: 'Not delivered', edge: 'border-l-bad', ink: 'text-bad' },
};

/** One result or alert, with the beginning of what it says, and earlier ones of the same job folded below it. */
export function Entry({
  entry,
  earlier = [],
}: {
  readonly entry: InboxEntry;
  readonly earlier?: readonly InboxEntry[];
}) {
  const mayOperate = useMay('operate');
  const { mutate } = useAction(routes.readInbox, {
    failed: (problem) => toast(problem.message, { isBad: true }),
  });
  const isRead = entry.readAt !== null;
  const unread = [entry, ...earlier].filter(({ readAt }) => readAt === null);
  const read = (): void => {
    if (!isRead && mayOperate) mutate({ entries: [entry.id] });
  };
  const { words, edge, ink } = events[entry.event];
  return (
    <li
      className={`grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-3 border-l-4 py-2.5 pl-3 ${isRead ? 'border-l-transparent' : edge}`}
    >
      <div className="min-w-0 space-y-1">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <span className={`text-[0.92rem] ${ink}`}>{words}</span>
          {entry.run === null ? (
            <span className={isRead ? '' : 'font-semibold'}>{entry.title}</span>
          ) : (
            <Link
              to="/runs/$run"
              params={{ run: entry.run }}
              className={`min-w-0 break-words hover:underline ${isRead ? '' : 'font-semibold'}`}
              onClick={read}
            >
              {entry.title}
            </Link>
          )}
          <span className="text-[0.92rem] text-soft">
            <Away at={entry.at} />
          </span>
        </div>
        {entry.text.trim() !== '' && <Piece text={entry.text} isCut={entry.isCut} />}
        {earlier.length > 0 && (
          <details>
            <summary className="text-soft hover:text-ink">
              {earlier.length} earlier {earlier.length === 1 ? 'result' : 'results'}
            </summary>
            <ol className="mt-1 divide-y divide-line border-t border-line">
              {earlier.map((one) => (
                <Entry key={one.id} entry={one} />
              ))}
            </ol>
          </details>
        )}
      </div>
      {unread.length > 0 && mayOperate && (
        <IconButton
          label={
            unread.length === 1
              ? `Mark “${entry.title}” as read`
              : `Mark ${unread.length} results of ${entry.job?.name ?? 'this job'} as read`
          }
          small
          onClick={() => mutate({ entries: unread.map(({ id }) => id) })}
        >
          <Check size={16} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}
