import { parseSync } from 'rolldown/utils';

export type Stretch = { readonly start: number; readonly end: number };

type Syntax = Stretch & { readonly type: string } & Readonly<Record<string, unknown>>;

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/**
 * Branches that no test can take. First: where a plain constant stands in for an element of a list, of a match or of a text that was split: the compiler asks for it
 * (`noUncheckedIndexedAccess`) even where the element is always there. `list[index] ?? 0`, and `[first = '']` in a pattern. Second: where a
 * `catch` lets up what it did not expect, which only a bug would throw.
 */
export function neverTaken(path: string, text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  visit(
    parseSync(path, text, { lang: 'ts', sourceType: 'module' }).program,
    null,
    (node, parent) => {
      if (isRethrow(node)) found.push({ start: node.start, end: node.end });
      const { left, right } = node;
      if (!isSyntax(left) || !isSyntax(right) || !isConstant(right)) return;
      const isElement =
        node.type === 'LogicalExpression' && node['operator'] === '??' && isIndexed(left);
      const isDefault = node.type === 'AssignmentPattern' && parent?.type === 'ArrayPattern';
      if (isElement || isDefault) found.push({ start: left.end, end: right.end });
    },
  );
  return found;
}

const isConstant = (node: Syntax): boolean =>
  node.type === 'Literal' || (node.type === 'UnaryExpression' && isSyntax(node['argument']));

/** `throw error`, the name that every `catch` here gives to what it caught. */
function isRethrow(node: Syntax): boolean {
  const thrown = node['argument'];
  const isOfError = isSyntax(thrown) && thrown.type === 'Identifier' && thrown['name'] === 'error';
  return node.type === 'ThrowStatement' && isOfError;
}

/** `list[index]`, `found?.[index]` or `list.at(index)`. */
function isIndexed(node: Syntax): boolean {
  const inner = node.type === 'ChainExpression' ? node['expression'] : node['right'];
  if (isSyntax(inner) && /^(?:Chain|Logical)Expression$/.test(node.type)) return isIndexed(inner);
  if (node.type === 'MemberExpression') return node['computed'] === true;
  const callee = node.type === 'CallExpression' ? node['callee'] : null;
  const property = isSyntax(callee) ? callee['property'] : null;
  return isSyntax(property) && ['at', 'codePointAt'].includes(String(property['name']));
}

function visit(
  value: unknown,
  parent: Syntax | null,
  then: (node: Syntax, parent: Syntax | null) => void,
): void {
  if (Array.isArray(value)) for (const item of value) visit(item, parent, then);
  if (!isSyntax(value)) return;
  then(value, parent);
  for (const child of Object.values(value)) visit(child, value, then);
}
