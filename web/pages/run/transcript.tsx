import { useState } from 'react';
import type { z } from 'zod';
import type { RunAnswer } from '../../../src/operations/answers.ts';
import type { runsTranscriptOutput } from '../../../src/operations/outputs.ts';
import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';

type Answer = z.infer<typeof runsTranscriptOutput>;
type Entry = Answer['entries'][number];

const mostEntries = 1_000;

/** What an agent was told, said and did, and what that used. Nothing where no agent was asked. */
export function Transcript({ run }: { readonly run: RunAnswer }) {
  const { data } = useAnswer(routes.transcript, { subject: run.id, limit: mostEntries });
  if (data === undefined || data.isAbsent) return null;
  return (
    <section aria-labelledby="transcript" className="space-y-2">
      <h2 id="transcript" className="text-lg font-semibold">
        Transcript
      </h2>
      {data.usage !== null && <p className="text-soft">{usageWords(data.usage)}</p>}
      <ol className="space-y-2">
        {data.entries.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end
          <li key={at}>
            <Said entry={entry} />
          </li>
        ))}
      </ol>
      {data.entries.length === mostEntries && (
        <p className="text-soft">There is more: cronkeeper transcript {run.id}</p>
      )}
    </section>
  );
}

const words: Readonly<Record<Entry['kind'], string>> = {
  prompt: 'Asked',
  context: 'Told',
  text: 'Said',
  answered: 'Answered',
  call: 'Used',
  result: 'Got',
  note: 'Note',
  end: 'Ended',
};

/** Long texts are folded. All of it is text, whatever a model or a tool wrote. */
function Said({ entry: { kind, title, text } }: { readonly entry: Entry }) {
  // Only at first: a text that grows past that must not close under whoever reads it.
  const [isShort] = useState(text.length < 2_000);
  const head = (
    <>
      <span className="font-medium">{words[kind]}</span>
      {title !== '' && <span className="text-soft"> {title}</span>}
    </>
  );
  if (text === '') return <p>{head}</p>;
  return (
    <details open={isShort}>
      <summary className="cursor-pointer">{head}</summary>
      <pre className="mt-1 overflow-x-auto rounded-box border border-line bg-sheet px-3 py-2 font-mono text-[0.93em] whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text}
      </pre>
    </details>
  );
}

function usageWords({
  model,
  inputTokens,
  outputTokens,
  costMicroUsd,
  toolCalls,
}: NonNullable<Answer['usage']>): string {
  const parts = [
    ...(model === null ? [] : [model]),
    `${inputTokens.toLocaleString('en')} tokens in, ${outputTokens.toLocaleString('en')} out`,
    `${toolCalls} uses of tools`,
    costMicroUsd === null ? 'cost not known' : `$${(costMicroUsd / 1_000_000).toFixed(4)}`,
  ];
  return parts.join(' · ');
}
