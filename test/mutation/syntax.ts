import { parseSync } from 'rolldown/utils';

/** A node of the syntax tree, as the bundler's parser makes it. Offsets count UTF-16 units of the text. */
export type Syntax = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
} & Readonly<Record<string, unknown>>;

export const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** @throws when the text does not parse */
export function parse(path: string, text: string): Syntax {
  const parsed = parseSync(path, text, { lang: 'ts', sourceType: 'module' });
  const [problem] = parsed.errors;
  if (problem !== undefined) throw new Error(`${path} does not parse: ${problem.message}`);
  const program: unknown = parsed.program;
  if (!isSyntax(program)) throw new Error(`${path} has no program`);
  return program;
}

/** What stands below types, names of modules and keys is no behaviour. */
const inType = /^TS(?!(?:As|Satisfies|NonNull)Expression$)|^Import|^Export(?:All|Specifier)/;

/** Visits every node that exists at run time, from the outside in. */
export function walk(
  value: unknown,
  parent: Syntax | null,
  visit: (node: Syntax, parent: Syntax | null) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parent, visit);
    return;
  }
  if (!isSyntax(value) || (inType.test(value.type) && value.type !== 'ImportExpression')) return;
  visit(value, parent);
  for (const [name, child] of Object.entries(value)) {
    if (typeof child !== 'object' || name === 'typeAnnotation') continue;
    if (value.type === 'Property' && name === 'key' && value['computed'] !== true) continue;
    walk(child, value, visit);
  }
}
