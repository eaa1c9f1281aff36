/**
 * Words of systemd's unit files. Unquoted, a value could end its line, split into two words, be a `%` specifier or a `$` variable;
 * so every value that comes from outside is written by one of these.
 */

const named: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be written out
const special = /[\u0000-\u001f\u007f"\\]/g;

const writtenOut = (character: string): string =>
  named.get(character) ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A word of `Environment=`, in double quotes. */
export const unitWord = (text: string): string =>
  `"${text.replace(special, writtenOut).replaceAll('%', '%%')}"`;

/** The words of `ExecStart=`. Variables are replaced in arguments, never in the path of the program. */
export const commandLine = ([program = '', ...args]: readonly string[]): string =>
  [unitWord(program), ...args.map((word) => unitWord(word.replaceAll('$', '$$$$')))].join(' ');

/**
 * A path of `ReadWritePaths=` or `BindPaths=`: there a backslash only takes the meaning from what follows it, so a path with a line
 * break cannot be written. Null for such a path.
 */
export function pathWord(path: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with control characters is refused
  if (/[\u0000-\u001f\u007f]/.test(path)) return null;
  return `"${path.replace(/[\\":]/g, '\\$&').replaceAll('%', '%%')}"`;
}
