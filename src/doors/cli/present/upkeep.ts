import type { z } from 'zod';
import { formatDuration } from '../../../core/duration.ts';
import { profileOption } from '../../../core/refusal.ts';
import type {
  applyOutput,
  configGetOutput,
  configListOutput,
  exportOutput,
  importOutput,
  profilesListOutput,
  settingSchema,
} from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { renderTable } from './table.ts';
import type { Presented, Tone, View } from './view.ts';
import { count, lines, paint, plain } from './view.ts';
import { wrap } from './width.ts';
import { remedyLine, renderWarnings, warningsOf } from './words.ts';

type Setting = z.infer<typeof settingSchema>;

const sizes = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

/** As it can be given to `config set`: in the largest unit that tells it exactly. */
function valueWords({ value, unit }: Setting): string {
  if (typeof value !== 'number') return value === null ? 'none' : String(value);
  if (unit === 'ms') return formatDuration(value);
  if (unit !== 'bytes') return String(value);
  const size = sizes.find(([, bytes]) => value > 0 && value % bytes === 0);
  return size === undefined ? String(value) : `${value / size[1]}${size[0]}`;
}

const unitWords = ({ unit }: Setting): string => (unit === 'ms' || unit === 'bytes' ? '' : unit);

export const presentSettings = (answer: z.infer<typeof configListOutput>, view: View): Presented =>
  plain(
    renderTable(
      [
        { title: 'SETTING' },
        { title: 'VALUE', least: 8 },
        { title: 'FROM', spare: 1 },
        { title: 'WHAT IT IS', least: 12, spare: 2 },
      ],
      answer.settings.map((setting) => [
        setting.name,
        `${valueWords(setting)} ${unitWords(setting)}`.trim(),
        setting.isDefault ? 'default' : 'file',
        setting.summary,
      ]),
      view,
    ) + lines(`Kept in ${escapeLine(answer.path)}`),
  );

export const presentSetting = ({ setting }: z.infer<typeof configGetOutput>): Presented =>
  plain(lines(escapeLine(valueWords(setting))));

export const presentProfiles = (
  answer: z.infer<typeof profilesListOutput>,
  view: View,
): Presented =>
  plain(
    renderTable(
      [
        { title: '' },
        { title: 'PROFILE', least: 8 },
        { title: 'JOBS', align: 'right' },
        { title: 'THEY WILL RUN', least: 12 },
      ],
      answer.profiles.map(({ name, jobs, current, readiness }) => [
        current ? '*' : '',
        name,
        String(jobs),
        readiness.willRun
          ? { text: `✓ yes, by ${readiness.by?.role ?? 'its owner'}`, tone: 'good' }
          : { text: `✗ no: ${readiness.message}`, tone: 'bad' },
      ]),
      view,
    ),
  );

type Plan = z.infer<typeof applyOutput>;

const signs: Readonly<
  Record<Plan['items'][number]['action'], readonly [sign: string, tone: Tone]>
> = {
  create: ['+', 'good'],
  change: ['~', 'warn'],
  remove: ['-', 'bad'],
  unchanged: ['=', 'dim'],
};

const countsWords = ({ counts, applied }: Plan): string => {
  const parts = [
    `${counts.create} ${applied ? 'created' : 'to create'}`,
    `${counts.change} ${applied ? 'changed' : 'to change'}`,
    `${counts.remove} ${applied ? 'removed' : 'to remove'}`,
    `${counts.unchanged} unchanged`,
  ];
  return `${applied ? 'Applied' : 'Plan'}: ${parts.join(', ')}.`;
};

export function presentPlan(answer: Plan, view: View): Presented {
  const shown = answer.items.filter(({ action }) => action !== 'unchanged' || view.verbose);
  const items = shown.map(({ action, name, changed }) => {
    const [sign, tone] = signs[action];
    const fields = changed.length === 0 ? '' : `  (${changed.map(escapeLine).join(', ')})`;
    return wrap(
      `${paint(view, tone, `${sign} ${action}`)} ${escapeLine(name)}${fields}`,
      view.columns,
      '    ',
    );
  });
  const all = answer.counts.create + answer.counts.change + answer.counts.remove;
  const listed = shown.filter(({ action }) => action !== 'unchanged').length;
  return {
    text: lines(
      ...items,
      all > listed ? `… and ${all - listed} more` : null,
      countsWords(answer),
      answer.applied || all === 0 ? null : '  Nothing was changed.  Without --plan it is done.',
    ),
    warnings: answer.applied
      ? warningsOf(answer, 'THESE JOBS', view)
      : renderWarnings(answer.warnings, view),
  };
}

const mostJobsNamed = 10;

/** The file alone on standard output, so that it can be kept; what is not in it beside that. */
export function presentExport(
  { text, withoutValues }: z.infer<typeof exportOutput>,
  view: View,
): Presented {
  if (withoutValues.length === 0) return plain(text);
  const named = withoutValues.slice(0, mostJobsNamed).map(({ name, variables, headers }) => {
    const names = [...variables, ...headers.map((header) => `header ${header}`)];
    return wrap(`  ${escapeLine(name)}: ${escapeLine(names.join(', '))}`, view.columns, '    ');
  });
  const more = withoutValues.length - named.length;
  const title = '⚠ These values are not in the file, for they may be secret:';
  const mend =
    '  → Here apply keeps the values that the jobs have. For another home or profile write NAME=VALUE in place of each name first.';
  return {
    text,
    warnings: lines(
      paint(view, 'warn', wrap(title, view.columns, '  ')),
      ...named,
      more > 0 ? `  … and of ${count(more, 'more job')}` : null,
      wrap(mend, view.columns, '    '),
    ),
  };
}

type Imported = z.infer<typeof importOutput>;

export function presentImport(answer: Imported, view: View): Presented {
  const { text, warnings } = presentPlan(answer, view);
  return { text: text + lines(...skippedLines(answer, view), remedyLine(answer, view)), warnings };
}

const skippedLines = ({ skipped }: Imported, view: View): readonly (string | null)[] => [
  skipped.length === 0 ? null : `Became no job: ${count(skipped.length, 'line')}`,
  ...skipped.map(({ line, text, reason }) =>
    wrap(`  line ${line}: ${escapeLine(text)}  – ${escapeLine(reason)}`, view.columns, '    '),
  ),
];

export function presentTakeOver(
  answer: Imported & { readonly resumed: number },
  view: View,
): Presented {
  const { taken, skipped, resumed } = answer;
  const jobs = taken.map(({ line, name }) =>
    wrap(`  line ${line}: ${escapeLine(name)}`, view.columns, '    '),
  );
  const text = lines(
    taken.length === 0 && resumed === 0
      ? 'Your crontab has nothing to take over.'
      : `Took over ${count(taken.length, 'line')} of your crontab; cron no longer runs them. ${count(resumed, 'job')} began.`,
    ...jobs,
    ...skippedLines(answer, view),
    skipped.length === 0 ? null : '  These stay in the crontab.',
  );
  return { text, warnings: presentPlan(answer, view).warnings };
}

export const profileAdded = (name: string, created: boolean): Presented =>
  plain(
    lines(
      `${created ? 'Added' : 'Already there:'} profile ${escapeLine(name)}`,
      `  Give it a scheduler: cronkeeper runner${profileOption(name)}`,
    ),
  );
