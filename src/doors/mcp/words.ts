import type { Refusal, Remedy } from '../../core/refusal.ts';
import type { ReadinessAnswer } from '../../operations/answers.ts';

const sentence = (text: string): string => (/[.!?…]$/u.test(text) ? text : `${text}.`);

/** A person's name of a job must not move the cursor of whoever reads the transcript in a terminal, nor begin a line of its own. */
const plain = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

const remedyWords = (remedy: Remedy | null): string =>
  remedy === null ? '' : ` ${plain(remedy.text)}`;

/** The one warning of every door, and what to do with it. Null when the jobs will run, or when somebody decided that this one does not. */
export function warningOf(
  { willRun, code, message, remedy }: ReadinessAnswer,
  what: 'THIS JOB' | 'THESE JOBS',
): string | null {
  if (willRun || code === 'job_paused' || code === 'job_done') return null;
  const verb = code === 'owner_absent' && remedy?.kind === 'command' ? ' Start one:' : '';
  return (
    `⚠ NOTHING WILL RUN ${what}: ${sentence(plain(message))}${verb}${remedyWords(remedy)}\n` +
    'Tell the person this before anything else: what is stored does not run until that is mended.'
  );
}

/** What was refused, why, and what to do now. */
export const refusalWords = ({ code, message, remedy }: Refusal): string =>
  `Refused (${code}): ${sentence(plain(message))}${
    remedy === null ? '' : `\nWhat to do:${remedyWords(remedy)}`
  }`;
