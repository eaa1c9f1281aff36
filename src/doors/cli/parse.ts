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
import type { CommandSpec, Fields, Globals } from './spec.ts';
import type { Spelled } from './spelling.ts';
import { plainWords, spell, verbIndex } from './spelling.ts';
import { unbuilt } from './unbuilt.ts';

/** What a command line means. A mistake is a Refusal of kind `usage`. */
export type Parsed =
  | {
      readonly kind: 'call';
      readonly spec: CommandSpec;
      readonly globals: Globals;
      readonly input: Fields;
      readonly own: Fields;
      readonly rest: readonly string[] | null;
      readonly excess: readonly string[];
    }
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

const findSpec = (verb: string, after: readonly string[]): CommandSpec | null => {
  const [second] = plainWords(after);
  const fits = ({ path }: CommandSpec): boolean =>
    path[0] === verb && (path.length === 1 || path[1] === second);
  return commands.find(fits) ?? null;
};

function helpFor(words: readonly string[]): string {
  const [verb, second] = plainWords(words);
  if (verb === undefined) return wholeHelp();
  const spec = findSpec(verb, second === undefined ? [] : [second]);
  if (spec !== null) return buildCommand(spec).helpInformation();
  const group = commands.filter(({ path, isHidden }) => path[0] === verb && !isHidden);
  return group.length === 0 ? wholeHelp() : groupHelp(verb, group);
}

function groupOrUnknown(verb: string, after: readonly string[]): Parsed {
  const group = commands.filter(({ path, isHidden }) => path[0] === verb && !isHidden);
  const [second] = plainWords(after);
  if (group.length > 0 && second === undefined) {
    return { kind: 'help', text: groupHelp(verb, group) };
  }
  const known = group.length > 0 ? group.map(({ path }) => path[1] ?? '') : verbNames();
  const typed = group.length > 0 ? (second ?? '') : verb;
  const [near] = nearestNames(typed, known);
  const prefix = group.length > 0 ? `${verb} ` : '';
  throw usage(
    `There is no command "${prefix}${typed}".${near === undefined ? '' : ` Did you mean "${prefix}${near}"?`}`,
    commandRemedy(
      `cronkeeper ${near === undefined ? `${prefix}--help` : `${prefix}${near} --help`}`,
    ),
  );
}

const verbNames = (): readonly string[] => [...new Set(commands.map(({ path }) => path[0]))];

const usage = (message: string, remedy: Refusal['remedy']): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy });

function parseVerb(spelled: Spelled, spec: CommandSpec, world: World): Parsed {
  const { words, verbAt, rest } = spelled;
  const options = words.slice(0, verbAt);
  const after = [...words.slice(verbAt + 1)];
  if (spec.path.length === 2) {
    after.splice(verbIndex(after), 1);
  }
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
