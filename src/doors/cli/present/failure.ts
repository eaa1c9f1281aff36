import type { Remedy } from '../../../core/refusal.ts';
import { escapeControls, escapeLine } from './escape.ts';
import type { View } from './view.ts';
import { lines, paint } from './view.ts';
import { wrap } from './width.ts';
import { capital, remedyLine } from './words.ts';

/** What a door says when the answer is no, or when there is none. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly details: Readonly<Record<string, unknown>>;
};

/** The code last, in brackets: it can be searched for. */
export function renderFailure(failure: Failure, view: View): string {
  // No full stop is added: a message may end with a command to copy.
  const message = capital(escapeControls(unlisted(failure)));
  const text = wrap(`${message} [${failure.code}]`, view.columns - 2, '  ');
  const remedy = failure.remedy;
  const multiline = remedy?.text.includes('\n') === true;
  const mend = multiline
    ? remedy.text
        .split('\n')
        .map((line, index) => `  ${index === 0 ? '→ ' : ''}${escapeLine(line)}`)
        .join('\n')
    : remedyLine(failure, view);
  return lines(`${paint(view, 'bad', '✗')} ${text}`, mend, ...candidates(failure));
}

/** The message without the problems that stand in the list below it. */
function unlisted({ message, details: { problems } }: Failure): string {
  if (!Array.isArray(problems)) return message;
  const spoken = problems.map((problem: unknown) => wordsOf(problem).join('')).join(' ');
  return message.replace(spoken, '').replace(/ {2,}/g, ' ').trim();
}

const wordsOf = (entry: unknown): readonly string[] =>
  typeof entry === 'object' && entry !== null ? Object.values(entry).map(String) : [String(entry)];

/** An ambiguous name is refused with what it may mean; a broken file with its places. */
function candidates({ details }: Failure): readonly string[] {
  const { candidates: meant, problems } = details;
  const list: unknown = meant ?? problems;
  if (!Array.isArray(list)) return [];
  return list.slice(0, 20).map((entry: unknown) => `  - ${escapeLine(candidateText(entry))}`);
}

/** A place ends with a space of its own. */
const candidateText = (entry: unknown): string =>
  wordsOf(entry)
    .map((word) => (word.endsWith(' ') ? word : `${word}  `))
    .join('')
    .trimEnd();

/** The error document of `--json`. */
export const failureDocument = (failure: Failure): { readonly error: Failure } => ({
  error: {
    code: failure.code,
    message: failure.message,
    remedy: failure.remedy,
    details: failure.details,
  },
});
