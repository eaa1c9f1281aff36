import type { StatusAnswer } from '../../../operations/answers.ts';
import type { SetupCrontab, SetupFacts, TakenOver } from '../../../operations/setup.ts';
import type { SetupGround } from '../host.ts';
import type { ServiceOutcome } from '../service.ts';
import { installedLines } from './services.ts';
import { count, lines, type Presented, type View } from './view.ts';
import { nothingWillRun, renderWarnings } from './words.ts';

/** What is there, before anything is asked. */
export function setupLines(ground: SetupGround, { status, crontab }: SetupFacts): string[] {
  const { user, home, scope } = ground;
  const { enabled, paused } = status.jobs;
  const foreign = status.instances.filter(({ standing }) => standing === 'foreign');
  const where = scope === 'system' ? 'of this machine' : `of user ${user}`;
  return [
    `Setting up cronkeeper for ${user}: home ${home}, profile "${status.profile}", ${count(enabled + paused, 'job')}.`,
    `  Now: ${status.readiness.message}`,
    `  Service: one ${where}, which runs as ${user}.`,
    `  Crontab: ${crontabWords(crontab)}`,
    ...foreign.map(
      ({ role, pid, reason }) => `  Left alone: ${role} (pid ${pid}). ${reason ?? ''}`,
    ),
  ];
}

function crontabWords(crontab: SetupCrontab): string {
  if (crontab.kind === 'not-asked') return 'left alone.';
  if (crontab.kind === 'unreadable') return `cannot be read, and stays as it is. ${crontab.why}`;
  const { taken, skipped, waiting } = crontab;
  const held =
    waiting === 0
      ? ''
      : ` A take-over was interrupted; ${count(waiting, 'job')} of it ${waiting === 1 ? 'waits' : 'wait'}.`;
  return `${linesWords(taken, skipped)}${held}`;
}

function linesWords(taken: TakenOver['taken'], skipped: TakenOver['skipped']): string {
  if (taken.length + skipped.length === 0) return 'nothing is in it.';
  const stay = skipped.map(({ line, reason }) => `line ${line} (${reason})`).join(', ');
  const can = `${count(taken.length, 'line')} can become ${taken.length === 1 ? 'a job' : 'jobs'}`;
  return skipped.length === 0 ? `${can}.` : `${can}; these stay: ${stay}`;
}

const takenWords = ({ taken, resumed }: TakenOver): string | null =>
  taken.length > 0
    ? `Took over ${count(taken.length, 'line')} of the crontab; cron no longer runs them.`
    : resumed === 0
      ? null
      : `Completed the take-over that was interrupted: ${count(resumed, 'job')} of it began.`;

/** What was done, and the proof. */
export function presentSetup(
  done: {
    readonly service: ServiceOutcome | null;
    readonly crontab: TakenOver | null;
    readonly status: StatusAnswer;
    /** Lines that were not taken because nobody would run them. */
    readonly leftLines: number;
  },
  view: View,
): Presented {
  const { service, crontab, status, leftLines } = done;
  const text = lines(
    ...(service?.kind === 'installed' ? installedLines(service, view) : []),
    crontab === null ? null : takenWords(crontab),
    leftLines === 0
      ? null
      : `The crontab was left as it is, because nothing would run its ${count(leftLines, 'line')} here.`,
    status.readiness.willRun ? 'See tonight: cronkeeper tonight' : null,
  );
  const warnings = renderWarnings(crontab?.warnings ?? [], view);
  return { text, warnings: nothingWillRun(status.readiness, 'THESE JOBS', view) + warnings };
}
