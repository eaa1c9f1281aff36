import type { TonightAnswer } from '../../../operations/outputs-evening.ts';
import { escapeLine } from './escape.ts';
import { serviceWords } from './status.ts';
import { type Cell, renderTable } from './table.ts';
import { absoluteTime, instantOf, shortTime, zoneLabel } from './time.ts';
import type { Presented, View } from './view.ts';
import { count, lines, paint } from './view.ts';
import { wrap } from './width.ts';
import { capital, nothingWillRun, remedyLine, renderWarnings, sentence } from './words.ts';

/** Reasons, and lines of jobs, that a person reads; `-v` shows all. */
const maxShown = 20;
const maxNamed = 5;

/** The verdict first; then what will not run, and why, and what mends it; then the jobs; then what the machine will do. */
export function presentTonight(answer: TonightAnswer, view: View): Presented {
  const text =
    lines(verdictLine(answer, view), byLine(answer, view)) +
    obstaclesText(answer, view) +
    jobsTable(answer, view) +
    lines(pausedLine(answer)) +
    outlookText(answer, view);
  // With nothing due there is no job to say it of; that nothing would run is a warning all the same.
  const unowned =
    answer.verdict.occurrences === 0 ? nothingWillRun(answer.readiness, 'THESE JOBS', view) : '';
  return { text, warnings: unowned + renderWarnings(answer.warnings, view) };
}

function verdictLine({ verdict, until }: TonightAnswer, view: View): string {
  const { occurrences, willRun, willNotRun, unknown, isGood } = verdict;
  const end = `until ${shortTime(until, view)} (${zoneLabel(view.zone)})`;
  if (occurrences === 0) return `${paint(view, 'good', '✓ Nothing is due')} ${end}.`;
  if (isGood) return `${paint(view, 'good', `✓ ${willRun} of ${occurrences} will run`)} ${end}.`;
  const not =
    willNotRun > 0
      ? paint(view, 'bad', `✗ ${willNotRun} of ${occurrences} will NOT run`)
      : paint(view, 'warn', `? ${unknown} of ${occurrences} may not run`);
  const rest = [
    willNotRun > 0 && unknown > 0 ? `${unknown} may not` : '',
    willRun > 0 ? `${willRun} will` : '',
  ].filter((part) => part !== '');
  return `${not} ${end}${rest.length === 0 ? '' : `; ${rest.join(', ')}`}.`;
}

function byLine({ readiness, verdict }: TonightAnswer, view: View): string | null {
  const { by, willRun, code, message } = readiness;
  if (!willRun || verdict.occurrences === 0) return null;
  if (code === 'will_run_by_timer' || by === null)
    return wrap(`  ${sentence(escapeLine(message))}`, view.columns, '  ');
  const how = by.service === null ? 'started by hand' : `${serviceWords(by.service)}, ${by.level}`;
  const since = absoluteTime(instantOf(by.since), view);
  return wrap(`  Run by: ${by.role} (${how}), pid ${by.pid}, since ${since}.`, view.columns, '  ');
}

function obstaclesText({ obstacles, omittedObstacles }: TonightAnswer, view: View): string {
  const shown = view.verbose ? obstacles : obstacles.slice(0, maxShown);
  const more = obstacles.length - shown.length + omittedObstacles;
  return (
    shown.map((obstacle) => obstacleText(obstacle, view)).join('') +
    lines(more > 0 ? `  … and ${count(more, 'more reason')}.` : null)
  );
}

function obstacleText(obstacle: TonightAnswer['obstacles'][number], view: View): string {
  const { jobs, jobCount, message, occurrences } = obstacle;
  const named = jobs.slice(0, maxNamed).map(({ name }) => escapeLine(name));
  const rest = jobCount > named.length ? ` and ${jobCount - named.length} more` : '';
  const runs = occurrences > jobCount ? `, ${occurrences} times` : '';
  // What is required is named as it is typed.
  const words = /^\S*=/.test(message) ? message : capital(message);
  const text = `  ${named.join(', ')}${rest}${runs}: ${sentence(escapeLine(words))}`;
  return lines(wrap(text, view.columns, '    '), remedyLine(obstacle, view, '    '));
}

function jobsTable({ jobs, omittedJobs }: TonightAnswer, view: View): string {
  if (jobs.length === 0) return '';
  const shown = view.verbose ? jobs : jobs.slice(0, maxShown);
  const rows = shown.map((line): readonly Cell[] => {
    const first = shortTime(line.first, view);
    const times = line.occurrences === 1 ? first : `${first} – ${shortTime(line.last, view)}`;
    return [times, `${line.occurrences}×`, line.job.name, willWords(line)];
  });
  const columns = [
    { title: 'WHEN' },
    { title: 'RUNS', align: 'right' as const },
    { title: 'JOB', least: 10 },
    { title: 'WILL RUN' },
  ];
  const more = jobs.length - shown.length + omittedJobs;
  return `${renderTable(columns, rows, view)}${more > 0 ? `… and ${count(more, 'more job')}.\n` : ''}`;
}

function willWords(line: TonightAnswer['jobs'][number]): Cell {
  const { occurrences, willRun, unknown } = line;
  if (willRun === occurrences) return { text: '✓ yes', tone: 'good' };
  if (willRun > 0) return { text: `✗ only ${willRun} of them`, tone: 'bad' };
  return unknown > 0 ? { text: '? not known', tone: 'warn' } : { text: '✗ no', tone: 'bad' };
}

const pausedLine = ({ paused }: TonightAnswer): string | null =>
  paused === 0 ? null : `  ${count(paused, 'job')} paused.`;

function outlookText({ outlook, probe }: TonightAnswer, view: View): string {
  const notes = outlook.notes.map((note) => {
    const at = note.at === null ? '' : `${shortTime(note.at, view)}: `;
    const text = `⚠ ${at}${sentence(escapeLine(note.message))}`;
    return lines(
      paint(view, note.stopsAt === null ? 'warn' : 'bad', wrap(text, view.columns, '  ')),
      remedyLine(note, view),
    );
  });
  const unasked =
    view.verbose && outlook.unknown.length > 0
      ? `  Not known of the machine: ${outlook.unknown.join(', ')}.`
      : null;
  const silent =
    probe.state === 'unanswered' && probe.message !== null
      ? `  ${sentence(escapeLine(probe.message))}`
      : null;
  return notes.join('') + lines(silent, unasked);
}
