import { profileOption } from '../../../core/refusal.ts';
import { shellLine } from '../../../core/shell-word.ts';
import type { Call, Fields, Flag } from '../spec.ts';
import { escapeLine } from './escape.ts';
import { inHome, lines, type View } from './view.ts';

/** What was typed, as far as it says which list is meant. */
export type Typed = Pick<Call, 'spec' | 'input'>;

/**
 * The line below a list that goes on: what was typed, from another place on.
 *
 * @param from the field that says where the list goes on; a null value is the end of it
 */
export function readOn(word: 'Older' | 'More', typed: Typed, from: Fields, view: View): string {
  if (Object.values(from).includes(null)) return '';
  const { spec, input } = typed;
  const fields = { ...input, ...from };
  const words = [
    'cronkeeper',
    ...spec.path,
    ...spec.args.flatMap(({ field }) => wordsOf(fields[field])),
    ...spec.flags.flatMap((flag) => optionOf(flag, fields[flag.field])),
  ];
  const line = inHome(view, shellLine(words) + profileOption(view.profile));
  return lines(escapeLine(`${word}: ${line}`));
}

const wordsOf = (value: unknown): readonly string[] => (value === undefined ? [] : [String(value)]);

const optionOf = ({ long, isDoors }: Flag, value: unknown): readonly string[] =>
  value === undefined || isDoors === true
    ? []
    : [`--${long}`, ...(value === true ? [] : wordsOf(value))];

const parts = ['state', 'outcome', 'run', 'search', 'after', 'before'];

/** Whether a part of what there is was asked for: that it is empty says nothing of the rest. */
export const isNarrowed = (typed: Typed | null): boolean =>
  parts.some((field) => (typed?.input[field] ?? null) !== null);

/** The line below a list that was cut and has no place to read on from. */
export const notAll = ({ input }: Typed): string =>
  lines(
    input['allProfiles'] === true
      ? 'There are more: a higher --limit shows them, or -p PROFILE instead of -A.'
      : 'There are more: a higher --limit shows them.',
  );
