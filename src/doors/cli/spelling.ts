/**
 * Other spellings that are accepted as written, for people who know `hermes cron`, crontab or kubectl.
 * They are turned into ours before anything is read; help does not show them.
 */
const verbs: ReadonlyMap<string, string> = new Map([
  ['create', 'add'],
  ['new', 'add'],
  ['ls', 'list'],
  ['get', 'list'],
  ['describe', 'show'],
  ['rm', 'remove'],
  ['delete', 'remove'],
  ['history', 'runs'],
  ['daemon', 'runner'],
]);

/** What a word means that has verbs of its own, when it stands alone. */
const alone: ReadonlyMap<string, string> = new Map([
  ['owner', 'show'],
  ['gateway', 'run'],
  ['profile', 'list'],
  ['config', 'list'],
]);

/** A gateway is kept by a service like a runner: `gateway install` means `service install gateway`. */
const ofServices: ReadonlySet<string> = new Set([
  'install',
  'uninstall',
  'start',
  'stop',
  'restart',
  'status',
  'logs',
]);

const withValue: ReadonlySet<string> = new Set(['-p', '--profile', '--home']);
const optionalValue = /^--(queue|wait)=/;

/** A command line in our own spelling. */
export type Spelled = {
  /** Words up to `--`. */
  readonly words: readonly string[];
  /** Words after `--`, verbatim; null without `--`. */
  readonly rest: readonly string[] | null;
  /** Where in `words` the verb stands, -1 when there is none. */
  readonly verbAt: number;
};

export function spell(argv: readonly string[]): Spelled {
  const split = argv.indexOf('--');
  const before = split < 0 ? argv : argv.slice(0, split);
  const rest = split < 0 ? null : argv.slice(split + 1);
  const words = before.map((word) => word.replace(optionalValue, '--$1-for='));
  let verbAt = verbIndex(words);
  if (words[verbAt] === 'cron') {
    words.splice(verbAt, 1);
    verbAt = verbIndex(words);
  }
  const verb = words[verbAt];
  if (verb === undefined) return { words, rest, verbAt: -1 };
  const ours = verbs.get(verb) ?? verb;
  words[verbAt] = ours;
  const second = alone.get(ours);
  if (second !== undefined && standsAlone(words.slice(verbAt + 1))) {
    words.splice(verbAt + 1, 0, second);
  }
  const [named = ''] = plainWords(words.slice(verbAt + 1));
  if (ours === 'gateway' && ofServices.has(named)) {
    words.splice(words.indexOf(named, verbAt + 1), 1, 'gateway');
    words.splice(verbAt, 1, 'service', named);
  }
  return { words, rest, verbAt };
}

/** `owner -p la` means `owner show -p la`; `owner --help` lists what there is. */
const standsAlone = (after: readonly string[]): boolean =>
  !after.includes('--help') && !after.includes('-h') && verbIndex(after) < 0;

/** Where the first word is that is no global option and no value of one; -1 when there is none. */
export function verbIndex(words: readonly string[]): number {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return index;
    index += withValue.has(word) ? 2 : 1;
  }
  return -1;
}

/** The words that are neither options nor values of global options. */
export const plainWords = (words: readonly string[]): readonly string[] =>
  words.filter((word, index) => !word.startsWith('-') && !withValue.has(words[index - 1] ?? ''));
