import { commands } from './commands/all.ts';
import type { CommandSpec, Group } from './spec.ts';

const groups: readonly Group[] = ['Jobs', 'Runs', 'Truth', 'Processes', 'Services', 'Keeping'];

const usageLine = 'Usage: cronkeeper [-p PROFILE] [--home DIR] [--json] VERB';

/** `cronkeeper` alone: what it is, and three first steps. */
export const overview = (): string =>
  [
    'cronkeeper: durable cron for AI agents. One owner runs the jobs; all others ask.',
    '',
    'First steps:',
    '  cronkeeper add "every weekday at 9am" --name report -- ./report.sh',
    '  cronkeeper up            runs the jobs here and shows what happens',
    '  cronkeeper status        says whether they will run, and who runs them',
    '',
    'Then:',
    '  cronkeeper why report    says why a job ran or did not run',
    '  cronkeeper logs report   shows the output of its newest run',
    '  cronkeeper --help        lists every verb',
    '',
  ].join('\n');

const term = ({ path, args }: CommandSpec): string =>
  [...path, ...args.map(({ name, isOptional }) => (isOptional ? `[${name}]` : name))].join(' ');

const termWidth = 25;

const row = (spec: CommandSpec): string =>
  `  ${term(spec).padEnd(termWidth)} ${short(spec.summary)}`;

/** The part of a summary that fits beside its verb. */
const short = (summary: string): string => {
  const room = 80 - termWidth - 3;
  return summary.length <= room ? summary : (summary.split(', ')[0] ?? summary).slice(0, room);
};

export const wholeHelp = (): string =>
  [
    usageLine,
    '',
    ...groups.flatMap((group) => [
      `${group}:`,
      ...commands.filter((spec) => spec.group === group && !spec.isHidden).map(row),
      '',
    ]),
    'Everywhere:',
    '  -p, --profile NAME        which profile (CRONKEEPER_PROFILE)',
    '      --home DIR            where everything is kept (CRONKEEPER_HOME)',
    '      --json                one JSON document on standard output',
    '  -v, --verbose             say more',
    '      --version             show the version',
    '',
    'Exit codes: 0 ok, 1 failed, 2 usage, 3 refused, 4 nothing will run it,',
    '            5 timed out waiting.',
    'More of one verb: cronkeeper VERB --help',
    '',
  ].join('\n');

export const groupHelp = (verb: string, specs: readonly CommandSpec[]): string =>
  [
    `Usage: cronkeeper ${verb} VERB`,
    '',
    ...specs.map(row),
    '',
    `More of one: cronkeeper ${verb} VERB --help`,
    '',
  ].join('\n');
