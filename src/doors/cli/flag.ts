import type { CommandSpec, Flag, FlagKind, Group, Positional } from './spec.ts';

/** The name of an option in camel case: what commander keeps its value under, and usually its field. No other of the verb has it. */
export const keyOf = (long: string): string =>
  long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * An option, written as help shows it: `-A, --all-profiles`, `--cwd DIR`, `--retries N`, a number. Beside that `--queue[=DURATION]`
 * may do without its value, and `--env K=V...` may be given several times.
 *
 * @param more what does not follow from that, such as a field of another name
 */
export function flag(typed: string, help: string, more: Partial<Flag> = {}): Flag {
  const [, short, long = '', optional, needed, several] =
    /^(?:-(\w), )?--([\w-]+)(?:\[=(\w+)\]| (\S+?)(\.\.\.)?)?$/.exec(typed) ?? [];
  const value = optional ?? needed;
  return {
    field: keyOf(long),
    long,
    help,
    kind: kindOf({ isOptional: optional !== undefined, needed, isList: several !== undefined }),
    ...(short === undefined ? {} : { short }),
    ...(value === undefined ? {} : { value }),
    ...more,
  };
}

/** An option of the door itself, which is no field of the operation. */
export const ownFlag = (typed: string, help: string, more: Partial<Flag> = {}): Flag =>
  flag(typed, help, { isDoors: true, ...more });

function kindOf(about: {
  readonly isOptional: boolean;
  readonly needed: string | undefined;
  readonly isList: boolean;
}): FlagKind {
  if (about.isOptional) return 'optional';
  if (about.needed === undefined) return 'flag';
  if (about.needed === 'N') return about.isList ? 'numbers' : 'number';
  return about.isList ? 'list' : 'text';
}

/** An argument by its place. Its field is its name in small letters, unless `more` says another. */
export const argument = (
  name: string,
  help: string,
  more: Partial<Positional> = {},
): Positional => ({ name, field: name.toLowerCase(), help, ...more });

/** A verb as it is written down: without arguments and options where it has none. */
export type Verb = Omit<CommandSpec, 'group' | 'args' | 'flags'> &
  Partial<Pick<CommandSpec, 'args' | 'flags'>>;

export const verbsOf = (group: Group, verbs: readonly Verb[]): readonly CommandSpec[] =>
  verbs.map((verb) => ({ args: [], flags: [], ...verb, group }));
