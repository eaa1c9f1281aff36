import type { MorningAnswer } from '../../../src/operations/outputs-evening.ts';
import { pointInTime, spanWords, viewerZone } from '../../parts/moment.ts';

type Happening = MorningAnswer['night'][number];

/** `1 occurrence`, `3 occurrences`. */
export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`;

const reasons: Readonly<Record<string, string>> = {
  exit_nonzero: 'it ended with another exit code than 0',
  timeout: 'it took longer than its timeout allows',
  no_output_timeout: 'it was silent for longer than is allowed',
  lost: 'nobody saw how it ended',
  overlap_skip: 'the previous run was still going',
  owner_absent: 'nobody owned the profile',
  deadline_passed: 'it would have been too late',
};

/** A reason code as words, where nobody wrote a sentence. */
export const codeWords = (code: string): string => reasons[code] ?? code.replaceAll('_', ' ');

/** `Sunday, 29 November`. */
export const dayWords = (now: number): string =>
  new Date(now).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** From three in the morning until noon a person wants to know about the night that was. */
export const isMorning = (now: number): boolean => {
  const hour = new Date(now).getHours();
  return hour >= 3 && hour < 12;
};

/** What happened to whoever runs the jobs, without its times. */
export function happening(one: Happening): string {
  const times = one.count > 1 ? `, ${one.count} times` : '';
  const words = one.words === null ? '' : ` (${one.words})`;
  switch (one.kind) {
    case 'asleep':
      return `The machine was asleep${times}.`;
    case 'paused':
      return `The scheduler was stopped or starved${times}, ${spanWords(one.ms ?? 0)} in all.`;
    case 'stepped':
      return `The clock was set ${(one.ms ?? 0) < 0 ? 'back' : 'forward'} by ${spanWords(one.ms ?? 0)}${times}.`;
    case 'restarted':
      return `The machine restarted${words}.`;
    case 'unowned':
      return `Nothing ran the jobs${words}.`;
    case 'changed':
      return `${one.role ?? 'Another process'} (pid ${one.pid ?? '?'}) ran the jobs from then on.`;
  }
}

/** `02:10`, `02:10 – 04:40`, `since 02:10`. */
export function stretchWords(from: string, until: string | null, now: number): string {
  const words = (at: string): string => pointInTime(Date.parse(at), viewerZone, now);
  if (until === null) return `since ${words(from)}`;
  const [begins, ends] = [words(from), words(until)];
  return begins === ends ? begins : `${begins} – ${ends}`;
}
