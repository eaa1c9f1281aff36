import type { MorningAnswer } from '../../../operations/outputs-evening.ts';
import { escapeLine } from './escape.ts';
import { absoluteTime, duration, instantOf, shortTime, zoneLabel } from './time.ts';
import type { Presented, Tone, View } from './view.ts';
import { lines, paint } from './view.ts';
import { wrap } from './width.ts';
import { remedyLine, renderWarnings, sentence } from './words.ts';

type Line = MorningAnswer['failed'][number];
type Happening = MorningAnswer['night'][number];

/** Lines of one kind that a person reads; `-v` shows all. */
const maxShown = 12;

/** What ran, in a sentence; what did not, and why; what happened meanwhile; and last, because it is to be done: what needs a person. */
export function presentMorning(answer: MorningAnswer, view: View): Presented {
  const text =
    lines(summaryLine(answer, view)) +
    section('Failed', 'bad', answer.failed, view) +
    section('Refused', 'bad', answer.refused, view) +
    section('Missed', 'bad', answer.missed, view) +
    section('Skipped', 'warn', answer.skipped, view) +
    (view.verbose ? section('Succeeded', 'good', answer.succeeded, view) : '') +
    nightText(answer.night, view) +
    lines(runningLine(answer, view)) +
    needsText(answer, view);
  return { text, warnings: renderWarnings(answer.warnings, view) };
}

function summaryLine({ counts, since }: MorningAnswer, view: View): string {
  const { succeeded, failed, missed, refused, skipped, undecided } = counts;
  const ran = succeeded + failed;
  const parts = [
    undecided > 0 ? `${undecided} due and decided by nobody` : '',
    failed > 0 ? `${failed} failed` : '',
    refused > 0 ? `${refused} refused` : '',
    missed > 0 ? `${missed} missed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter((part) => part !== '');
  const isGood = failed + refused + missed + undecided === 0;
  const start = `since ${shortTime(since, view)} (${zoneLabel(view.zone)})`;
  const others = missed + refused + skipped + undecided;
  if (ran + others === 0)
    return counts.running + counts.queued > 0
      ? `Nothing is over that was due ${start}.`
      : `${paint(view, 'good', '✓ Nothing was due')} ${start}.`;
  const head = isGood
    ? paint(view, 'good', `✓ ${succeeded} of ${ran} ran well`)
    : paint(view, 'bad', `✗ ${succeeded} of ${ran} ran well`);
  return wrap(
    `${head} ${start}${parts.length === 0 ? '' : `; ${parts.join(', ')}`}.`,
    view.columns,
    '  ',
  );
}

function section(title: string, tone: Tone, list: readonly Line[], view: View): string {
  if (list.length === 0) return '';
  const shown = view.verbose ? list : list.slice(0, maxShown);
  const more = list.length - shown.length;
  return (
    `${paint(view, tone, `${title}:`)}\n` +
    shown.map((line) => lineText(line, view)).join('') +
    lines(more > 0 ? `  … and ${more} more; see them with -v.` : null)
  );
}

function lineText({ job, occurrences, first, last, message, reason }: Line, view: View): string {
  const when =
    occurrences === 1
      ? shortTime(last, view)
      : `${occurrences} times, ${shortTime(first, view)} – ${shortTime(last, view)}`;
  const why = message ?? reason?.replaceAll('_', ' ') ?? null;
  const words = why === null ? '.' : `: ${sentence(escapeLine(why))}`;
  return lines(wrap(`  ${escapeLine(job.name)}, ${when}${words}`, view.columns, '    '));
}

function nightText(night: MorningAnswer['night'], view: View): string {
  if (night.length === 0) return '';
  const shown = view.verbose ? night : night.slice(-maxShown);
  const more = night.length - shown.length;
  return (
    lines('Meanwhile:', more > 0 ? `  ${more} earlier ones; see them with -v.` : null) +
    lines(...shown.map((one) => wrap(`  ${happening(one, view)}`, view.columns, '    ')))
  );
}

function happening(one: Happening, view: View): string {
  const from = shortTime(one.from, view);
  const until = one.until === null ? 'now' : shortTime(one.until, view);
  const words = one.words === null ? '' : ` (${escapeLine(one.words)})`;
  const times = one.count > 1 ? `, ${one.count} times` : '';
  switch (one.kind) {
    case 'asleep':
      return `${from} – ${until}: the machine was asleep${times}.`;
    case 'paused':
      return `${from} – ${until}: the scheduler was stopped or starved${times}, ${duration(one.ms ?? 0)} in all.`;
    case 'stepped':
      return `${from}: the clock was set ${(one.ms ?? 0) < 0 ? 'back' : 'forward'} by ${duration(Math.abs(one.ms ?? 0))}${times}.`;
    case 'restarted': {
      const up = one.bootedAt === null ? '' : `, up again ${shortTime(one.bootedAt, view)}`;
      return `${from} – ${until}: the machine restarted${words}${up}; jobs ran again from ${until} on.`;
    }
    case 'unowned':
      return `${from} – ${until}: nothing ran the jobs${words}.`;
    case 'changed':
      return `${from}: ${one.role ?? 'another'} (pid ${one.pid ?? '?'}) ran the jobs from then on.`;
  }
}

function runningLine({ running, counts }: MorningAnswer, view: View): string | null {
  if (running.length === 0) return null;
  const named = running.slice(0, maxShown).map(({ job, startedAt }) => {
    const since = startedAt === null ? '' : ` since ${absoluteTime(instantOf(startedAt), view)}`;
    return `${escapeLine(job.name)}${since}`;
  });
  const rest = counts.running > named.length ? ` and ${counts.running - named.length} more` : '';
  return wrap(`Still running: ${named.join(', ')}${rest}.`, view.columns, '  ');
}

function needsText({ needs }: MorningAnswer, view: View): string {
  if (needs.length === 0) return lines('Nothing needs you.');
  return (
    lines(paint(view, 'strong', 'Needs you:')) +
    needs
      .map((need) =>
        lines(
          wrap(`  ${sentence(escapeLine(need.message))}`, view.columns, '    '),
          remedyLine(need, view, '    '),
        ),
      )
      .join('')
  );
}
