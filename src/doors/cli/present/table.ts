import { escapeLine } from './escape.ts';
import type { Tone, View } from './view.ts';
import { paint } from './view.ts';
import { displayWidth, padEnd, padStart, truncate } from './width.ts';

export type Column = {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut down to this many cells when the table is too wide; others keep their width. */
  readonly least?: number;
  /** Left out when the table does not fit: the highest goes first, 0 (the default) never; from 8 on before others are cut. */
  readonly spare?: number;
};

export type Cell = string | { readonly text: string; readonly tone: Tone };

const gap = '  ';
/** Columns from this on are nice to have. */
const idle = 8;
const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** A table with a title line. Cells may hold anything: they are escaped here. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  view: Pick<View, 'columns' | 'color'>,
): string {
  const texts = rows.map((row) => row.map((cell) => escapeLine(textOf(cell))));
  const natural = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...texts.map((row) => displayWidth(row[index] ?? ''))),
  );
  const widths = fitted(columns, natural, view.columns);
  const render = (row: readonly string[], tones: readonly (Tone | null)[]): string =>
    row
      .map((text, index) => ({ text, index, width: widths[index] ?? 0 }))
      .filter(({ width }) => width > 0)
      .map(({ text, index, width }) => {
        const cut = truncate(text, width);
        const padded =
          columns[index]?.align === 'right' ? padStart(cut, width) : padEnd(cut, width);
        const tone = tones[index] ?? null;
        return tone === null ? padded : paint(view, tone, padded);
      })
      .join(gap)
      .trimEnd();
  const title = render(
    columns.map((column) => column.title),
    columns.map((): Tone => 'dim'),
  );
  const body = texts.map((row, index) =>
    render(
      row,
      (rows[index] ?? []).map((cell) => (typeof cell === 'string' ? null : cell.tone)),
    ),
  );
  return [title, ...body].map((line) => `${line}\n`).join('');
}

/** Widths that fit: idle columns go (width 0), the widest flexible column gives way, then spare columns go, then the widest is cut. */
function fitted(columns: readonly Column[], natural: readonly number[], limit: number): number[] {
  const widths = [...natural];
  const total = (): number => {
    const shown = widths.filter((width) => width > 0);
    return shown.reduce((sum, width) => sum + width, 0) + gap.length * (shown.length - 1);
  };
  const shrink = (): boolean => {
    let widest = -1;
    columns.forEach(({ least }, index) => {
      const width = widths[index] ?? 0;
      if (least !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest >= 0) widths[widest] = (widths[widest] ?? 0) - 1;
    return widest >= 0;
  };
  const drop = (least: number): boolean => {
    let first = -1;
    columns.forEach(({ spare = 0 }, index) => {
      const isMore = spare >= least && spare > (columns[first]?.spare ?? 0);
      if (isMore && (widths[index] ?? 0) > 0) first = index;
    });
    if (first < 0) return false;
    widths[first] = 0;
    columns.forEach((_, index) => {
      if ((widths[index] ?? 0) > 0) widths[index] = natural[index] ?? 0;
    });
    return true;
  };
  while (total() > limit) {
    if (drop(idle) || shrink() || drop(1)) continue;
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 4) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Lines of `name  value`, the names padded to one width. Values may hold anything. */
export function renderFields(
  fields: readonly (readonly [name: string, value: string | null])[],
  view: Pick<View, 'color'>,
): string {
  const shown = fields.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, value] as const],
  );
  const width = Math.max(0, ...shown.map(([name]) => displayWidth(name)));
  return shown
    .map(([name, value]) => `  ${paint(view, 'dim', padEnd(name, width))}  ${escapeLine(value)}\n`)
    .join('');
}
