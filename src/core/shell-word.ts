/** A word as a shell takes it literally; bare when it needs no quotes. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A command as it can be typed. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(' ');

/** A line for crontab(5), where `%` begins the input of the command. Line breaks have no place there: null. */
export function crontabLine(when: string, words: readonly string[]): string | null {
  const line = shellLine(words);
  return /[\n\r]/.test(line) ? null : `${when} ${line.replaceAll('%', '\\%')}`;
}
