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
  const which =
    answer.fireTime === null
      ? 'no occurrence yet'
      : `${fullTime(instantOf(answer.fireTime), view.zone)} ${zoneLabel(view.zone)}`;
  const steps = questions.map(([key, question]) => {
    const step = answer[key];
    const head = `  ${question.padEnd(21)} ${paint(view, 'dim', step.code)}`;
    return `${head}\n${wrap(`    ${escapeLine(step.message)}`, view.columns, '    ')}`;
  });
  return {
    text:
      lines(
        `${paint(view, 'strong', truncate(escapeLine(answer.job.name), 60))}  ${which}`,
        ...steps,
      ) + (answer.run !== null && view.verbose ? `\n${renderRun(answer.run, view)}` : ''),
    warnings: nothingWillRun(answer.readiness, 'THIS JOB', view),
  };
}
