import type { Command } from 'commander';
import { keyOf } from './flag.ts';
import { valuedName } from './program.ts';
import type { CommandSpec, Fields, Flag } from './spec.ts';

/** Turns what was typed into fields: of the operation's input, and of the door itself. What was not typed is left out. */
export function fieldsOf(
  spec: CommandSpec,
  parser: Command,
  values: Fields,
): { readonly input: Fields; readonly own: Fields } {
  const input: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  spec.args.forEach(({ field, isDoors }, index) => {
    const word = parser.args[index];
    if (word !== undefined) (isDoors ? own : input)[field] = word;
  });
  for (const flag of spec.flags) {
    const value = typedValue(flag, values);
    if (value !== undefined) (flag.isDoors ? own : input)[flag.field] = value;
  }
  return { input, own };
}

function typedValue(flag: Flag, values: Fields): unknown {
  const { long, kind, also = [] } = flag;
  if (kind === 'optional') return values[keyOf(valuedName(long))] ?? values[keyOf(long)];
  // `--no-agent` is kept by commander as `agent: false`.
  if (long.startsWith('no-') && kind === 'flag') {
    return values[keyOf(long.slice('no-'.length))] === false ? true : undefined;
  }
  const typed = [long, ...also].map((name) => values[keyOf(name)]);
  if (kind === 'list' || kind === 'numbers') {
    const words: readonly unknown[] = typed.flatMap((value) => (Array.isArray(value) ? value : []));
    if (words.length === 0) return undefined;
    return kind === 'numbers' ? words.map(numberOf) : words;
  }
  const value = typed.find((candidate) => candidate !== undefined && candidate !== false);
  if (kind === 'amount') return amountOf(value);
  return kind === 'number' ? numberOf(value) : value;
}

/** Whole numbers become numbers; anything else stays text, for the operation to refuse or to understand. */
const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

const amountOf = (value: unknown): unknown =>
  typeof value === 'string' && /^-?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})$/.test(value)
    ? Number(value)
    : value;
