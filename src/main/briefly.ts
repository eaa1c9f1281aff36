import type { Clock } from '../ports/clock.ts';

const mostAnswers = 100;

type Known<T> = { readonly at: number; readonly answer: Promise<T> };

/**
 * The same look, taken at most once in that time for each subject: many who ask at the same moment share one answer. A look that failed
 * is not remembered.
 */
export function briefly<Rest extends readonly unknown[], T>(
  clock: Pick<Clock, 'now'>,
  forMs: number,
  look: (subject: string, ...rest: Rest) => Promise<T>,
): (subject: string, ...rest: Rest) => Promise<T> {
  const known = new Map<string, Known<T>>();
  return (subject, ...rest) => {
    const at = clock.now().boot;
    const before = known.get(subject);
    if (before !== undefined && at - before.at < forMs) return before.answer;
    const answer = look(subject, ...rest);
    known.delete(subject);
    known.set(subject, { at, answer });
    answer.catch(() => known.delete(subject));
    const [oldest] = known.keys();
    if (known.size > mostAnswers && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}
