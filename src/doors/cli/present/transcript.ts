import type { z } from 'zod';
import type { runsTranscriptOutput } from '../../../operations/outputs.ts';
import { escapeControls, escapeLine } from './escape.ts';
import type { Presented, View } from './view.ts';
import { lines, paint, plain } from './view.ts';

type Answer = z.infer<typeof runsTranscriptOutput>;

/** As a conversation: who or what, then the words. Whatever a model or a tool said is text and moves no cursor. */
export function presentTranscript(answer: Answer, view: View): Presented {
  if (answer.isAbsent) return plain(lines(`No agent was asked in run ${answer.run.id}.`));
  const said = answer.entries.map(({ kind, title, text }) => {
    const head = escapeLine(title === '' ? kind : `${kind} (${title})`);
    const body = escapeControls(text).trimEnd();
    return lines(paint(view, 'dim', head), ...(body === '' ? [] : [body]));
  });
  return plain(said.join('') + usageLine(answer.usage));
}

function usageLine(usage: Answer['usage']): string {
  if (usage === null) return '';
  const { model, inputTokens, outputTokens, costMicroUsd, toolCalls } = usage;
  const cost = costMicroUsd === null ? 'cost unknown' : `$${(costMicroUsd / 1_000_000).toFixed(4)}`;
  return `\n${[model ?? 'model unknown', `${inputTokens} tokens in`, `${outputTokens} out`, `${toolCalls} uses of tools`, cost].join(', ')}\n`;
}
