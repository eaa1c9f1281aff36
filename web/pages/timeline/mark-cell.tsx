import { useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { Sign, sights } from '../../parts/outcome.tsx';
import { placeOf } from './axis.ts';
import type { Cell, Line, Stretch } from './lanes.ts';
import { cellWords } from './words.ts';

/** One mark on a line; it opens what it stands for. */
export function MarkCell({
  cell,
  line,
  stretch,
  willRun,
  place,
  isStop,
  onKeyDown,
  onSee,
}: {
  readonly cell: Cell;
  readonly line: Line;
  readonly stretch: Stretch;
  readonly willRun: boolean;
  readonly place: string;
  readonly isStop: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onSee: (words: string | null) => void;
}) {
  const navigate = useNavigate();
  const words = cellWords(cell, stretch.now, willRun);
  const { isBand } = cell;
  const left = placeOf(stretch, cell.at);
  const spread = placeOf(stretch, cell.to) - left;
  const open = (): void => {
    const { job } = line;
    if (cell.run !== null) void navigate({ to: '/runs/$run', params: { run: cell.run } });
    else if (cell.mark === null) void navigate({ to: '/jobs/$job', params: { job: job.id } });
    else void navigate({ to: '/runs', search: { job: job.id, became: cell.mark } });
  };
  return (
    <li
      className="absolute inset-y-0 flex items-center"
      style={isBand ? { left: `${left}%`, width: `${spread}%` } : { left: `${left}%` }}
    >
      <button
        type="button"
        data-place={place}
        tabIndex={isStop ? 0 : -1}
        aria-label={words}
        title={words}
        className={`flex h-7 items-center justify-center rounded-[3px] hover:bg-line ${isBand ? 'w-full min-w-2' : 'w-2 -translate-x-1/2'}`}
        onClick={open}
        onKeyDown={onKeyDown}
        onFocus={() => onSee(words)}
        onBlur={() => onSee(null)}
        onMouseEnter={() => onSee(words)}
        onMouseLeave={() => onSee(null)}
      >
        {isBand ? (
          <Band cell={cell} willRun={willRun} />
        ) : cell.mark === null ? (
          <span
            aria-hidden
            className={`size-2 rounded-full border-[1.5px] ${willRun ? 'border-edge' : 'border-dashed border-bad'}`}
          />
        ) : (
          <Sign mark={cell.mark} />
        )}
      </button>
    </li>
  );
}

/** What lasts: a run that goes on, a range that was missed, a job that fires too often to draw each time. */
function Band({ cell, willRun }: { readonly cell: Cell; readonly willRun: boolean }) {
  if (cell.mark === null)
    return (
      <span
        aria-hidden
        className={`h-0 w-full border-t-2 border-dotted ${willRun ? 'border-edge' : 'border-bad'}`}
      />
    );
  const isHollow = cell.mark !== 'running';
  return (
    <span
      aria-hidden
      className={`flex h-4 w-full items-center justify-center overflow-hidden rounded-[3px] border-[1.5px] border-current text-[0.72rem] ${sights[cell.mark].colour} ${isHollow ? '' : 'bg-current opacity-70'}`}
    >
      {isHollow && cell.count > 1 && <span className="max-sm:hidden">{cell.count}</span>}
    </span>
  );
}
