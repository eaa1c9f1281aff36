import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { nearestNames } from '../../core/near-names.ts';
import { advice, command as commandRemedy, Refusal } from '../../core/refusal.ts';
import { isSet } from './call.ts';
import { commands } from './commands/all.ts';
import { fieldsOf } from './fields.ts';
import type { CliHost } from './host.ts';
import { groupHelp, overview, wholeHelp } from './overview.ts';
import { buildCommand } from './program.ts';
import type { Call, CommandSpec, Fields, Globals } from './spec.ts';
import type { Spelled } from './spelling.ts';
import { plainWords, spell, verbIndex } from './spelling.ts';
import { unbuilt } from './unbuilt.ts';

/** What a command line means. A mistake is a Refusal of kind `usage`. */
export type Parsed =
  | ({ readonly kind: 'call' } & Omit<Call, 'host'>)
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' };

type World = Pick<CliHost, 'env' | 'program'>;

/** @throws Refusal of kind `usage`, or `not_in_this_build` */
export function parse(argv: readonly string[], world: World): Parsed {
  const spelled = spell(argv);
  const { words, verbAt } = spelled;
  if (verbAt < 0) return withoutVerb(words, world);
  const verb = words[verbAt] ?? '';
  const after = words.slice(verbAt + 1);
  const place = placeOf(globalsBefore(spelled), world);
  const missing = unbuilt([verb, ...plainWords(after)], place);
  if (missing !== null) throw missing;
  if (verb === 'help') return { kind: 'help', text: helpFor(after) };
  const found = findSpec(verb, after);
  if (found === null) return groupOrUnknown(verb, after);
  return parseVerb(spelled, found, world);
}

function withoutVerb(words: readonly string[], world: World): Parsed {
  if (words.includes('--version') || words.includes('-V')) return { kind: 'version' };
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help', text: wholeHelp() };
  readGlobals(words, world);
  return { kind: 'help', text: overview() };
}

/** The verb with the most words that fits; none when what was typed is only the beginning of longer ones. */
const findSpec = (verb: string, after: readonly string[]): CommandSpec | null => {
  const typed = [verb, ...plainWords(after)];
  const fits = ({ path }: CommandSpec): boolean => path.every((word, at) => typed[at] === word);
  const [found] = commands.filter(fits).sort((one, other) => other.path.length - one.path.length);
  return isBeginning(typed, found?.path.length ?? 0) ? null : (found ?? null);
};

/** Whether at least two words were typed that longer verbs begin with, and no verb of that length. */
const isBeginning = (typed: readonly string[], length: number): boolean =>
  typed.length > Math.max(1, length) &&
  commands.some(
    ({ path, isHidden }) =>
      path.length > typed.length &&
      isHidden !== true &&
      typed.every((word, at) => path[at] === word),
  );

function helpFor(words: readonly string[]): string {
  const [verb, ...more] = plainWords(words);
  if (verb === undefined) return wholeHelp();
  const spec = findSpec(verb, more);
  if (spec !== null) return buildCommand(spec).helpInformation();
  const { group, depth } = groupOf([verb, ...more]);
  return depth === 0 ? wholeHelp() : groupHelp([verb, ...more].slice(0, depth).join(' '), group);
}

/** The verbs that begin with as many of these words as any of them does, and how many words that are. */
function groupOf(typed: readonly string[]): {
  readonly group: readonly CommandSpec[];
  readonly depth: number;
} {
  const shown = commands.filter(({ isHidden }) => isHidden !== true);
  for (let depth = typed.length; depth > 0; depth -= 1) {
    const group = shown.filter(({ path }) =>
      typed.slice(0, depth).every((word, at) => path[at] === word),
    );
    if (group.length > 0) return { group, depth };
  }
  return { group: shown, depth: 0 };
}

function groupOrUnknown(verb: string, after: readonly string[]): Parsed {
  const typed = [verb, ...plainWords(after)];
  const { group, depth } = groupOf(typed);
  const prefix = typed.slice(0, depth).join(' ');
  const missing = typed[depth];
  if (missing === undefined) return { kind: 'help', text: groupHelp(prefix, group) };
  const known = [...new Set(group.map(({ path }) => path[depth] ?? ''))];
  const [near] = nearestNames(missing, known);
  const whole = (word: string): string => (prefix === '' ? word : `${prefix} ${word}`);
  throw usage(
    `There is no command "${whole(missing)}".${near === undefined ? '' : ` Did you mean "${whole(near)}"?`}`,
    commandRemedy(`cronkeeper ${near === undefined ? whole('--help') : `${whole(near)} --help`}`),
  );
}

const usage = (message: string, remedy: Refusal['remedy']): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy });

function parseVerb(spelled: Spelled, spec: CommandSpec, world: World): Parsed {
  const { words, verbAt, rest } = spelled;
  const options = words.slice(0, verbAt);
  const after = [...words.slice(verbAt + 1)];
  for (const _ of spec.path.slice(1)) after.splice(verbIndex(after), 1);
  const takesRest = spec.takesCommand === true || rest === null;
  const parser = buildCommand(spec);
  const line = [...options, ...after, ...(takesRest ? [] : ['--', ...rest])];
  const text = run(parser, line, spec);
  if (text !== null) return { kind: 'help', text };
  const values = parser.opts<Record<string, unknown>>();
  if (isSet(values, 'version')) return { kind: 'version' };
  const { input, own } = fieldsOf(spec, parser, values);
  return {
    kind: 'call',
    spec,
    globals: globalsOf(values, world),
    input,
    own,
    rest: takesRest ? rest : null,
    excess: parser.args.slice(spec.args.length),
  };
}

/** Lets commander read the line; the text is help that was asked for. */
function run(parser: Command, line: readonly string[], spec: CommandSpec): string | null {
  try {
    parser.parse([...line], { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return parser.helpInformation();
    throw usage(
      `${error.message.replace(/^error: /, '').replace('\n', ' ')}`,
      commandRemedy(`cronkeeper ${spec.path.join(' ')} --help`),
    );
  }
}

function globalsOf(values: Fields, world: World): Globals {
  const { profile, home, json, verbose } = values;
  const place = placeOf(
    {
      profile: typeof profile === 'string' ? profile : null,
      home: typeof home === 'string' ? home : null,
    },
    world,
  );
  if (place.profile === '' || place.home === '') {
    throw usage('--profile and --home need a value.', advice('Leave the option out, or name one.'));
  }
  return { ...place, json: json === true, verbose: verbose === true };
}

/** Options win over the environment; an empty variable says nothing. */
function placeOf(
  typed: { readonly profile: string | null; readonly home: string | null },
  { env }: World,
): { readonly profile: string | null; readonly home: string | null } {
  const { CRONKEEPER_PROFILE, CRONKEEPER_HOME } = env;
  return {
    profile: typed.profile ?? (CRONKEEPER_PROFILE || null),
    home: typed.home ?? (CRONKEEPER_HOME || null),
  };
}

function readGlobals(words: readonly string[], world: World): Globals {
  const spec = commands.find(({ path }) => path[0] === 'status');
  if (spec === undefined) throw new Error('There is no status command.');
  const parser = buildCommand({ ...spec, args: [], flags: [] });
  run(parser, words, spec);
  return globalsOf(parser.opts<Record<string, unknown>>(), world);
}

/** The place as far as it can be told without reading the verb's own options: for answers about verbs that are not there. */
function globalsBefore({ words }: Spelled): {
  readonly profile: string | null;
  readonly home: string | null;
} {
  const textAfter = (names: readonly string[]): string | null => {
    for (const [index, word] of words.entries()) {
      if (names.includes(word)) return words[index + 1] ?? null;
      const name = names.find((candidate) => word.startsWith(`${candidate}=`));
      if (name !== undefined) return word.slice(name.length + 1);
    }
    return null;
  };
  return { profile: textAfter(['-p', '--profile']), home: textAfter(['--home']) };
}
