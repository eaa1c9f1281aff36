import type { Figure } from './measure.ts';
import type { Surroundings } from './surroundings.ts';
import { cellsOf, groupFigures, isNever, sayTable, sayValue } from './table.ts';

/** One start of the bench: where, and what was measured for how long. */
export type Run = {
  readonly surroundings: Surroundings;
  readonly took: readonly { readonly measure: string; readonly seconds: number }[];
  readonly loadAfter: number;
};

/** What was measured, as `--json` keeps it; in several runs when one would take too long. */
export type Report = {
  readonly runs: readonly Run[];
  readonly isQuick: boolean;
  readonly figures: readonly Figure[];
  readonly notMeasured: readonly { readonly who: string; readonly why: string }[];
};

/** Reports as one; nobody may have answered the same question in two of them. */
export function joinReports(reports: readonly Report[]): Report {
  const askedIn = new Map<string, Report>();
  for (const report of reports)
    for (const { what, who } of report.figures) {
      const before = askedIn.get(`${what}, ${who}`);
      if (before !== undefined && before !== report)
        throw new Error(`${what}, ${who}: measured in two runs`);
      askedIn.set(`${what}, ${who}`, report);
    }
  return {
    runs: reports.flatMap(({ runs }) => runs),
    isQuick: reports.some(({ isQuick }) => isQuick),
    figures: reports.flatMap(({ figures }) => figures),
    notMeasured: reports.flatMap(({ notMeasured }) => notMeasured),
  };
}

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

function sayWhere({ runs }: Report): readonly string[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { machine, node, sqlite, commit } = first.surroundings;
  return [
    `${machine}; Node ${node}, SQLite ${sqlite}, commit ${commit}`,
    ...runs.map(({ surroundings: { when, loadBefore }, took, loadAfter }) => {
      const measures = took.map(({ measure, seconds }) => `${measure} ${seconds} s`).join(', ');
      return `${when}; load ${loadBefore} before, ${loadAfter} after: ${measures}`;
    }),
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
