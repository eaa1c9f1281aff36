/** What a process of Hermes does, by its own words and environment. */
export type Recognised = {
  readonly part: 'desktop' | 'tick' | 'gateway';
  /** As `--port` says; 0 means any, so another look is needed. */
  readonly port: number | null;
  /** Program and telling words. */
  readonly command: string;
  /** As `-p` or `--profile` says; null when the home decides. */
  readonly profile: string | null;
};

export type Environment = ReadonlyMap<string, string>;

/** Whether a word of a command is the program of Hermes. */
export const isProgram = (word: string): boolean =>
  /(^|\/)hermes$|(^|\/)hermes_cli\/main\.py$|^hermes_cli(\.main)?$/.test(word);

const isInterpreter = (word: string): boolean => /(^|\/)python[\d.]*$/i.test(word);

/** How many words may stand before the program: an interpreter, its options, the parts of a path with spaces. */
const mostBefore = 8;
const mostWords = 64;

/**
 * The words after the program of Hermes; null when this process is none. A wrapper that only names it (`timeout 60 hermes
 * gateway run`) is none: its child is.
 */
function wordsOf(argv: readonly string[]): readonly string[] | null {
  const at = argv.slice(0, mostBefore).findIndex(isProgram);
  if (at < 0) return null;
  const before = argv.slice(0, at).findLast((word) => !word.startsWith('-'));
  return before === undefined || isInterpreter(before) ? argv.slice(at + 1, mostWords) : null;
}

/**
 * Tells what a process of Hermes does; null for what runs no jobs by itself, such as a chat, a single run, or a dashboard
 * of a server, which only the Desktop application makes tick.
 *
 * @param environment asked for only when the words fit; null when it may not be read
 */
export function recognise(
  argv: readonly string[],
  environment: () => Environment | null,
): Recognised | null {
  const words = wordsOf(argv);
  if (words === null) return null;
  const profile = optionOf(words, ['--profile', '-p']);
  const [verb, second] = verbsOf(words);
  if (verb === 'gateway' && second === 'run')
    return { part: 'gateway', port: null, profile, command: 'hermes gateway run' };
  if (verb === 'cron' && second === 'tick')
    return { part: 'tick', port: null, profile, command: 'hermes cron tick' };
  if (verb !== 'serve' && verb !== 'dashboard') return null;
  if (environment()?.get('HERMES_DESKTOP') !== '1') return null;
  const port = Number(optionOf(words, ['--port']) ?? Number.NaN);
  const known = Number.isInteger(port) && port >= 0 && port <= 65_535;
  return { part: 'desktop', port: known ? port : null, profile, command: `hermes ${verb}` };
}

function optionOf(words: readonly string[], names: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1] ?? null;
    const name = names.find((one) => word.startsWith(`${one}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return null;
}

const withValue: ReadonlySet<string> = new Set(['--profile', '-p', '--host', '--port']);

/** The first two words that are neither options nor values of those known to have one. */
function verbsOf(words: readonly string[]): readonly string[] {
  return words
    .filter(
      (word, index) =>
        !word.startsWith('-') && !withValue.has(index > 0 ? (words[index - 1] ?? '') : ''),
    )
    .slice(0, 2);
}

export function parseEnvironment(text: string): Environment {
  const found = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const cut = entry.indexOf('=');
    if (cut > 0) found.set(entry.slice(0, cut), entry.slice(cut + 1));
  }
  return found;
}
