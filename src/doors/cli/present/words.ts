import { profileOption } from '../../../core/refusal.ts';
import type { ReadinessAnswer, RunAnswer, WarningAnswer } from '../../../operations/answers.ts';
import { escapeLine } from './escape.ts';
import type { Tone, View } from './view.ts';
import { inHome, paint } from './view.ts';
import { wrap } from './width.ts';

type RunState = Pick<RunAnswer, 'state' | 'outcome'>;

type Mark = { readonly glyph: string; readonly word: string; readonly tone: Tone };

const outcomes: Readonly<Record<NonNullable<RunAnswer['outcome']>, Mark>> = {
  succeeded: { glyph: '✓', word: 'succeeded', tone: 'good' },
  failed: { glyph: '✗', word: 'failed', tone: 'bad' },
  timed_out: { glyph: '✗', word: 'timed out', tone: 'bad' },
  cancelled: { glyph: '■', word: 'cancelled', tone: 'warn' },
  unknown: { glyph: '?', word: 'unknown', tone: 'bad' },
};

const states: Readonly<Record<Exclude<RunAnswer['state'], 'ended'>, Mark>> = {
  queued: { glyph: '…', word: 'queued', tone: 'dim' },
  running: { glyph: '▶', word: 'running', tone: 'strong' },
  skipped: { glyph: '↷', word: 'skipped', tone: 'warn' },
  missed: { glyph: '!', word: 'missed', tone: 'bad' },
  refused: { glyph: '⊘', word: 'refused', tone: 'bad' },
  undecided: { glyph: '·', word: 'undecided', tone: 'warn' },
};

/** How a run stands, as a glyph with its word. */
export function markOf(run: RunState): Mark {
  if (run.state !== 'ended') return states[run.state];
  return outcomes[run.outcome ?? 'unknown'];
}

export const markText = (run: RunState): string => {
  const { glyph, word } = markOf(run);
  return `${glyph} ${word}`;
};

/** How a first job is made, as a line to type in this profile and home. */
export const addOne = (profile: string, view: View): string =>
  `Add one: ${inHome(view, `cronkeeper add "every day at 9am"${profileOption(profile)} -- COMMAND`)}`;

type Remedied = { readonly remedy: WarningAnswer['remedy'] };

/** "→ command" on its own line, so that it can be copied. */
export const remedyLine = ({ remedy }: Remedied, view: View, indent = '  '): string | null =>
  remedy === null
    ? null
    : indent +
      wrap(`→ ${escapeLine(inHome(view, remedy.text))}`, breakable(remedy, view), `${indent}  `);

/** A command is never broken into lines: it must be copied as a whole. */
const breakable = (remedy: NonNullable<WarningAnswer['remedy']>, view: View): number =>
  remedy.kind === 'command' ? Number.POSITIVE_INFINITY : view.columns - 4;

export const sentence = (text: string): string => (/[.!?…]$/u.test(text) ? text : `${text}.`);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The one warning of every door. `what` says which jobs are meant. */
export function nothingWillRun(
  readiness: ReadinessAnswer,
  what: 'THIS JOB' | 'THESE JOBS',
  view: View,
): string {
  if (readiness.willRun) return '';
  const { code, remedy } = readiness;
  if (code === 'job_paused' || code === 'job_done') return '';
  const verb = code === 'owner_absent' && remedy?.kind === 'command' ? 'Start one: ' : '';
  const mend = remedy === null ? '' : ` ${verb}${escapeLine(inHome(view, remedy.text))}`;
  const warning = `⚠ NOTHING WILL RUN ${what}: ${sentence(escapeLine(readiness.message))}${mend}`;
  return `${paint(view, 'warn', warning)}\n`;
}

/** Warnings with what mends them, one after the other. */
export const renderWarnings = (warnings: readonly WarningAnswer[], view: View): string =>
  warnings
    .map((warning) => {
      const text = wrap(`⚠ ${escapeLine(warning.message)}`, view.columns, '  ');
      const mend = remedyLine(warning, view);
      return `${paint(view, 'warn', text)}\n${mend === null ? '' : `${mend}\n`}`;
    })
    .join('');

type Warned = {
  readonly readiness: ReadinessAnswer;
  readonly warnings?: readonly WarningAnswer[] | undefined;
};

/** Everything that an answer warns of, the one warning first; nothing is said twice. */
export const warningsOf = (
  { readiness, warnings = [] }: Warned,
  what: 'THIS JOB' | 'THESE JOBS',
  view: View,
): string =>
  nothingWillRun(readiness, what, view) +
  renderWarnings(
    warnings.filter(({ code }) => code !== readiness.code),
    view,
  );
