/** A command as people type it, and as a program takes it. No shell: quotes group, a backslash takes the next sign as it is. */

export type Split =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'open-quote' };

export function splitWords(text: string): Split {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const isTaken = sign === '\\' && quote !== "'" && at + 1 < text.length;
    if (isTaken) {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else if (quote !== null) {
      if (sign === quote) quote = null;
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + sign;
  }
  if (quote !== null) return { kind: 'open-quote' };
  if (word !== null) words.push(word);
  return { kind: 'words', words };
}

/** Text that `splitWords` reads as these words again. */
export const joinWords = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[^\s'"\\]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Signs that mean something to a shell only. Whoever types them unquoted wants one. */
export const looksLikeShell = (text: string): boolean =>
  /[|;&<>$`]|\*\.|~\//.test(text.replace(/'[^']*'|"[^"$`]*"/g, ''));
