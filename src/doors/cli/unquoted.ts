import { shellLine } from '../../core/shell-word.ts';

/**
 * WHEN is one argument. Without quotes the shell makes several of it, and turns every `*` into the names of the files around.
 * Here the line that was meant is put together again.
 */

const cronField =
  /^(?:[\d*/,\-LW#?]+|(?:sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\w{3})?)$/i;
const opening =
  /^(?:every|in|at|on|each|next|first|last|the|daily|weekly|monthly|tomorrow|today|\d+)$/i;
const cronFieldCount = 5;

/**
 * @param words the arguments of `add`: WHEN, PROMPT and whatever else was typed
 * @returns the quoted line, or null when WHEN was one argument
 */
export function quotedLine(
  words: readonly string[],
  rest: readonly string[] | null,
): string | null {
  const [first = '', ...others] = words;
  if (others.length === 0) return null;
  const isCron = cronField.test(first) && !/^\d{4}-\d\d/.test(first);
  if (words.length === 2 && !isCron && !opening.test(first)) return null;
  const { when, prompt } = isCron ? cronOf(words) : { when: words.join(' '), prompt: null };
  const command = rest === null ? '' : ` -- ${rest.length === 0 ? 'COMMAND' : shellLine(rest)}`;
  const asked = prompt === null ? '' : ` ${quoted(prompt)}`;
  return `cronkeeper add ${quoted(when)}${asked}${command}`;
}

/** A word that only a shell understands: with spaces or with its signs, as a line of a crontab is. */
const forShell = /[\s|&;<>*?$`()]/;

/**
 * The line with `--shell`, when the words after `--` are one that a shell was meant to read.
 *
 * @param head the verb with its argument
 */
export function shellLineOf(
  head: readonly string[],
  rest: readonly string[] | null,
): string | null {
  const [word = '', ...others] = rest ?? [];
  if (others.length > 0 || !forShell.test(word)) return null;
  return shellLine(['cronkeeper', ...head, '--shell', word]);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs of words that are no fields are what the shell made of one `*` or of several. */
function cronOf(words: readonly string[]): {
  readonly when: string;
  readonly prompt: string | null;
} {
  const lastField = words.findLastIndex((word) => cronField.test(word));
  const tail = words.slice(lastField + 1);
  const fieldCount = words.filter((word) => cronField.test(word)).length;
  const hasPrompt =
    tail.length === 1 && (fieldCount >= cronFieldCount || words.length > fieldCount + 1);
  const body = hasPrompt ? words.slice(0, -1) : words;
  const groups: (string | null)[] = [];
  for (const word of body) {
    if (cronField.test(word)) groups.push(word);
    else if (groups.at(-1) !== null) groups.push(null);
  }
  const gaps = groups.filter((group) => group === null).length;
  const stars = Math.max(0, cronFieldCount - (groups.length - gaps));
  let left = stars;
  let gapsLeft = gaps;
  const fields = groups.flatMap((group) => {
    if (group !== null) return [group];
    const share = gapsLeft === 1 ? left : Math.min(left, 1);
    gapsLeft -= 1;
    left -= share;
    return Array.from({ length: share }, () => '*');
  });
  return { when: fields.join(' '), prompt: hasPrompt ? (tail[0] ?? null) : null };
}
