import type { JobAnswer, UnderstoodAnswer } from '../../../operations/answers.ts';
import { escapeLine } from './escape.ts';
import { instantOf, relativeTime } from './time.ts';
import type { View } from './view.ts';
import { lines, paint } from './view.ts';
import { wrap } from './width.ts';

/** What was understood, so that nobody has to guess. A job that rests only would fire. */
export function renderUnderstood(
  understood: UnderstoodAnswer,
  view: View,
  state: JobAnswer['state'] = 'enabled',
): string {
  const heading = state === 'enabled' ? 'Next' : 'Would fire next';
  const fires = understood.next.map(
    ({ at, local, dst }) =>
      `    ${localWords(local)}  ${paint(view, 'dim', relativeTime(instantOf(at), view.now))}${
        dst === null ? '' : paint(view, 'warn', `  ⚠ ${escapeLine(dst)}`)
      }`,
  );
  return lines(
    wrap(
      `  When: ${escapeLine(understood.words)} (${escapeLine(understood.zone)})`,
      view.columns,
      '    ',
    ),
    `  As:   ${escapeLine(understood.canonical)}`,
    ...understood.notes.map((note) => wrap(`  Note: ${escapeLine(note)}`, view.columns, '    ')),
    fires.length === 0 ? '  Next: never' : `  ${heading}:`,
    ...fires,
  );
}

/** "Mon 2026-11-23 09:00 +01:00" of an ISO time with offset. */
function localWords(local: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?/.exec(local);
  if (parts === null) return escapeLine(local);
  const [, date = '', minutes = '', seconds = ':00', offset = ''] = parts;
  const weekday = new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return `${weekday} ${date} ${minutes}${seconds === ':00' ? '' : seconds} ${offset}`.trimEnd();
}
