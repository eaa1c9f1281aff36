import type { z } from 'zod';
import type {
  ChatLineAnswer,
  chatReadOutput,
  chatSayOutput,
} from '../../../operations/chat-answers.ts';
import {
  jobsAddOutput,
  jobsEditOutput,
  jobsListOutput,
  jobsRemoveOutput,
  jobsRunOutput,
  statusOutput,
} from '../../../operations/outputs.ts';
import { tonightOutput } from '../../../operations/outputs-evening.ts';
import { escapeControls } from './escape.ts';
import { presentAdded, presentEdited, presentJobs, presentRemoved } from './jobs.ts';
import { presentAsked } from './runs.ts';
import { renderStatus, renderStatuses } from './status.ts';
import { presentTonight } from './tonight.ts';
import { lines, type Presented, paint, plain, type View } from './view.ts';
import { warningsOf } from './words.ts';

/** The answers that a person sees as the verb of the operation shows them. Others say what they have to say in the text after them. */
const cards: Readonly<Record<string, (answer: unknown, view: View) => Presented>> = {
  'jobs.add': (answer, view) => presentAdded(jobsAddOutput.parse(answer), view),
  'jobs.list': (answer, view) => presentJobs(jobsListOutput.parse(answer), view, null),
  'jobs.pause': (answer, view) => presentEdited('Paused', jobsEditOutput.parse(answer), view),
  'jobs.resume': (answer, view) => presentEdited('Resumed', jobsEditOutput.parse(answer), view),
  'jobs.remove': (answer, view) => presentRemoved(jobsRemoveOutput.parse(answer), view),
  'jobs.run': (answer, view) => presentAsked(jobsRunOutput.parse(answer), view),
  tonight: (answer, view) => presentTonight(tonightOutput.parse(answer), view),
  status: (answer, view) => {
    const parsed = statusOutput.parse(answer);
    return plain(
      'profiles' in parsed ? renderStatuses(parsed.profiles, view) : renderStatus(parsed, view),
    );
  },
};

function renderLine({ part }: ChatLineAnswer, view: View): string {
  switch (part.kind) {
    case 'asked':
      return lines(paint(view, 'strong', `> ${escapeControls(part.text)}`));
    case 'text':
      return lines(escapeControls(part.text));
    case 'card':
      return cards[part.operation]?.(part.answer, view).text ?? '';
    case 'end':
      return part.how === 'done' ? '' : lines(paint(view, 'warn', `⚠ ${part.how}`));
    // What was refused is told by the text after it, with what to do.
    case 'call':
    case 'refused':
      return '';
  }
}

const render = (all: readonly ChatLineAnswer[], view: View): string =>
  all.map((line) => renderLine(line, view)).join('');

/** The answer to what was just said, which need not be repeated. */
export const presentSaid = (answer: z.infer<typeof chatSayOutput>, view: View): Presented => ({
  text: render(
    answer.lines.filter(({ part }) => part.kind !== 'asked'),
    view,
  ),
  warnings: warningsOf(answer, 'THESE JOBS', view),
});

export const presentConversation = (
  answer: z.infer<typeof chatReadOutput>,
  view: View,
): Presented => ({
  text: answer.lines.length === 0 ? lines('Nothing was said yet.') : render(answer.lines, view),
  warnings: warningsOf(answer, 'THESE JOBS', view),
});
