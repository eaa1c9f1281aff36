import type { z } from 'zod';
import { profileOption } from '../../../core/refusal.ts';
import type { AuditAnswer } from '../../../operations/answers.ts';
import type {
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
} from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { readOn, type Typed } from './read-on.ts';
import { evidence } from './status.ts';
import { renderFields, renderTable } from './table.ts';
import { duration, fullTime, instantOf, relativeAndAbsolute } from './time.ts';
import type { Presented, View } from './view.ts';
import { lines, paint, plain } from './view.ts';
import { wrap } from './width.ts';
import { sentence, warningsOf } from './words.ts';

/** The appointed identity, and who holds the lease: never mixed. */
export function presentOwner(answer: z.infer<typeof ownerShowOutput>, view: View): Presented {
  const { appointment, holder, epoch } = answer;
  const appointed = relativeAndAbsolute(appointment.at, view);
  const rule = [
    ['owner', appointment.words],
    ['rule', appointment.rule.join(', then ')],
    ['appointed', `${appointed} by ${appointment.actor}, version ${appointment.version}`],
    ['reason', appointment.reason],
  ] as const;
  const held =
    holder === null
      ? ([['holder', `nobody; the last epoch was ${epoch}`]] as const)
      : ([
          [
            'holder',
            `${holder.role} pid ${holder.pid} on ${holder.host}, since ${relativeAndAbsolute(holder.since, view)}`,
          ],
          ['lease', `epoch ${holder.epoch}, renewed ${duration(holder.heartbeatAgeMs)} ago`],
          ...evidence(holder.provenance),
        ] as const);
  return {
    text: renderFields([['profile', answer.profile], ...rule, ...held], view),
    warnings: warningsOf(answer, 'THESE JOBS', view),
  };
}

export function presentAppointed(
  answer: z.infer<typeof ownerAppointOutput>,
  view: View,
): Presented {
  const title = answer.changed ? 'Appointed' : 'Already appointed';
  const shown = presentOwner(answer, view);
  return {
    text:
      lines(`${paint(view, 'good', title)}: ${escapeLine(answer.appointment.words)}`) + shown.text,
    warnings: shown.warnings,
  };
}

export const presentHandover = (
  answer: z.infer<typeof ownerHandoverOutput>,
  view: View,
): Presented =>
  plain(
    lines(
      wrap(sentence(escapeLine(answer.message)), view.columns),
      `  See who takes over: cronkeeper owner history${profileOption(view.profile)}`,
    ),
  );

const detailText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

const detailWords = ({ detail }: AuditAnswer): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => `${key} ${detailText(value)}`)
    .join(', ');

export function presentHistory(
  answer: z.infer<typeof ownerHistoryOutput>,
  view: View,
  typed: Typed,
): Presented {
  if (answer.entries.length === 0) return plain(lines('No changes yet.'));
  const table = renderTable(
    [
      { title: 'TIME' },
      { title: 'WHAT' },
      { title: 'BY', least: 8 },
      { title: 'SUBJECT', spare: 1 },
      { title: 'DETAIL', least: 12, spare: 2 },
    ],
    answer.entries.map((entry) => [
      fullTime(instantOf(entry.at), view.zone),
      entry.kind,
      entry.actor,
      entry.subject,
      detailWords(entry),
    ]),
    view,
  );
  return plain(table + readOn('Older', typed, { before: answer.next }, view));
}
