import { ChevronRight } from 'lucide-react';
import type { ProvenanceAnswer } from '../../src/operations/answers.ts';
import { Badge } from './outcome.tsx';

const tones = {
  proven: 'good',
  corroborated: 'good',
  claimed: 'warn',
  unknown: 'idle',
  mismatch: 'bad',
} as const;

/** What a level means, for those who meet the word for the first time. */
const meanings: Readonly<Record<ProvenanceAnswer['level'], string>> = {
  proven: 'The kernel and the service manager confirm who started it',
  corroborated: 'Part of it is confirmed, nothing contradicts it',
  claimed: 'Only it says so itself',
  unknown: 'It is no service: nothing is claimed and nothing shown',
  mismatch: 'What it claims and what is seen contradict each other',
};

/** How well a process proves where it comes from. */
export function LevelBadge({ level }: { readonly level: ProvenanceAnswer['level'] }) {
  return (
    <span title={meanings[level]}>
      <Badge tone={tones[level]}>{level}</Badge>
    </span>
  );
}

/** The processes from the first one down, and the facts that were looked at. */
export function Chain({ provenance }: { readonly provenance: ProvenanceAnswer }) {
  const { chain, facts } = provenance;
  const down = [...chain].reverse();
  return (
    <div className="min-w-0 space-y-1">
      <ol aria-label="Chain of processes" className="flex flex-wrap items-center gap-y-1">
        {down.map(({ pid, command }, at) => (
          <li key={pid} className="flex max-w-full min-w-0 items-center">
            {at > 0 && <ChevronRight size={14} aria-hidden className="mx-0.5 shrink-0 text-soft" />}
            <code className="truncate rounded bg-line/60 px-1.5 py-0.5" title={command}>
              {command} <span className="text-soft">{pid}</span>
            </code>
          </li>
        ))}
      </ol>
      {facts.length > 0 && (
        <details>
          <summary className="text-[0.92rem] text-soft hover:text-ink">
            {facts.length} {facts.length === 1 ? 'fact' : 'facts'} looked at
          </summary>
          <ul className="mt-1 list-disc space-y-0.5 pl-5 text-[0.92rem] text-soft">
            {facts.map((fact) => (
              <li key={fact} className="break-words">
                {fact}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
