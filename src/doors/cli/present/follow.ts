import type { RunAnswer } from '../../../operations/answers.ts';
import { escapeBytes, escapeLine } from './escape.ts';
import { clockTime, duration } from './time.ts';
import type { View } from './view.ts';
import { lines, paint } from './view.ts';
import { truncate } from './width.ts';
import { markOf, markText, sentence } from './words.ts';

/** What `up` shows as it happens. */
export type FollowEvent =
  /** The scheduler of this terminal holds the profile, waits for it, or lost it. */
  | { readonly kind: 'owning' | 'waiting' | 'released'; readonly message: string }
  /** Where the dashboard beside it is, and that there is none. */
  | {
      readonly kind: 'dashboard';
      readonly message: string;
      readonly url: string;
      readonly link: string | null;
    }
  | { readonly kind: 'alone'; readonly message: string }
  | { readonly kind: 'started'; readonly run: FollowedRun }
  | { readonly kind: 'output'; readonly run: FollowedRun; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly run: FollowedRun }
  /** Decided without running: skipped, missed or refused. */
  | { readonly kind: 'skipped'; readonly run: FollowedRun };

export type FollowedRun = Pick<
  RunAnswer,
  'id' | 'job' | 'state' | 'outcome' | 'exitCode' | 'durationMs' | 'reason' | 'message'
>;

/** One or more lines for one event; output is prefixed with the name of its job. */
export function renderFollow(event: FollowEvent, view: View): string {
  const time = paint(view, 'dim', clockTime(view.now, view.zone));
  if (!('run' in event)) {
    const isGood = event.kind === 'owning' || event.kind === 'dashboard';
    const mark = isGood ? paint(view, 'good', '✓') : paint(view, 'warn', '⚠');
    return lines(`${time} ${mark} ${escapeLine(event.message)}`);
  }
  const name = truncate(escapeLine(event.run.job.name), 40);
  if (event.kind === 'output') return prefixed(event.bytes, `${paint(view, 'dim', `${name} |`)} `);
  const mark = markOf(event.run);
  const head = `${time} ${paint(view, mark.tone, markText(event.run))} ${name}`;
  return lines(`${head}${because(event.run)}  ${paint(view, 'dim', event.run.id)}`);
}

function because({ state, outcome, exitCode, durationMs, reason, message }: FollowedRun): string {
  const took = durationMs === null ? '' : ` in ${duration(durationMs)}`;
  if (state === 'ended' && outcome === 'succeeded') return took;
  if (state === 'ended' && outcome === 'failed' && exitCode !== null)
    return `${took}, exit ${exitCode}`;
  const why = message ?? reason?.replaceAll('_', ' ') ?? null;
  return why === null ? took : `${took}: ${escapeLine(sentence(why))}`;
}

function prefixed(bytes: Uint8Array, prefix: string): string {
  const { text, rest } = escapeBytes(bytes);
  const tail = Array.from(rest, (byte) => `\\x${byte.toString(16)}`).join('');
  return (text + tail)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${prefix}${line}\n`)
    .join('');
}
