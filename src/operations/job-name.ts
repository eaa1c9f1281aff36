import { actionWords } from '../core/action-words.ts';
import type { Action } from '../core/job.ts';
import { Refusal } from '../core/refusal.ts';

const longestName = 200;
const longestDerivedName = 60;

// Control characters, and marks that turn the direction of writing and so disguise what a name says.
const unseemly =
  /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]/u;

/**
 * A name as it is kept: NFC, trimmed. A label only, so `../x`, `__proto__`, `-x` and emoji are fine.
 *
 * @throws Refusal `name_invalid`
 */
export function readName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (name === '') throw invalid('A name needs at least one character.');
  if ([...name].length > longestName)
    throw invalid(
      `A name has at most ${longestName} characters; this one has ${[...name].length}.`,
    );
  if (unseemly.test(name))
    throw invalid('A name has no control characters and no marks that turn the writing direction.');
  return name;
}

/** A name for a job that was given none: a program's own name and the words that follow it, the first words of a prompt, an address. */
export function nameOf(action: Action): string {
  const words = wordsOf(action)
    .normalize('NFC')
    .replace(new RegExp(unseemly, 'gu'), ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...words].slice(0, longestDerivedName).join('').trim() || 'job';
}

function wordsOf(action: Action): string {
  if (action.kind === 'agent') return action.prompt.slice(0, longestName);
  if (action.kind === 'http') return actionWords(action);
  const { argv, shell } = action;
  const [first = '', ...rest] = shell ? (argv[0] ?? '').trim().split(/\s+/) : argv;
  return [first.split('/').at(-1) ?? '', ...rest].join(' ');
}

const invalid = (message: string): Refusal =>
  new Refusal('name_invalid', message, { kind: 'usage', details: { field: 'name' } });
