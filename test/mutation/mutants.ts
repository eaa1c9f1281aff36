import { type Change, operators } from './operators.ts';
import { parse, walk } from './syntax.ts';

/** One change of one file, and where it stands. */
export type Mutant = Change & {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** What stood there, in one line. */
  readonly was: string;
};

/** Every mutant of a file that still parses, in the order of the text. */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const found = new Map<string, Mutant>();
  walk(parse(file, text), null, (node, parent) => {
    // A text that stands alone is a directive.
    if (parent?.type === 'ExpressionStatement' && node.type === 'Literal') return;
    for (const operator of operators[node.type] ?? []) {
      for (const change of operator(node, text)) {
        const was = text.slice(change.start, change.end).replace(/\s+/g, ' ');
        if (was === change.put) continue;
        const line = text.slice(0, change.start).split('\n').length;
        found.set(`${change.start} ${change.end} ${change.put}`, { ...change, file, line, was });
      }
    }
  });
  return [...found.values()]
    .filter((mutant) => parses(mutant, text))
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

/** The text of the file with the change made. */
export const mutated = (change: Change, text: string): string =>
  text.slice(0, change.start) + change.put + text.slice(change.end);

function parses(mutant: Mutant, text: string): boolean {
  try {
    parse(mutant.file, mutated(mutant, text));
    return true;
  } catch {
    return false;
  }
}
