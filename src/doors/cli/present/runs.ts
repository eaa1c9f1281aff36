import type { z } from 'zod';
import { profileOption } from '../../../core/refusal.ts';
import type { RunAnswer } from '../../../operations/answers.ts';
import type {
  jobsRunOutput,
  runsCancelOutput,
  runsListOutput,
} from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { isNarrowed, notAll, readOn, type Typed } from './read-on.ts';
import { renderFields, renderTable } from './table.ts';
import { duration, fullTime, instantOf, relativeAndAbsolute, shortTime } from './time.ts';
import type { Presented, View } from './view.ts';
import { inHome, lines, paint, plain } from './view.ts';
import { truncate, wrap } from './width.ts';
import { capital, markOf, markText, renderWarnings, sentence, warningsOf } from './words.ts';

/** Why it stands so, as short as a table needs it. */
function reasonWords(run: RunAnswer): string {
  if (
    (run.reason ?? 'exit_nonzero') === 'exit_nonzero' &&
    run.outcome === 'failed' &&
    run.exitCode !== null
  ) {
    return `exit ${run.exitCode}`;
  }
  if (run.outcome === 'succeeded') return '';
  return run.message ?? run.reason?.replaceAll('_', ' ') ?? '';
}

function timeWords(run: RunAnswer, view: View): string {
  if (run.fireTime === null) return run.decidedAt === null ? '–' : shortTime(run.decidedAt, view);
  const first = shortTime(run.fireTime, view);
  return run.count > 1 ? `${first} – ${shortTime(run.fireTimeEnd, view)} (${run.count})` : first;
}

/** The table of decisions, newest first as given. */
export function renderRuns(runs: readonly RunAnswer[], view: View): string {
  const profiles = new Set(runs.map(({ profile }) => profile));
  const several = profiles.size > 1;
  return renderTable(
    [
      ...(several ? [{ title: 'PROFILE', least: 6 }] : []),
      { title: 'TIME' },
      { title: 'JOB', least: 10 },
      { title: 'RESULT' },
      { title: 'TOOK', align: 'right', spare: 2 },
      { title: 'LATE', align: 'right', spare: 9 },
      { title: 'CAUSE', spare: 8 },
      { title: 'REASON', least: 10, spare: 3 },
      { title: 'RUN', spare: 1 },
    ],
    runs.map((run) => [
      ...(several ? [run.profile] : []),
      timeWords(run, view),
      run.job.name,
      { text: markText(run), tone: markOf(run).tone },
      run.durationMs === null ? '–' : duration(run.durationMs),
      run.latenessMs === null || run.latenessMs < 1_000 ? '' : duration(run.latenessMs),
      run.cause,
      reasonWords(run),
      { text: run.state === 'undecided' ? '–' : run.id, tone: 'dim' },
    ]),
    view,
  );
}

export function presentRuns(
  answer: z.infer<typeof runsListOutput>,
  view: View,
  typed: Typed,
): Presented {
  const warnings = warningsOf(answer, 'THESE JOBS', view);
  const none = isNarrowed(typed) ? 'No run matches.' : 'No runs yet.';
  if (answer.runs.length === 0) return { text: lines(none), warnings };
  const more = readOn('Older', typed, { before: answer.next }, view);
  const rest = answer.next === null && answer.more ? notAll(typed) : more;
  return { text: renderRuns(answer.runs, view) + rest, warnings };
}

/** One run with its attempts. */
export function renderRun(run: RunAnswer, view: View): string {
  const mark = markOf(run);
  const title = `${paint(view, mark.tone, markText(run))}  ${truncate(escapeLine(run.job.name), 60)}  ${paint(view, 'dim', run.id)}`;
  const time = (iso: string | null): string | null =>
    iso === null ? null : fullTime(instantOf(iso), view.zone);
  const fields = renderFields(
    [
      ['fire time', time(run.fireTime)],
      [
        'stands for',
        run.count > 1 ? `${run.count} occurrences up to ${time(run.fireTimeEnd)}` : null,
      ],
      ['cause', run.cause],
      ['reason', run.message ?? run.reason],
      ['retry of', run.retryOf],
      ['started', time(run.startedAt)],
      ['ended', time(run.endedAt)],
      ['took', run.durationMs === null ? null : duration(run.durationMs)],
      ['late', run.latenessMs === null ? null : duration(run.latenessMs)],
      ['exit code', run.exitCode === null ? null : String(run.exitCode)],
      ['output', outputWords(run, view)],
      ...run.attempts.map(
        (attempt) => [`attempt ${attempt.number}`, attemptWords(attempt)] as const,
      ),
    ],
    view,
  );
  return `${title}\n${fields}`;
}

function outputWords(run: RunAnswer, view: View): string | null {
  if (run.outputBytes === null) return null;
  const read = inHome(view, `cronkeeper logs ${run.id}${profileOption(view.profile)}`);
  return `${run.outputBytes} bytes${run.outputTruncated ? ', not all that it wrote' : ''}: ${read}`;
}

function attemptWords(attempt: RunAnswer['attempts'][number]): string {
  const { state, outcome, instanceId, host, pid, provenance, adoptedBy, reason } = attempt;
  const end = outcome === null ? state.replaceAll('_', ' ') : outcome.replaceAll('_', ' ');
  const by = `by ${instanceId} (pid ${pid} on ${host}, ${provenance.service ?? 'not a service'}, ${provenance.level})`;
  const adopted = adoptedBy === null ? '' : `, adopted by ${adoptedBy}`;
  return `${end}${reason === null ? '' : ` (${reason})`}, ${by}${adopted}`;
}

/** How to see more of a run that goes on. */
export const followLine = (runId: string, view: View): string =>
  `Follow it: ${inHome(view, `cronkeeper logs ${runId} -f${profileOption(view.profile)}`)}`;

/** How to see what became of a request that nobody answered yet. */
export const requestsLine = (view: View): string =>
  `See it: ${inHome(view, `cronkeeper owner requests${profileOption(view.profile)}`)}`;

/** The first word says what happened: Running, Queued or Refused. */
export function presentAsked(answer: z.infer<typeof jobsRunOutput>, view: View): Presented {
  const { word, request, run, owner } = answer;
  const tone = word === 'Running' ? 'good' : word === 'Queued' ? 'warn' : 'bad';
  const job = truncate(escapeLine(request.job?.name ?? run?.job.name ?? ''), 60);
  const who =
    owner === null ? 'nobody yet' : `${owner.role} (pid ${owner.pid} on ${escapeLine(owner.host)})`;
  const why = request.message ?? (run === null ? null : reasonWords(run));
  const message = why === null || why === '' ? null : `  ${capital(sentence(escapeLine(why)))}`;
  const expires =
    word === 'Queued' && run === null
      ? `  Valid until ${relativeAndAbsolute(request.expiresAt, view)}.`
      : null;
  const text = lines(
    `${paint(view, tone, word)} ${job}  ${paint(view, 'dim', run?.id ?? request.receipt)}`,
    message === null ? null : wrap(message, view.columns, '  '),
    answer.repeated
      ? '  It was asked for before; that request is still open and stands for this one.'
      : null,
    word === 'Refused' ? null : `  Runs in: ${who}`,
    expires,
    run === null || word === 'Refused' ? null : `  ${followLine(run.id, view)}`,
  );
  return { text, warnings: warningsOf(answer, 'THIS JOB', view) };
}

/** A run is ended, not started: that nothing runs the jobs is told only as far as nobody ends it either. */
export function presentCancelled(
  { word, message, run, readiness }: z.infer<typeof runsCancelOutput>,
  view: View,
): Presented {
  const job = `${truncate(escapeLine(run.job.name), 60)}  ${paint(view, 'dim', run.id)}`;
  if (word === 'Over') return plain(lines(`${markText(run)} ${job}`));
  if (word === 'Asked')
    return plain(lines(`Cancelling ${job}`, wrap(`  ${escapeLine(message)}`, view.columns, '  ')));
  return {
    text: lines(`${paint(view, 'warn', 'Not ended yet')} ${job}`),
    warnings: renderWarnings([{ code: readiness.code, message, remedy: readiness.remedy }], view),
  };
}
