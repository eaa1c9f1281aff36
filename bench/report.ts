import type { Figure } from './measure.ts';
import type { Surroundings } from './surroundings.ts';
import { cellsOf, groupFigures, isNever, sayTable, sayValue } from './table.ts';

/** All of a run, as `--json` keeps it. */
export type Report = {
  readonly surroundings: Surroundings;
  readonly isQuick: boolean;
  readonly figures: readonly Figure[];
  readonly notMeasured: readonly { readonly who: string; readonly why: string }[];
  readonly took: readonly { readonly measure: string; readonly seconds: number }[];
  readonly loadAfter: number;
};

/** The report for a terminal. */
export function sayReport(report: Report): string {
  const { figures, notMeasured, isQuick } = report;
  return [
    ...sayWhere(report),
    ...(isQuick ? ['QUICK: these figures count for nothing.'] : []),
    '',
    sayTable(figures),
    ...notMeasured.map(({ who, why }) => `not measured: ${who}: ${why}`),
    '',
  ].join('\n');
}

function sayWhere({ surroundings, loadAfter }: Report): readonly string[] {
  const { when, machine, node, sqlite, commit, loadBefore } = surroundings;
  return [
    `${machine}; Node ${node}, SQLite ${sqlite}, commit ${commit}`,
    `${when}; load ${loadBefore} before, ${loadAfter} after`,
  ];
}

/** The report as Markdown: our goals first, then each question with everybody's answer. */
export function writeReport(report: Report): string {
  const groups = groupFigures(report.figures);
  const never = groups.filter(isNever);
  const tables = groups
    .filter((group) => !isNever(group))
    .map((group) => {
      const [head = [], ...body] = cellsOf(group);
      return markdownTable([head.with(0, `**${group.what}**`), ...body]);
    });
  const notMeasured = report.notMeasured.map(({ who, why }) => `- ${who}: ${why}`);
  return [
    sayWhere(report).join('  \n'),
    '### Our goals',
    markdownTable(goalRows(report.figures)),
    '### Everybody',
    ...tables,
    ...(never.length === 0
      ? []
      : ['Never, of anybody measured:', never.map(({ what }) => `- ${what}`).join('\n')]),
    ...(notMeasured.length === 0 ? [] : ['Not measured:', notMeasured.join('\n')]),
  ].join('\n\n');
}

/** Every promise we make ourselves, and whether it held in this run. */
function goalRows(figures: readonly Figure[]): readonly (readonly string[])[] {
  const rows = figures.flatMap((figure) => {
    const { goal, what, statistic, value, unit } = figure;
    if (goal === undefined) return [];
    const bound = 'most' in goal ? goal.most : goal.least;
    const isMet = 'most' in goal ? value <= bound : value >= bound;
    const words = `${'most' in goal ? 'at most' : 'at least'} ${sayValue({ value: bound, unit })}`;
    return [[what, statistic, sayValue(figure), words, isMet ? 'met' : '**missed**']];
  });
  return [['what', 'statistic', 'measured', 'goal', ''], ...rows];
}

function markdownTable(cells: readonly (readonly string[])[]): string {
  const [head = [], ...body] = cells;
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...body.map(line)].join('\n');
}

const begin = '<!-- figures: written by npm run bench -- --write -->';
const end = '<!-- /figures -->';

/** Puts the figures between their marks in a page. */
export function putFigures(page: string, figures: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no marks: ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`;
}
