import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { isSecondOfTwo } from '../shell/shortcut-keys.ts';

export type Column<Row> = {
  readonly id: string;
  readonly title: ReactNode;
  /** A track of the grid: `minmax(0,2fr)`, `7rem`. */
  readonly track: string;
  /** `isCurrent`: the row that the keyboard is on; only its buttons are stops of the Tab key. */
  readonly cell: (row: Row, isCurrent: boolean) => ReactNode;
  /** Where it goes on a phone: the first line or its right end, a line of its own, half of one, or nowhere. */
  readonly phone?: 'title' | 'mark' | 'line' | 'half' | 'none';
  readonly align?: 'right';
};

type Props<Row> = {
  /** What the list is, for those who hear it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** Of the row that the keyboard is on. Answers whether the key meant something. */
  readonly onKey?: (key: string, row: Row) => boolean;
  readonly isSelected?: (row: Row) => boolean;
  /** Reads on when the end comes near. */
  readonly more?: { readonly has: boolean; readonly isLoading: boolean; readonly load: () => void };
  /** How high a row is, before it was measured. */
  readonly rowHeight?: number;
};

const phoneClass = {
  line: 'col-span-2 sm:col-span-1',
  title: '-order-2 sm:order-none',
  mark: '-order-1 justify-self-end sm:order-none sm:justify-self-auto',
  half: 'last:justify-self-end sm:last:justify-self-auto',
  none: 'hidden sm:block',
} as const;

/**
 * A list of thousands of rows, of which only those in sight exist. The page scrolls, not a box in it.
 * Rows that are placed one by one cannot be those of a `table` element, so the roles are said by hand.
 * Up, Down, Home, End and Page keys move, Enter opens; one row at a time is a stop of the Tab key.
 */
export function Table<Row>({
  label,
  rows,
  columns,
  onOpen,
  more,
  rowHeight = 52,
  ...rest
}: Props<Row>) {
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (at) => {
      const row = rows[at];
      return row === undefined ? at : rest.rowKey(row);
    },
  });
  const items = virtual.getVirtualItems();
  const stop = stopAmong(items, Math.min(current, rows.length - 1));
  const lastSeen = items.at(-1)?.index ?? 0;
  const wantsMore = more?.has === true && !more.isLoading && lastSeen >= rows.length - 40;
  useEffect(() => {
    if (wantsMore) more?.load();
  }, [wantsMore, more]);

  const take = (at: number): boolean => {
    const row = list.current?.querySelector<HTMLElement>(`[aria-rowindex="${at + 2}"]`);
    row?.focus({ preventScroll: true });
    return row !== null && row !== undefined;
  };
  const focusRow = (to: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, to));
    setCurrent(at);
    virtual.scrollToIndex(at, { align: 'auto' });
    // At once where that row exists: the next key must already find it.
    if (!take(at)) requestAnimationFrame(() => take(at));
  };
  const pressed = (event: KeyboardEvent, row: Row, at: number): void => {
    // Keys that a button or a field inside the row uses belong to it.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (isSecondOfTwo(event.nativeEvent)) return;
    const page = Math.max(1, Math.floor(window.innerHeight / rowHeight) - 3);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: at - 1,
      k: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) focusRow(to);
    else if (event.key === 'Enter') onOpen?.(row);
    // A key that opens a dialog must not be typed into it.
    else if (rest.onKey?.(event.key, row) !== true) return;
    event.preventDefault();
  };
  const tracks = columns.map(({ track }) => track).join(' ');
  return (
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={more?.has === true ? -1 : rows.length + 1}
      aria-multiselectable={rest.isSelected === undefined ? undefined : true}
      style={{ '--tracks': tracks }}
    >
      <Head columns={columns} />
      <div
        ref={list}
        role="rowgroup"
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const isSelected = rest.isSelected?.(row) ?? false;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              role="row"
              data-index={index}
              aria-rowindex={index + 2}
              aria-selected={rest.isSelected === undefined ? undefined : isSelected}
              tabIndex={index === stop ? 0 : -1}
              onFocus={() => setCurrent(index)}
              onKeyDown={(event) => pressed(event, row, index)}
              className={clsx(
                'row-grid absolute -inset-x-2 top-0 items-center border-b border-line px-2 py-2 outline-offset-[-2px]',
                isSelected ? 'bg-glow/15' : 'hover:bg-sheet',
              )}
              style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
            >
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={clsx(
                    'min-w-0',
                    phoneClass[column.phone ?? 'line'],
                    column.align === 'right' && 'sm:text-right',
                  )}
                >
                  {column.cell(row, index === stop)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Where Tab stops: after the list became shorter, or the row was scrolled out of sight, at a row that exists. */
const stopAmong = (items: readonly { readonly index: number }[], current: number) =>
  (items.find(({ index }) => index === current) ?? items[0])?.index;

function Head<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  return (
    <div role="rowgroup" className="sr-only sm:not-sr-only">
      <div
        role="row"
        tabIndex={-1}
        aria-rowindex={1}
        className="row-grid eyebrow -mx-2 items-end border-b border-edge px-2 pb-1.5"
      >
        {columns.map(({ id, title, align }) => (
          <div
            key={id}
            role="columnheader"
            className={clsx('min-w-0', align === 'right' && 'sm:text-right')}
          >
            {title}
          </div>
        ))}
      </div>
    </div>
  );
}
