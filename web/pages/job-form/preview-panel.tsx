import type { Problem } from '../../http.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { ReadinessNote } from '../../parts/readiness.tsx';
import { NextFires } from '../job/next-fires.tsx';
import type { Preview } from './use-preview.ts';

/** How the job was understood, when it would fire, and whether it would run: before anything is saved. */
export function PreviewPanel({
  preview,
  problem,
  argv,
}: {
  readonly preview: Preview | undefined;
  readonly problem: Problem | null;
  /** The words of the command, where no shell reads them. */
  readonly argv: readonly string[] | null;
}) {
  return (
    <aside
      aria-label="Preview"
      className="order-1 space-y-5 rounded-lg border border-line bg-sheet p-4 lg:sticky lg:top-[calc(var(--banner,0px)+1.5rem)] lg:order-none"
    >
      {problem !== null && <ProblemNote problem={problem} />}
      {preview === undefined && problem === null && <Teaching />}
      {preview !== undefined && problem === null && (
        <>
          <Understood preview={preview} />
          <div>
            <h2 className="eyebrow mb-1">The next times</h2>
            <NextFires understood={preview.understood} />
          </div>
          {argv !== null && argv.length > 0 && <Argv argv={argv} />}
          <ReadinessNote readiness={preview.readiness} />
          {preview.namesakes.length > 0 && (
            <p className="text-warn">Another job has this name; use ids to tell them apart.</p>
          )}
        </>
      )}
    </aside>
  );
}

const Teaching = () => (
  <div className="space-y-2 text-soft">
    <h2 className="eyebrow">Preview</h2>
    <p>
      Say when it should run, and here stands how that was understood, the next five times, what
      clock changes do to them, and whether it will run. Nothing is saved until you say so.
    </p>
  </div>
);

function Understood({ preview: { understood } }: { readonly preview: Preview }) {
  const { words, canonical, notes } = understood;
  return (
    <div role="status" className="space-y-1">
      <h2 className="eyebrow">Understood as</h2>
      <p className="text-lg leading-snug font-semibold text-balance">{words}</p>
      <p className="text-soft">
        <code className="rounded bg-line/60 px-1.5 py-0.5 text-ink">{canonical}</code>
      </p>
      {notes.map((note) => (
        <p key={note} className="text-pretty text-warn">
          {note}
        </p>
      ))}
    </div>
  );
}

function Argv({ argv }: { readonly argv: readonly string[] }) {
  return (
    <div>
      <h2 className="eyebrow mb-1">The program and its arguments</h2>
      <ol className="flex flex-wrap gap-1">
        {argv.map((word, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: an argument is its position
            key={at}
            className="max-w-full truncate rounded border border-line bg-raised px-1.5 font-mono text-[0.9em] whitespace-pre"
          >
            {word === '' ? <span className="text-soft">(empty)</span> : word}
          </li>
        ))}
      </ol>
    </div>
  );
}
