import { parseSync } from 'rolldown/utils';

/** One module that a file names. `specifier` is null when it is computed and cannot be known by reading. */
export type Import = {
  readonly specifier: string | null;
  readonly line: number;
  /** Nothing of it is there at run time: every name of it is a type. */
  readonly isType: boolean;
};

/** One use of a clock, a timer or chance. */
export type ClockUse = { readonly name: string; readonly line: number };

export type Facts = {
  readonly imports: readonly Import[];
  readonly clockUses: readonly ClockUse[];
};

type Syntax = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

/**
 * Reads what one TypeScript file imports, in every form there is, and where it takes time or chance from the outside.
 *
 * The text is parsed by the bundler's own parser, so comments and strings cannot deceive it.
 * @throws Error when the file does not parse: a file that was not understood was not checked
 */
export function readFacts(path: string, text: string): Facts {
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts';
  const parsed = parseSync(path, text, { lang, sourceType: 'module' });
  const [problem] = parsed.errors;
  if (problem !== undefined) throw new Error(`${path} does not parse: ${problem.message}`);

  const imports: Import[] = [];
  const clockUses: ClockUse[] = [];
  const lineOf = (node: Syntax): number => text.slice(0, node.start).split('\n').length;
  walk(parsed.program, null, (node, parent) => {
    const named = importedBy(node);
    if (named !== null) imports.push({ ...named, line: lineOf(node), isType: isOfTypes(node) });
    const name = clockUsedBy(node, parent);
    if (name !== null) clockUses.push({ name, line: lineOf(node) });
  });
  return { imports, clockUses };
}

function walk(
  value: unknown,
  parent: Syntax | null,
  visit: (node: Syntax, parent: Syntax | null) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parent, visit);
  } else if (isSyntax(value)) {
    visit(value, parent);
    for (const child of Object.values(value)) {
      if (typeof child === 'object') walk(child, value, visit);
    }
  }
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function importedBy(node: Syntax): { readonly specifier: string | null } | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return { specifier: textOf(node['source']) };
    case 'ExportNamedDeclaration':
      return node['source'] === null ? null : { specifier: textOf(node['source']) };
    case 'TSExternalModuleReference':
      return { specifier: textOf(node['expression']) };
    case 'CallExpression':
      return isLoader(node['callee']) ? { specifier: textOf(first(node['arguments'])) } : null;
    default:
      return null;
  }
}

function isOfTypes(node: Syntax): boolean {
  return (
    node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType'
  );
}

/** `require(…)`, `require.resolve(…)` and `process.getBuiltinModule(…)` reach modules without an import. */
function isLoader(callee: unknown): boolean {
  if (!isSyntax(callee)) return false;
  if (nameOf(callee) === 'require') return true;
  if (callee.type !== 'MemberExpression') return false;
  return nameOf(callee['object']) === 'require' || propertyOf(callee) === 'getBuiltinModule';
}

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance', 'crypto']);
const clockMembers = new Set([
  'Date.now',
  'Math.random',
  'process.hrtime',
  'process.uptime',
  'AbortSignal.timeout',
  'Atomics.wait',
]);
/** Objects of which only some members are clocks; whoever takes them whole could take those too. */
const holders = new Set(['Date', 'Math', 'process', 'globalThis', 'AbortSignal', 'Atomics']);

function clockUsedBy(node: Syntax, parent: Syntax | null): string | null {
  if (node.type === 'MemberExpression') {
    const object = nameOf(node['object']);
    const property = propertyOf(node);
    if (object === 'globalThis' && property !== null && timers.has(property)) return property;
    const member = `${object}.${property}`;
    return clockMembers.has(member) ? member : null;
  }
  const name = nameOf(node);
  if (name === null || parent === null || isOnlyAName(node, parent)) return null;
  if (timers.has(name)) return name;
  if (name === 'Date') return isHarmlessDate(node, parent) ? null : 'Date';
  return holders.has(name) && takesClock(node, name, parent) ? name : null;
}

/** `const clock = Math` and `const { random } = Math`, but not `const { floor } = Math`. */
function takesClock(holder: Syntax, name: string, parent: Syntax): boolean {
  if (parent.type !== 'VariableDeclarator' || parent['init'] !== holder) return false;
  const pattern = parent['id'];
  if (!isSyntax(pattern) || pattern.type !== 'ObjectPattern') return true;
  const taken = Array.isArray(pattern['properties']) ? pattern['properties'] : [];
  return taken.some((one: unknown) => {
    const key = isSyntax(one) ? nameOf(one['key']) : null;
    return key === null || clockMembers.has(`${name}.${key}`) || timers.has(key);
  });
}

/** A property, a key or a type that happens to be called so. */
function isOnlyAName(node: Syntax, parent: Syntax): boolean {
  if (parent.type === 'MemberExpression') return parent['property'] === node && !parent['computed'];
  if (parent['key'] === node) return parent['shorthand'] !== true && parent['computed'] !== true;
  return /^TS(TypeReference|QualifiedName|TypeQuery|ClassImplements)$/.test(parent.type);
}

/** `new Date(instant)`, `Date.UTC`, `Date.parse` and `instanceof Date` do not look at any clock. */
function isHarmlessDate(node: Syntax, parent: Syntax): boolean {
  if (parent.type === 'NewExpression') return first(parent['arguments']) !== undefined;
  if (parent.type === 'MemberExpression') return propertyOf(parent) !== null;
  return parent.type === 'BinaryExpression' && parent['right'] === node;
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function nameOf(node: unknown): string | null {
  if (!isSyntax(node) || node.type !== 'Identifier') return null;
  return typeof node['name'] === 'string' ? node['name'] : null;
}

function propertyOf(member: Syntax): string | null {
  return member['computed'] === true ? textOf(member['property']) : nameOf(member['property']);
}

/** The text of a literal, or of a template without holes. */
function textOf(node: unknown): string | null {
  if (!isSyntax(node)) return null;
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type !== 'TemplateLiteral') return null;
  const quasis = node['quasis'];
  const only = Array.isArray(quasis) && quasis.length === 1 ? first(quasis) : null;
  const value = isSyntax(only) ? only['value'] : null;
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return null;
  return typeof value.cooked === 'string' ? value.cooked : null;
}
