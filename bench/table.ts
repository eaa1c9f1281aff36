import type { Figure } from './measure.ts';

/** Everything of one `what`: its parties in reading order, and the statistics that any of them has. */
export type Group = {
  readonly what: string;
  readonly statistics: readonly Figure['statistic'][];
  readonly rows: readonly Row[];
};

/** One party of a group. */
export type Row = {
  readonly who: string;
  readonly figures: readonly Figure[];
  /** Theirs divided by ours, of the statistic that has our goal. Null where ours is not measured or is zero. */
  readonly ratio: number | null;
  readonly samples: number;
  readonly notes: readonly string[];
  /** Of ours only; null when we promise nothing. */
  readonly goal: { readonly words: string; readonly isMet: boolean } | null;
};

const order: readonly Figure['statistic'][] = ['p50', 'median', 'mean', 'p99', 'max', 'total'];

/** Puts figures of the same `what` together: ours first, then the raw limit, then peers from best to worst. */
export function groupFigures(figures: readonly Figure[]): readonly Group[] {
  return [...Map.groupBy(figures, ({ what }) => what)].map(([what, together]) => {
    const statistics = order.filter((one) => together.some(({ statistic }) => statistic === one));
    const deciding = together.find(({ goal }) => goal)?.statistic ?? statistics.at(-1) ?? 'total';
    const decidingOf = (who: string): number | undefined =>
      together.find((one) => one.who === who && one.statistic === deciding)?.value;
    const oursIs = decidingOf('cronkeeper');
    const rows = [...Map.groupBy(together, ({ who }) => who)].map(([who, own]): Row => {
      const value = decidingOf(who);
      const ratio = oursIs && value !== undefined && who !== 'cronkeeper' ? value / oursIs : null;
      return {
        who,
        figures: own,
        ratio,
        samples: Math.max(...own.map(({ samples }) => samples)),
        notes: [...new Set(own.flatMap(({ note }) => note || []))],
        goal: goalOf(own),
      };
    });
    const isBetterMore = together.some(({ unit }) => unit === '/s');
    const rank = ({ who }: Row): number =>
      who === 'cronkeeper' ? 0 : who.startsWith('cronkeeper') ? 1 : who.startsWith('raw') ? 2 : 3;
    const distance = ({ who }: Row): number => (decidingOf(who) ?? 0) * (isBetterMore ? -1 : 1);
    const inOrder = rows.toSorted((a, b) => rank(a) - rank(b) || distance(a) - distance(b));
    return { what, statistics, rows: inOrder };
  });
}

function goalOf(own: readonly Figure[]): Row['goal'] {
  const judged = own.flatMap(({ goal, statistic, value, unit }) => {
    if (goal === undefined) return [];
    const bound = 'most' in goal ? `at most ${goal.most}` : `at least ${goal.least}`;
    const isMet = 'most' in goal ? value <= goal.most : value >= goal.least;
    return [{ words: `${statistic} ${bound}${withUnit(unit)}`, isMet }];
  });
  if (judged.length === 0) return null;
  return {
    words: judged.map(({ words }) => words).join(', '),
    isMet: judged.every(({ isMet }) => isMet),
  };
}

const withUnit = (unit: Figure['unit']): string =>
  unit === 'count' ? '' : unit.startsWith('/') || unit === '×' ? unit : ` ${unit}`;

/** A value with as many digits as a reader can use. */
export function sayValue({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const size = Math.abs(value);
  const digits = unit === 'count' || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}${withUnit(unit)}`;
}

const sayRatio = (ratio: number): string =>
  ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(ratio < 10 ? 2 : 0);

/** The cells of a group, head first; the same for the terminal and the page. */
export function cellsOf({ what, statistics, rows }: Group): readonly (readonly string[])[] {
  const head = [what, ...statistics, 'n', '× ours', 'our goal', 'to know'];
  const body = rows.map(({ who, figures, ratio, samples, notes, goal }) => [
    who,
    ...statistics.map((statistic) => {
      const figure = figures.find((one) => one.statistic === statistic);
      return figure ? sayValue(figure) : '';
    }),
    String(samples),
    ratio === null ? '' : sayRatio(ratio),
    goal === null ? '' : `${goal.isMet ? 'met' : 'MISSED'}: ${goal.words}`,
    notes.join('; '),
  ]);
  return [head, ...body];
}

/** Whether a group only says that something never happened, to anybody. */
export const isNever = ({ rows }: Group): boolean =>
  rows.every(({ figures }) => figures.every(({ unit, value }) => unit === 'count' && value === 0));

/** Tables for a terminal; what never happened takes a line. */
export function sayTable(figures: readonly Figure[]): string {
  return groupFigures(figures)
    .map((group) => {
      if (isNever(group)) return `${group.what}: never, of all ${group.rows.length}\n`;
      const cells = cellsOf(group);
      const widths = cells[0]?.map((_, column) =>
        Math.max(...cells.map((row) => row[column]?.length ?? 0)),
      );
      const lines = cells.map((row) =>
        row
          .map((cell, column) => {
            const width = widths?.[column] ?? 0;
            const isNumber = column > 0 && column <= group.statistics.length + 2;
            return isNumber ? cell.padStart(width) : cell.padEnd(width);
          })
          .join('  ')
          .trimEnd(),
      );
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}
