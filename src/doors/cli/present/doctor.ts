import type { z } from 'zod';
import type { FindingAnswer, MendedAnswer } from '../../../operations/doctor-answers.ts';
import type { doctorOutput } from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import type { Presented, Tone, View } from './view.ts';
import { count, lines, paint, plain } from './view.ts';
import { wrap } from './width.ts';
import { remedyLine } from './words.ts';

const marks: Readonly<Record<FindingAnswer['state'], readonly [glyph: string, tone: Tone]>> = {
  ok: ['✓', 'good'],
  warning: ['⚠', 'warn'],
  problem: ['✗', 'bad'],
};

/** Problems last, so that they stand above the prompt. */
const weight: Readonly<Record<FindingAnswer['state'], number>> = { ok: 0, warning: 1, problem: 2 };

export function presentDoctor(answer: z.infer<typeof doctorOutput>, view: View): Presented {
  const sorted = answer.findings.toSorted((one, other) => weight[one.state] - weight[other.state]);
  const found = sorted.flatMap((finding) => {
    const [glyph, tone] = marks[finding.state];
    const word = finding.state === 'ok' ? '' : `${finding.state}: `;
    const text = `${word}${escapeLine(finding.check)}: ${escapeLine(finding.message)}`;
    return [
      `${paint(view, tone, glyph)} ${wrap(text, view.columns - 2, '  ')}`,
      finding.state === 'ok' ? null : remedyLine(finding, view),
    ];
  });
  const bad = sorted.filter(({ state }) => state === 'problem').length;
  const warned = sorted.filter(({ state }) => state === 'warning').length;
  const mended = answer.mended.map((one) => mendedLine(one, view));
  const hasMend = sorted.some(({ mend }) => mend !== null) && answer.mended.length === 0;
  const mendable = hasMend ? 'Some of it can be mended without harm: --fix' : null;
  const total = `${count(bad, 'problem')}, ${count(warned, 'warning')} in profile ${escapeLine(answer.profile)}.`;
  return plain(
    lines(...found, ...mended, mendable, answer.isHealthy ? `Healthy.  ${total}` : total),
  );
}

function mendedLine({ isDone, message }: MendedAnswer, view: View): string {
  const word = isDone ? paint(view, 'good', 'Mended:') : paint(view, 'bad', 'Not mended:');
  return `${word} ${wrap(escapeLine(message), view.columns - 12, '  ')}`;
}
