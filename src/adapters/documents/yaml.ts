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

export function readYaml(text: string): ReadDocument {
  if (text.length > longestText)
    return { kind: 'broken', message: 'The file is larger than 64 MiB.', place: start };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
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
  const value: unknown = document.toJS();
  return {
    kind: 'read',
    value,
    placeOf: (path) => {
      for (let depth = path.length; depth > 0; depth -= 1) {
        const node: unknown = document.getIn(path.slice(0, depth), true);
        const at = isCollection(node)
          ? (keyOffset(document, path, depth) ?? node.range?.[0])
          : null;
        if (isNode(node) && node.range) return placeAt(at ?? node.range[0]);
      }
      return start;
    },
  };
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
