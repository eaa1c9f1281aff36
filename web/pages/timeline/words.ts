import { pointInTime, viewerZone } from '../../parts/moment.ts';
import { type Mark, sights } from '../../parts/outcome.tsx';
import type { Cell } from './lanes.ts';

/** `3 missed, 1 succeeded`; `succeeded` when there is only one. */
export const countWords = (counts: ReadonlyMap<Mark, number>): string =>
  [...counts]
    .map(([mark, count]) => {
      const word = sights[mark].words.toLowerCase();
      return count === 1 && counts.size === 1 ? word : `${count} ${word}`;
    })
    .join(', ');

/** What one mark stands for, in a sentence. */
export function cellWords(cell: Cell, seen: number, willRun: boolean): string {
  const words = (at: number): string => pointInTime(at, viewerZone, seen);
  const when =
    words(cell.from) === words(cell.to)
      ? words(cell.from)
      : `${words(cell.from)} – ${words(cell.to)}`;
  if (cell.kind === 'past') return `${when}: ${countWords(cell.counts)}`;
  const times = cell.count === 1 ? '' : ` ${cell.count} times`;
  return `${when}: ${willRun ? 'due' : 'due, and nobody would run it'}${times}`;
}
