import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  stringify,
  visit,
} from 'yaml';
import type { Place, ReadDocument } from '../../ports/documents.ts';

const longestText = 64 * 1024 * 1024;
const start: Place = { line: 1, column: 1 };

export const writeYaml = (value: unknown): string =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/**
 * Reads the value alone and forgets how it was written: the tree of a great file takes a hundred times its memory, and places are asked
 * for only when something is wrong. Then the text is read once more.
 */
export function readYaml(text: string): ReadDocument {
  if (text.length > longestText)
    return { kind: 'broken', message: 'The file is larger than 64 MiB.', place: start };
  const read = readJson(text) ?? readTree(text);
  if (read.kind === 'broken') return read;
  let tree: Tree | null = null;
  return {
    kind: 'read',
    value: read.value,
    placeOf: (path) => {
      tree ??= parse(text);
      return placeIn(tree, path);
    },
  };
}

type Broken = Extract<ReadDocument, { kind: 'broken' }>;
type Value = { readonly kind: 'value'; readonly value: unknown };
type Tree = { readonly document: Document.Parsed; readonly placeAt: (offset: number) => Place };

function parse(text: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return { document, placeAt };
}

function readTree(text: string): Value | Broken {
  const { document, placeAt } = parse(text);
  const [error] = document.errors;
  if (error !== undefined)
    return { kind: 'broken', message: error.message, place: placeAt(error.pos[0]) };
  let alias: number | null = null;
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) alias ??= node.range?.[0] ?? 0;
    },
  });
  if (alias !== null)
    return { kind: 'broken', message: 'Aliases are not supported.', place: placeAt(alias) };
  return { kind: 'value', value: document.toJS() };
}

/** What programs write is mostly JSON, which is YAML, and is read twenty times faster as what it is. Null: it must be read as YAML. */
function readJson(text: string): Value | null {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    // JSON takes the last of equal keys; here they are an error.
    return keysIn(value) === keysWritten(text) ? { kind: 'value', value } : null;
  } catch (error) {
    // YAML can begin so, and its errors are told with their places.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function keysIn(value: unknown): number {
  let keys = 0;
  // Not by calling itself: JSON may be nested deeper than calls may be.
  const waiting = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part !== 'object' || part === null) continue;
    const parts: readonly unknown[] = Object.values(part);
    if (!Array.isArray(part)) keys += parts.length;
    for (const one of parts) waiting.push(one);
  }
  return keys;
}

/** In text that is JSON. */
function keysWritten(text: string): number {
  const strings = /"[^"\\]*(?:\\.[^"\\]*)*"\s*:?/g;
  let keys = 0;
  while (strings.test(text)) if (text[strings.lastIndex - 1] === ':') keys += 1;
  return keys;
}

function placeIn({ document, placeAt }: Tree, path: readonly (string | number)[]): Place {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    const at = isCollection(node) ? (keyOffset(document, path, depth) ?? node.range?.[0]) : null;
    if (isNode(node) && node.range) return placeAt(at ?? node.range[0]);
  }
  return start;
}

/** Where the key of a map or list stands: its value may begin lines later. Null when it is an item of a list. */
function keyOffset(
  document: Document.Parsed,
  path: readonly (string | number)[],
  depth: number,
): number | null {
  const parent: unknown = document.getIn(path.slice(0, depth - 1), true);
  if (!isMap(parent)) return null;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path[depth - 1]);
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
}
