import { useMemo } from 'react';
import { openLog } from '../run/log/log-text.ts';

const fewLines = 4;

const linesOf = (text: string) => {
  const log = openLog();
  const whole = log.take(new TextEncoder().encode(text));
  const rest = log.rest();
  return rest === null ? whole : [...whole, rest];
};

/** The beginning of an output, folded when it is long. */
export function Piece({ text, isCut }: { readonly text: string; readonly isCut: boolean }) {
  const lines = useMemo(() => linesOf(text.trimEnd()), [text]);
  const few = lines.slice(0, fewLines);
  const rest = lines.slice(fewLines);
  return (
    <div className="max-w-3xl font-mono text-[0.86rem] leading-5 text-ink">
      <Lines lines={few} />
      {rest.length > 0 && (
        <details>
          <summary className="font-sans text-soft hover:text-ink">
            {rest.length} more {rest.length === 1 ? 'line' : 'lines'}
            {isCut && ', and more with the run'}
          </summary>
          <Lines lines={rest} />
        </details>
      )}
      {rest.length === 0 && isCut && (
        <p className="font-sans text-soft">There is more with the run.</p>
      )}
    </div>
  );
}

function Lines({ lines }: { readonly lines: ReturnType<typeof linesOf> }) {
  return lines.map(({ number, pieces }) => (
    <div key={number} className="min-h-5 break-words whitespace-pre-wrap">
      {pieces.map((piece, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place on the line
        <span key={at} className={piece.look}>
          {piece.text}
        </span>
      ))}
    </div>
  ));
}
