import type { WhyAnswer } from '../../../operations/why-answer.ts';
import { escapeLine } from './escape.ts';
import { renderRun } from './runs.ts';
import { fullTime, instantOf, zoneLabel } from './time.ts';
import type { Presented, View } from './view.ts';
import { lines, paint } from './view.ts';
import { truncate, wrap } from './width.ts';
import { nothingWillRun } from './words.ts';

const questions = [
  ['eligible', 'May somebody own it?'],
  ['elected', 'Who owned it?'],
  ['decided', 'What was decided?'],
  ['attempted', 'What was tried?'],
] as const;

/** Four questions, answered in the order in which a run comes about. */
export function presentWhy(answer: WhyAnswer, view: View): Presented {
  const steps = questions.map(([key, question]) => {
    const step = answer[key];
    const head = `  ${question.padEnd(21)} ${paint(view, 'dim', step.code)}`;
    return `${head}\n${wrap(`    ${escapeLine(step.message)}`, view.columns, '    ')}`;
  });
  return {
    text:
      lines(
        `${paint(view, 'strong', truncate(escapeLine(answer.job.name), 60))}  ${whichOf(answer, view)}`,
        ...steps,
      ) + (answer.run !== null && view.verbose ? `\n${renderRun(answer.run, view)}` : ''),
    warnings: nothingWillRun(answer.readiness, 'THIS JOB', view),
  };
}

function whichOf({ fireTime, run }: WhyAnswer, view: View): string {
  const time = fireTime ?? run?.decidedAt ?? null;
  if (time === null) return 'no occurrence yet';
  const kind = fireTime !== null ? '' : run?.cause === 'retry' ? 'a retry, ' : 'by request, ';
  return `${kind}${fullTime(instantOf(time), view.zone)} ${zoneLabel(view.zone)}`;
}
