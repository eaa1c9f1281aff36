import type { UnderstoodAnswer } from '../../../src/operations/answers.ts';
import { Away, Time } from '../../parts/time.tsx';

/** The next times a schedule fires, and what clock changes do to them. */
export function NextFires({
  understood: { next, zone, kind },
}: {
  readonly understood: Pick<UnderstoodAnswer, 'next' | 'zone' | 'kind'>;
}) {
  if (next.length === 0) return <p className="text-soft">It does not fire any more.</p>;
  return (
    <ol className="divide-y divide-line">
      {next.map(({ at, dst }) => (
        <li key={at} className="py-1.5">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <Time at={at} zone={kind === 'cron' ? zone : null} />
            <span className="text-soft">
              <Away at={at} />
            </span>
          </div>
          {dst !== null && <p className="mt-0.5 text-warn text-pretty">⚑ {dst}</p>}
        </li>
      ))}
    </ol>
  );
}
