import type { z } from 'zod';
import { toIso } from '../core/instant.ts';
import { readTranscript, type TranscriptLine, usageIn } from '../core/transcript.ts';
import { findNewestRun } from './find-run.ts';
import { runsTranscriptInput } from './inputs.ts';
import { runsTranscriptOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { oneRunAnswer } from './runs.ts';

type Entry = z.output<typeof runsTranscriptOutput>['entries'][number];

/** What an agent was told, said, did and used in a run, in the order in which it happened. Grows while it runs. */
export const runsTranscript = profileOperation({
  name: 'runs.transcript',
  summary: 'Read what an agent did in a run',
  input: runsTranscriptInput,
  output: runsTranscriptOutput,
  scope: 'read',
  async handle(context, { subject, attempt, after, limit }) {
    const run = await findNewestRun(context, subject);
    const answer = await oneRunAnswer(context, run);
    const text = await context.output.transcript(run.id, attempt);
    const all = readTranscript(text ?? '');
    const entries = all.slice(after, after + limit);
    const usage = usageIn(all);
    return {
      run: answer,
      entries: entries.map(entryOf),
      next: after + entries.length,
      isAbsent: text === null,
      usage: usage === null ? null : { ...usage },
    };
  },
});

function entryOf(line: TranscriptLine): Entry {
  const { title, text } = saidBy(line);
  return { at: toIso(line.at), kind: line.kind, title, text };
}

function saidBy(line: TranscriptLine): Pick<Entry, 'title' | 'text'> {
  switch (line.kind) {
    case 'prompt': {
      const tools = line.tools.length === 0 ? 'no tools' : line.tools.join(', ');
      return {
        title: [line.agent, line.model, tools].filter((word) => word !== null).join(', '),
        text: line.text,
      };
    }
    case 'context':
      return { title: line.from, text: line.text };
    case 'text':
    case 'note':
      return { title: '', text: line.text };
    case 'answered': {
      const about = line.isEstimated ? 'about ' : '';
      return { title: `${about}${line.inputTokens} tokens in, ${line.outputTokens} out`, text: '' };
    }
    case 'call':
      return { title: line.tool, text: line.input };
    case 'result':
      return { title: line.isError ? 'error' : 'result', text: line.text };
    case 'end':
      return {
        title: [line.result, line.reason].filter((word) => word !== null).join(': '),
        text: '',
      };
  }
}
