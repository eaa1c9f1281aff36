import { Link } from '@tanstack/react-router';
import {
  type KeyboardEvent,
  type RefObject,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { TimelineAnswer } from '../../../src/operations/outputs-timeline.ts';
import { Axis, Rulers } from './axis-marks.tsx';
import { aheadCells, type Cell, type Line, pastCells, type Stretch } from './lanes.ts';
import { MarkCell } from './mark-cell.tsx';

/** A mark and the room that a finger or an eye needs beside it. */
const slotPx = 8;

type Row = { readonly line: Line; readonly cells: readonly Cell[] };
type Place = { readonly row: number; readonly cell: number };

/** A line of time for each job. One stop of Tab; arrows go from mark to mark, Enter opens what it stands for. */
export function LineGrid({
  lines,
  answer,
  stretch,
}: {
  readonly lines: readonly Line[];
  readonly answer: TimelineAnswer;
  readonly stretch: Stretch;
}) {
  const track = useRef<HTMLDivElement>(null);
  const width = useWidth(track);
  const slotMs = ((stretch.until - stretch.since) / Math.max(240, width)) * slotPx;
  const rows = useMemo(
    () =>
      lines.map(
        (line): Row => ({
          line,
          cells: [...pastCells(line, stretch, slotMs), ...aheadCells(line, stretch, slotMs)],
        }),
      ),
    [lines, stretch, slotMs],
  );
  const grid = useRef<HTMLUListElement>(null);
  const { current, setCurrent, pressed } = useArrows(rows, grid);
  const [shown, setShown] = useState<string | null>(null);
  const { willRun } = answer.readiness;
  return (
    <div>
      {/* Marks say it themselves to those who hear them. */}
      <p aria-hidden className="mb-1 min-h-[1.45em] truncate text-soft max-sm:hidden">
        {shown ?? 'Point at a mark, or go to it with Tab and the arrow keys.'}
      </p>
      <div className="grid sm:grid-cols-[12rem_minmax(0,1fr)]">
        <div className="max-sm:hidden" />
        <div ref={track}>
          <Axis stretch={stretch} width={width} />
        </div>
      </div>
      <div className="relative">
        <Rulers stretch={stretch} width={width} />
        <ul
          ref={grid}
          aria-label="Jobs on a line of time"
          className="relative border-b border-line"
        >
          {rows.map(({ line, cells }, row) => (
            <li
              key={line.job.id}
              className="grid items-center border-t border-line max-sm:pt-1 sm:grid-cols-[12rem_minmax(0,1fr)]"
            >
              <Link
                to="/jobs/$job"
                params={{ job: line.job.id }}
                className={`block w-fit max-w-full truncate pr-3 hover:underline max-sm:relative max-sm:z-1 max-sm:bg-paper ${line.state === 'enabled' ? 'text-ink' : 'text-soft'}`}
                title={line.job.name}
              >
                {line.job.name}
              </Link>
              <ol aria-label={line.job.name} className="relative h-8">
                {cells.map((cell, at) => (
                  <MarkCell
                    key={`${cell.kind} ${cell.from} ${cell.to}`}
                    cell={cell}
                    line={line}
                    stretch={stretch}
                    willRun={willRun}
                    place={`${row}.${at}`}
                    isStop={current.row === row && current.cell === at}
                    onKeyDown={pressed}
                    onSee={(words) => {
                      setShown(words === null ? null : `${line.job.name}, ${words}`);
                      if (words !== null) setCurrent({ row, cell: at });
                    }}
                  />
                ))}
              </ol>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** How wide the lines are, so that as many marks stand on them as can be told apart. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    watch.observe(current);
    return () => watch.disconnect();
  }, [box]);
  return width;
}

function useArrows(rows: readonly Row[], grid: RefObject<HTMLElement | null>) {
  const [wanted, setCurrent] = useState<Place | null>(null);
  const isThere = wanted !== null && rows[wanted.row]?.cells[wanted.cell] !== undefined;
  const current = isThere ? wanted : firstOf(rows);
  const go = (to: Place | null): void => {
    if (to === null) return;
    setCurrent(to);
    grid.current?.querySelector<HTMLElement>(`[data-place="${to.row}.${to.cell}"]`)?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = nextPlace(rows, current, event.key);
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  return { current, setCurrent, pressed };
}

const firstOf = (rows: readonly Row[]): Place => {
  const row = rows.findIndex(({ cells }) => cells.length > 0);
  return { row: Math.max(0, row), cell: 0 };
};

/** Sideways along a line, up and down to what lies closest in time; `undefined` for other keys, null at an edge. */
function nextPlace(rows: readonly Row[], from: Place, key: string): Place | null | undefined {
  const cells = rows[from.row]?.cells ?? [];
  switch (key) {
    case 'ArrowRight':
      return from.cell + 1 < cells.length ? { ...from, cell: from.cell + 1 } : null;
    case 'ArrowLeft':
      return from.cell > 0 ? { ...from, cell: from.cell - 1 } : null;
    case 'Home':
      return { ...from, cell: 0 };
    case 'End':
      return { ...from, cell: Math.max(0, cells.length - 1) };
    case 'ArrowDown':
      return closest(rows, from, 1);
    case 'ArrowUp':
      return closest(rows, from, -1);
    default:
      return undefined;
  }
}

function closest(rows: readonly Row[], from: Place, step: 1 | -1): Place | null {
  const at = rows[from.row]?.cells[from.cell]?.from ?? 0;
  for (let row = from.row + step; rows[row] !== undefined; row += step) {
    const cells = rows[row]?.cells ?? [];
    if (cells.length === 0) continue;
    const gaps = cells.map((cell) => Math.abs(cell.from - at));
    return { row, cell: gaps.indexOf(Math.min(...gaps)) };
  }
  return null;
}
